-- Figures of listings.

-- A day's salt makes a visitor's address and browser into a number that nobody
-- can turn back, or recognize on another day: with the salt goes the last thing
-- that tied them together.
CREATE TABLE visit_salts (
    day date NOT NULL,
    salt bytea NOT NULL,
    CONSTRAINT visit_salts_pkey PRIMARY KEY (day)
);

-- What each visitor did on a day, until it is summed up.
CREATE TABLE listing_visits (
    day date NOT NULL,
    listing_id bigint NOT NULL,
    visitor bigint NOT NULL,
    country text NOT NULL DEFAULT '',
    language text NOT NULL,
    views integer NOT NULL,
    clicks integer NOT NULL,
    CONSTRAINT listing_visits_pkey PRIMARY KEY (day, listing_id, visitor),
    CONSTRAINT listing_visits_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id) ON DELETE CASCADE
);

-- What happened beside visits: installations, purchases, money.
CREATE TABLE listing_facts (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    listing_id bigint NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    country text NOT NULL DEFAULT '',
    language text NOT NULL DEFAULT '',
    minor bigint NOT NULL DEFAULT 0,
    currency text NOT NULL DEFAULT '',
    CONSTRAINT listing_facts_pkey PRIMARY KEY (id),
    CONSTRAINT listing_facts_kind CHECK (kind IN ('install', 'uninstall', 'purchase', 'trial', 'cancel', 'revenue')),
    CONSTRAINT listing_facts_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id) ON DELETE CASCADE
);
CREATE INDEX listing_facts_at_idx ON listing_facts (at);

-- The sums, which a periodic job makes.
CREATE TABLE listing_days (
    listing_id bigint NOT NULL,
    day date NOT NULL,
    country text NOT NULL,
    language text NOT NULL,
    currency text NOT NULL DEFAULT '',
    visitors integer NOT NULL DEFAULT 0,
    views integer NOT NULL DEFAULT 0,
    clicks integer NOT NULL DEFAULT 0,
    installs integer NOT NULL DEFAULT 0,
    uninstalls integer NOT NULL DEFAULT 0,
    purchases integer NOT NULL DEFAULT 0,
    trials integer NOT NULL DEFAULT 0,
    cancellations integer NOT NULL DEFAULT 0,
    revenue_minor bigint NOT NULL DEFAULT 0,
    CONSTRAINT listing_days_pkey PRIMARY KEY (listing_id, day, country, language, currency),
    CONSTRAINT listing_days_listing_fk FOREIGN KEY (listing_id) REFERENCES listings (id) ON DELETE CASCADE
);
