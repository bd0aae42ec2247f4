-- What the Postgres search engine looks words up in: for each listing its
-- terms, folded and stemmed by search/analyze. There is no foreign key: like
-- any search index it follows the listings by jobs, and is repaired.
CREATE TABLE search_documents (
    listing_id bigint CONSTRAINT search_documents_pkey PRIMARY KEY,
    version text NOT NULL,
    tokens tsvector NOT NULL,
    indexed_at timestamptz NOT NULL DEFAULT now()
);
-- Without a pending list, which every search would have to read.
CREATE INDEX search_documents_tokens_idx ON search_documents USING gin (tokens) WITH (fastupdate = off);

-- When each engine's index was last known to say what the database says, and
-- how many listings differed at the last comparison.
CREATE TABLE search_engines (
    name text CONSTRAINT search_engines_pkey PRIMARY KEY,
    synced_at timestamptz NOT NULL DEFAULT now(),
    compared_at timestamptz,
    drift int NOT NULL DEFAULT 0 CONSTRAINT search_engines_drift CHECK (drift >= 0)
);
