-- A message that is tried again after it was kept is kept once.
ALTER TABLE mailbox ADD COLUMN message_id text NOT NULL DEFAULT gen_random_uuid()::text CONSTRAINT mailbox_message_key UNIQUE;
CREATE INDEX mailbox_recipient_idx ON mailbox (lower(recipient), id DESC);
