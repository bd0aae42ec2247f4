-- A small edit is live while it waits for a reviewer, and doesn't keep the next
-- revision from being handed in.
DROP INDEX listing_submissions_open;
CREATE UNIQUE INDEX listing_submissions_open ON listing_submissions (listing_id, afterwards) WHERE state IN ('submitted', 'in_review');

-- Claims that have run out.
CREATE INDEX listing_submissions_claimed_idx ON listing_submissions (claimed_at) WHERE state = 'in_review';
