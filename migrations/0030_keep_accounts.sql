-- An account that has bought or sold something is kept as an empty shell once it is
-- deleted: invoices and the ledger refer to it, and the law wants them for years.
-- Nothing of the person is left in it but the number. It counts as suspended, so
-- that nobody sees it.
ALTER TABLE accounts ADD COLUMN deleted_at timestamptz;
ALTER TABLE accounts ADD CONSTRAINT accounts_deleted CHECK (deleted_at IS NULL OR suspended_at IS NOT NULL);

-- bury_account deletes an account with all that goes with it. Where money has
-- moved, the account's row stays as a shell: what would go with the row goes, and
-- what would forget it forgets it. It refuses while a subscription runs, money is
-- owed, or the account has apps.
CREATE FUNCTION bury_account(gone bigint, at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    tie record;
BEGIN
    IF EXISTS (SELECT FROM apps WHERE account_id = gone) THEN
        RAISE foreign_key_violation USING MESSAGE = 'the account has apps', TABLE = 'apps', CONSTRAINT = 'apps_account_fk';
    END IF;
    IF EXISTS (SELECT FROM subscriptions WHERE (account_id = gone OR seller_id = gone) AND state <> 'ended')
        OR EXISTS (SELECT FROM invoices WHERE account_id = gone AND kind = 'invoice' AND state = 'open') THEN
        RAISE foreign_key_violation USING MESSAGE = 'the account has subscriptions', TABLE = 'subscriptions', CONSTRAINT = 'subscriptions_account_fk';
    END IF;
    DELETE FROM sellers s WHERE s.account_id = gone
        AND NOT EXISTS (SELECT FROM subscriptions x WHERE x.seller_id = gone)
        AND NOT EXISTS (SELECT FROM payment_methods x WHERE x.seller_id = gone)
        AND NOT EXISTS (SELECT FROM payouts x WHERE x.seller_id = gone);
    IF NOT EXISTS (SELECT FROM subscriptions WHERE account_id = gone) AND NOT EXISTS (SELECT FROM sellers WHERE account_id = gone)
        AND NOT EXISTS (SELECT FROM payment_methods WHERE account_id = gone AND reference <> '') THEN -- the gateway is still to forget it
        DELETE FROM payment_methods WHERE account_id = gone;
        DELETE FROM accounts WHERE id = gone;
        RETURN false;
    END IF;
    FOR tie IN SELECT c.conrelid::regclass AS holder, a.attname AS ref, c.confdeltype AS act
        FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND c.confrelid = 'accounts'::regclass AND c.confdeltype IN ('c', 'n') LOOP
        IF tie.act = 'c' THEN
            EXECUTE format('DELETE FROM %s WHERE %I = $1', tie.holder, tie.ref) USING gone;
        ELSE
            EXECUTE format('UPDATE %s SET %I = NULL WHERE %I = $1', tie.holder, tie.ref, tie.ref) USING gone;
        END IF;
    END LOOP;
    UPDATE payment_methods SET state = 'removed' WHERE account_id = gone;
    UPDATE sellers SET ready = false, mail = '', transfer_details = '', accepts_transfer = false, updated_at = at WHERE account_id = gone;
    UPDATE accounts SET login = 'deleted_' || gone, name = '', website_url = '', bio = '', location = '', verified_at = NULL,
        suspended_at = at, suspended_reason = '', deleted_at = at, updated_at = at WHERE id = gone;
    RETURN true;
END
$$;

-- Nobody buys for an account that is gone: the shell is there for the foreign key,
-- so this looks closer. The lock waits for whoever deletes it at the moment.
CREATE FUNCTION refuse_gone_buyer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM accounts WHERE id = NEW.account_id AND deleted_at IS NULL FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'the account is gone', TABLE = 'subscriptions', CONSTRAINT = 'subscriptions_account_fk';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER subscriptions_buyer_there BEFORE INSERT ON subscriptions FOR EACH ROW EXECUTE FUNCTION refuse_gone_buyer();
