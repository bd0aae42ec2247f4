-- Which editor's page wrote a version, and as its how manyeth turn. An answer
-- that got lost is told by it from what somebody else wrote, and a request that
-- was late from one that is new.
ALTER TABLE listing_drafts
    ADD COLUMN editor text NOT NULL DEFAULT '',
    ADD COLUMN turn integer NOT NULL DEFAULT 0;
