-- Tells every instance, on commit, which listings a statement changed, so that
-- pages and column copies kept in memory follow at once. More than 200 listings
-- are announced as '*'.
CREATE FUNCTION announce_listings(ids bigint[]) RETURNS void LANGUAGE sql AS $$
    SELECT CASE
        WHEN ids IS NULL OR cardinality(ids) = 0 THEN NULL
        WHEN cardinality(ids) > 200 THEN pg_notify('souk_catalogue', '*')
        ELSE pg_notify('souk_catalogue', array_to_string(ids, ','))
    END
$$;

CREATE FUNCTION announce_listing_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_listings(ARRAY(SELECT DISTINCT id FROM changed));
    RETURN NULL;
END
$$;

CREATE FUNCTION announce_listing_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_listings(ARRAY(SELECT DISTINCT listing_id FROM changed));
    RETURN NULL;
END
$$;

CREATE FUNCTION announce_app_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_listings(ARRAY(SELECT l.id FROM changed c JOIN listings l ON l.app_id = c.id));
    RETURN NULL;
END
$$;

CREATE FUNCTION announce_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('souk_catalogue', '*');
    RETURN NULL;
END
$$;

CREATE TRIGGER listings_insert AFTER INSERT ON listings REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_rows();
CREATE TRIGGER listings_update AFTER UPDATE ON listings REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_rows();
CREATE TRIGGER listings_delete AFTER DELETE ON listings REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_rows();

CREATE TRIGGER listing_categories_insert AFTER INSERT ON listing_categories REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER listing_categories_update AFTER UPDATE ON listing_categories REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER listing_categories_delete AFTER DELETE ON listing_categories REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();

CREATE TRIGGER listing_translations_insert AFTER INSERT ON listing_translations REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER listing_translations_update AFTER UPDATE ON listing_translations REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER listing_translations_delete AFTER DELETE ON listing_translations REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();

CREATE TRIGGER plans_insert AFTER INSERT ON plans REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER plans_update AFTER UPDATE ON plans REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER plans_delete AFTER DELETE ON plans REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();

CREATE TRIGGER screenshots_insert AFTER INSERT ON screenshots REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER screenshots_update AFTER UPDATE ON screenshots REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();
CREATE TRIGGER screenshots_delete AFTER DELETE ON screenshots REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_listing_parts();

CREATE TRIGGER apps_update AFTER UPDATE ON apps REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_app_rows();
CREATE TRIGGER accounts_update AFTER UPDATE ON accounts FOR EACH STATEMENT EXECUTE FUNCTION announce_everything();
CREATE TRIGGER categories_change AFTER INSERT OR UPDATE OR DELETE ON categories FOR EACH STATEMENT EXECUTE FUNCTION announce_everything();
-- TRUNCATE fires none of the above.
CREATE TRIGGER listings_truncate AFTER TRUNCATE ON listings FOR EACH STATEMENT EXECUTE FUNCTION announce_everything();
