-- Looking through what is installed and authorized: a review lists what an account had,
-- as it was then, and what was decided about each.
CREATE TABLE integration_reviews (
    id bigint GENERATED ALWAYS AS IDENTITY,
    account_id bigint NOT NULL,
    opener_id bigint,
    opened_at timestamptz NOT NULL,
    finisher_id bigint,
    finished_at timestamptz,
    reminded_at timestamptz,
    CONSTRAINT integration_reviews_pkey PRIMARY KEY (id),
    CONSTRAINT integration_reviews_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT integration_reviews_opener_fk FOREIGN KEY (opener_id) REFERENCES accounts (id) ON DELETE SET NULL,
    CONSTRAINT integration_reviews_finisher_fk FOREIGN KEY (finisher_id) REFERENCES accounts (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX integration_reviews_open_key ON integration_reviews (account_id) WHERE finished_at IS NULL;
CREATE INDEX integration_reviews_account_idx ON integration_reviews (account_id, id DESC);
CREATE INDEX integration_reviews_due_idx ON integration_reviews (finished_at) WHERE finished_at IS NOT NULL AND reminded_at IS NULL;
CREATE INDEX integration_reviews_opener_idx ON integration_reviews (opener_id);
CREATE INDEX integration_reviews_finisher_idx ON integration_reviews (finisher_id);

-- facts is what the item was when the review took it in. Whoever was asked answers in
-- answer and answer_words. ended_at is when the review ended it.
CREATE TABLE integration_review_items (
    id bigint GENERATED ALWAYS AS IDENTITY,
    review_id bigint NOT NULL,
    kind text NOT NULL,
    app_id bigint NOT NULL,
    app_slug text NOT NULL,
    app_name text NOT NULL,
    facts jsonb NOT NULL,
    decision text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    decider_id bigint,
    decided_at timestamptz,
    asked_id bigint,
    answer text NOT NULL DEFAULT '',
    answer_words text NOT NULL DEFAULT '',
    answered_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT integration_review_items_pkey PRIMARY KEY (id),
    CONSTRAINT integration_review_items_key UNIQUE (review_id, kind, app_id),
    CONSTRAINT integration_review_items_kind CHECK (kind IN ('installed', 'authorized', 'oauth')),
    CONSTRAINT integration_review_items_decision CHECK (decision IN ('', 'keep', 'revoke', 'ask')),
    CONSTRAINT integration_review_items_answer CHECK (answer IN ('', 'needed', 'unneeded')),
    CONSTRAINT integration_review_items_answered CHECK ((answer = '') = (answered_at IS NULL)),
    CONSTRAINT integration_review_items_review_fk FOREIGN KEY (review_id) REFERENCES integration_reviews (id) ON DELETE CASCADE,
    CONSTRAINT integration_review_items_decider_fk FOREIGN KEY (decider_id) REFERENCES accounts (id) ON DELETE SET NULL,
    CONSTRAINT integration_review_items_asked_fk FOREIGN KEY (asked_id) REFERENCES accounts (id) ON DELETE SET NULL
);
CREATE INDEX integration_review_items_decider_idx ON integration_review_items (decider_id);
CREATE INDEX integration_review_items_asked_idx ON integration_review_items (asked_id, id DESC);
