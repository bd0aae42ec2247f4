-- Webhooks of purchases: when each event is tried next, which may be read as a
-- list that nothing is missing from, and in what form they are sent.

ALTER TABLE hook_endpoints ADD COLUMN content_type text NOT NULL DEFAULT 'json';
ALTER TABLE hook_endpoints ADD CONSTRAINT hook_endpoints_content_type CHECK (content_type IN ('json', 'form'));
ALTER TABLE hook_endpoints ADD COLUMN failures integer NOT NULL DEFAULT 0; -- attempts since the last that was taken
ALTER TABLE hook_endpoints ADD COLUMN failing_since timestamptz; -- the first of them, or the first event without an address
ALTER TABLE hook_endpoints ADD COLUMN hold_until timestamptz; -- nothing is tried before, by itself
CREATE INDEX hook_endpoints_deaf_idx ON hook_endpoints (failing_since) WHERE warned_at IS NULL AND failing_since IS NOT NULL;

ALTER TABLE hook_events ADD COLUMN position bigint; -- in the listing's list of events; null: nobody has read it yet
ALTER TABLE hook_events ADD COLUMN seen_at timestamptz; -- when delivering began: what is tried is given up three days later
ALTER TABLE hook_events ADD COLUMN next_at timestamptz; -- null: at once
ALTER TABLE hook_events ADD COLUMN claimed_until timestamptz; -- somebody is at it until then
ALTER TABLE hook_events ADD COLUMN redeliver boolean NOT NULL DEFAULT false; -- somebody asked for it again
CREATE UNIQUE INDEX hook_events_position_key ON hook_events (listing_id, position);
CREATE INDEX hook_events_waiting_idx ON hook_events (listing_id, id) WHERE state = 'waiting';
CREATE INDEX hook_events_state_idx ON hook_events (listing_id, state, id DESC);
CREATE INDEX hook_events_unread_idx ON hook_events (listing_id, id) WHERE position IS NULL AND event = 'marketplace_purchase';
