-- Which secret what is encrypted here was encrypted with, as a fingerprint that
-- gives nothing away of it. There is one row at most.
CREATE TABLE encryption_key (
    single boolean NOT NULL DEFAULT true CONSTRAINT encryption_key_pkey PRIMARY KEY CONSTRAINT encryption_key_single CHECK (single),
    fingerprint text NOT NULL,
    created_at timestamptz NOT NULL
);
