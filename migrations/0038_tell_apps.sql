-- Webhooks of apps, beside those of their listings. Where an app's goes to is in apps;
-- its row in hook_endpoints holds how that goes, and exists once something was sent.
-- Neither that nor what is told ends with the app, which is told of its end too: then
-- the row holds where that goes to, since gone_at.
ALTER TABLE hook_endpoints DROP CONSTRAINT hook_endpoints_pkey;
ALTER TABLE hook_endpoints ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY;
ALTER TABLE hook_endpoints ADD CONSTRAINT hook_endpoints_pkey PRIMARY KEY (id);
ALTER TABLE hook_endpoints ALTER COLUMN listing_id DROP NOT NULL;
ALTER TABLE hook_endpoints ADD COLUMN app_id bigint;
ALTER TABLE hook_endpoints ADD COLUMN gone_at timestamptz;
ALTER TABLE hook_endpoints ADD CONSTRAINT hook_endpoints_listing_key UNIQUE (listing_id);
ALTER TABLE hook_endpoints ADD CONSTRAINT hook_endpoints_app_key UNIQUE (app_id);
ALTER TABLE hook_endpoints ADD CONSTRAINT hook_endpoints_whose CHECK (num_nonnulls(listing_id, app_id) = 1);
CREATE INDEX hook_endpoints_gone_idx ON hook_endpoints (gone_at) WHERE gone_at IS NOT NULL;

-- installation_id outlives the installation, whose end is told too.
ALTER TABLE hook_events ALTER COLUMN listing_id DROP NOT NULL;
ALTER TABLE hook_events ADD COLUMN app_id bigint;
ALTER TABLE hook_events ADD COLUMN installation_id bigint;
ALTER TABLE hook_events ADD CONSTRAINT hook_events_whose CHECK (num_nonnulls(listing_id, app_id) = 1);
CREATE INDEX hook_events_app_idx ON hook_events (app_id, id DESC);
CREATE INDEX hook_events_app_state_idx ON hook_events (app_id, state, id DESC);
CREATE INDEX hook_events_app_waiting_idx ON hook_events (app_id, id) WHERE state = 'waiting';
CREATE INDEX hook_events_app_old_idx ON hook_events (created_at) WHERE app_id IS NOT NULL AND state <> 'waiting';
CREATE INDEX hook_events_installation_idx ON hook_events (installation_id, id) WHERE state = 'waiting';
