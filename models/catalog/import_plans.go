package catalog

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// planRow is a plan on its way into the database.
type planRow struct {
	ListingID    int64              `json:"listing_id"`
	Number       int                `json:"number"`
	Position     int                `json:"position"`
	Name         string             `json:"name"`
	Kind         models.PlanKind    `json:"kind"`
	Description  string             `json:"description"`
	MonthlyMinor *int64             `json:"monthly_minor"`
	YearlyMinor  *int64             `json:"yearly_minor"`
	Currency     string             `json:"currency"`
	UnitName     string             `json:"unit_name"`
	MinUnits     *int64             `json:"min_units"`
	MaxUnits     *int64             `json:"max_units"`
	Capacity     *int64             `json:"capacity"`
	TrialDays    int                `json:"trial_days"`
	Bullets      []string           `json:"bullets"`
	Audience     models.Audience    `json:"audience"`
	State        models.PlanState   `json:"state"`
	PricePolicy  models.PricePolicy `json:"price_policy"`
	NoticeDays   int                `json:"notice_days"`
	AsOf         *string            `json:"as_of"`
}

// storePlans keeps the identity of a plan, which is its number: an entry tells
// it, or else it is that of the plan with the same name. A plan that the entry no
// longer has is retired, not removed, since there may be subscriptions to it.
func (im *importer) storePlans(ctx context.Context, tx *db.Tx, rows []*listingRow) error {
	have, err := existingPlans(ctx, tx, rows)
	if err != nil {
		return fmt.Errorf("plans: %w", err)
	}
	var plans []planRow
	kept := make([]string, 0)
	var changed []int64
	for _, r := range rows {
		if !r.isNew {
			changed = append(changed, r.ID)
		}
		for i, number := range numbered(r.entry.Plans, have[r.ID]) {
			kept = append(kept, fmt.Sprintf("%d %d", r.ID, number))
			plans = append(plans, rowOf(&r.entry.Plans[i], r.ID, number, i))
		}
	}
	if len(changed) > 0 {
		if _, err := tx.Pgx.Exec(ctx, `UPDATE plans SET state = 'retired', updated_at = $3
			WHERE listing_id = ANY($1) AND state <> 'retired' AND NOT (listing_id || ' ' || number) = ANY($2)`, changed, kept, im.s.now()); err != nil {
			return fmt.Errorf("plans: %w", err)
		}
	}
	if len(plans) == 0 {
		return nil
	}
	data, err := json.Marshal(plans)
	if err != nil {
		return err
	}
	if _, err = tx.Pgx.Exec(ctx, upsertPlans, string(data), im.s.now()); err != nil {
		return fmt.Errorf("plans: %w", err)
	}
	return nil
}

// numbered gives each plan its number: the one that it tells, that of the plan
// with its name if no other plan tells that one, or a new one.
func numbered(plans []models.PlanTerm, have knownPlans) []int {
	told, last := map[int]bool{}, have.last
	for i := range plans {
		told[plans[i].Number] = true
		last = max(last, plans[i].Number)
	}
	numbers := make([]int, len(plans))
	for i := range plans {
		n := plans[i].Number
		if n == 0 {
			n = have.byName[plans[i].Name]
			if n == 0 || told[n] {
				last++
				n = last
			}
			told[n] = true
		}
		numbers[i] = n
	}
	return numbers
}

const upsertPlans = `
	INSERT INTO plans (listing_id, number, position, name, kind, description, monthly_minor, yearly_minor, currency, unit_name,
		min_units, max_units, capacity, trial_days, bullets, audience, state, price_policy, notice_days, as_of, created_at, updated_at)
	SELECT listing_id, number, position, name, kind, description, monthly_minor, yearly_minor, currency, unit_name,
		min_units, max_units, capacity, trial_days, bullets, audience, state, price_policy, notice_days, as_of, $2, $2
	FROM jsonb_to_recordset($1) AS r (listing_id bigint, number int, position int, name text, kind text, description text,
		monthly_minor bigint, yearly_minor bigint, currency text, unit_name text, min_units bigint, max_units bigint, capacity bigint,
		trial_days int, bullets text[], audience text, state text, price_policy text, notice_days int, as_of date)
	ON CONFLICT (listing_id, number) DO UPDATE SET position = excluded.position, name = excluded.name, kind = excluded.kind,
		description = excluded.description, monthly_minor = excluded.monthly_minor, yearly_minor = excluded.yearly_minor,
		currency = excluded.currency, unit_name = excluded.unit_name, min_units = excluded.min_units, max_units = excluded.max_units,
		capacity = excluded.capacity, trial_days = excluded.trial_days, bullets = excluded.bullets, audience = excluded.audience, state = excluded.state,
		price_policy = excluded.price_policy, notice_days = excluded.notice_days, as_of = excluded.as_of, updated_at = $2`

func rowOf(p *models.PlanTerm, listing int64, number, position int) planRow {
	m := planOf(p)
	r := planRow{
		ListingID: listing, Number: number, Position: position, Name: m.Name, Kind: m.Kind, Description: m.Description,
		MonthlyMinor: m.MonthlyMinor, YearlyMinor: m.YearlyMinor, Currency: m.Currency, UnitName: m.UnitName,
		MinUnits: p.MinUnits, MaxUnits: p.MaxUnits, Capacity: p.Capacity, TrialDays: m.TrialDays, Bullets: m.Bullets, Audience: m.Audience, State: m.State,
		PricePolicy: models.PricePolicy(orElse(string(p.PricePolicy), string(models.PriceKeep))), NoticeDays: models.DefaultNoticeDays,
		AsOf: dateOrNil(p.AsOf),
	}
	if p.NoticeDays != nil {
		r.NoticeDays = *p.NoticeDays
	}
	return r
}

// knownPlans are the numbers of a listing's plans by name, and the highest of
// them.
type knownPlans struct {
	byName map[string]int
	last   int
}

// existingPlans finds the listings' plans. Of those with the same name, one that
// isn't retired counts.
func existingPlans(ctx context.Context, tx *db.Tx, rows []*listingRow) (map[int64]knownPlans, error) {
	have := map[int64]knownPlans{}
	var ids []int64
	for _, r := range rows {
		if !r.isNew {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) == 0 {
		return have, nil
	}
	found, err := tx.Pgx.Query(ctx, "SELECT listing_id, number, name FROM plans WHERE listing_id = ANY($1) ORDER BY state = 'retired' DESC, number", ids)
	if err != nil {
		return nil, err
	}
	var listing int64
	var number int
	var name string
	_, err = pgx.ForEachRow(found, []any{&listing, &number, &name}, func() error {
		k := have[listing]
		if k.byName == nil {
			k.byName = map[string]int{}
		}
		k.byName[name], k.last = number, max(k.last, number)
		have[listing] = k
		return nil
	})
	return have, err
}
