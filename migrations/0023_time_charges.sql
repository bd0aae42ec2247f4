-- When a charge fell due by the calendar, however late it was made (null: when it
-- was made), and whether the
-- buyer is there to confirm it: a call that is repeated has to be the same.
ALTER TABLE charges ADD COLUMN at timestamptz;
ALTER TABLE charges ADD COLUMN present boolean NOT NULL DEFAULT false;

-- A plan that gets a capacity counts what is taken of it from then on.
CREATE FUNCTION count_plan_seats() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO plan_seats (plan_id, taken)
    SELECT NEW.id, coalesce(sum(s.units), 0) FROM subscriptions s WHERE s.plan_id = NEW.id AND s.state <> 'ended'
    ON CONFLICT (plan_id) DO UPDATE SET taken = excluded.taken;
    RETURN NULL;
END
$$;
CREATE TRIGGER plans_seats_insert AFTER INSERT ON plans FOR EACH ROW WHEN (NEW.capacity IS NOT NULL) EXECUTE FUNCTION count_plan_seats();
CREATE TRIGGER plans_seats_update AFTER UPDATE OF capacity ON plans FOR EACH ROW
    WHEN (OLD.capacity IS NULL AND NEW.capacity IS NOT NULL) EXECUTE FUNCTION count_plan_seats();
