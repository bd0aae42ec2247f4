-- What whoever approves a request to install has decided on, while its order is placed
-- and afterwards.
ALTER TABLE installation_requests ADD COLUMN approval jsonb;
CREATE INDEX installation_requests_placing_idx ON installation_requests (id) WHERE state = 'open' AND approval IS NOT NULL;
