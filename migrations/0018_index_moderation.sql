-- Staff looks at a listing's reports and appeals, and at those that were decided.
CREATE INDEX listing_reports_listing_idx ON listing_reports (listing_id, id DESC);
CREATE INDEX listing_reports_handled_idx ON listing_reports (handled_at DESC) WHERE decision <> '';
CREATE INDEX listing_appeals_listing_idx ON listing_appeals (listing_id, id DESC);
CREATE INDEX listing_appeals_decided_idx ON listing_appeals (decided_at DESC) WHERE decision <> '';
