-- Requests to buy: which attempt places their order, and until when nobody else
-- decides meanwhile.
ALTER TABLE buy_requests ADD COLUMN attempt integer NOT NULL DEFAULT 1;
ALTER TABLE buy_requests ADD COLUMN placing_until timestamptz;
ALTER TABLE buy_requests ADD CONSTRAINT buy_requests_period CHECK (period IN ('month', 'year'));
ALTER TABLE buy_requests ADD CONSTRAINT buy_requests_units CHECK (units >= 1);
ALTER TABLE buy_requests ADD CONSTRAINT buy_requests_decided CHECK ((state = 'open') = (decided_at IS NULL));

CREATE INDEX orders_request_idx ON orders (request_id) WHERE request_id IS NOT NULL;
