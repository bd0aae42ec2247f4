package ownership

import (
	"context"
	"fmt"
	"slices"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/hooks"
	"souk/models/jobs"
	"souk/models/notices"
)

// Prospects are what would become of an app, for the page from which it is
// handed on or deleted.
type Prospects struct {
	Standing *apps.Standing
	Offer    *Offer // nil for none

	Secrets, Keys, Managers int
	Drafts                  int // saved versions of its listing's draft
	Reviews                 int // submissions of its listing
	Installations           int // accounts that it is installed on
}

// Prospects are those of an app that the actor owns.
func (s *Service) Prospects(ctx context.Context, actor models.Actor, slug string) (*Prospects, error) {
	st, err := owned(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, err
	}
	p := &Prospects{Standing: st}
	if p.Offer, err = s.offerOf(ctx, s.db.Pool(), st.ID); err != nil {
		return nil, err
	}
	err = s.db.Pool().QueryRow(ctx, `SELECT (SELECT count(*) FROM app_secrets WHERE app_id = $1), (SELECT count(*) FROM app_keys WHERE app_id = $1),
			(SELECT count(*) FROM app_managers WHERE app_id = $1), (SELECT count(*) FROM listing_drafts WHERE listing_id = $2),
			(SELECT count(*) FROM listing_submissions WHERE listing_id = $2),
			(SELECT count(*) FROM installations WHERE app_id = $1)`, st.ID, st.ListingID).
		Scan(&p.Secrets, &p.Keys, &p.Managers, &p.Drafts, &p.Reviews, &p.Installations)
	if err != nil {
		return nil, fmt.Errorf("ownership: prospects: %w", err)
	}
	return p, nil
}

// Delete ends an app, its installations, and its listing with everything about it. What both were
// called is kept from others for models.SlugRetirement. Confirm is the app's
// name. It returns ErrAppStillListed while somebody could still see or decide on
// the listing, ErrAppSold where somebody has bought a plan of it, since their
// invoices refer to it, and ErrAppNameMismatch.
func (s *Service) Delete(ctx context.Context, actor models.Actor, slug, confirm string) error {
	return s.reshape(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		switch {
		case !st.ListingState.MayEnd():
			return models.ErrAppStillListed
		case confirm != st.Name:
			return models.ErrAppNameMismatch
		}
		keepers, err := apps.Keepers(ctx, tx, st.ID)
		if err != nil {
			return err
		}
		if s.installations != nil {
			if err := s.installations.EndOfApp(ctx, tx, actor, st.ID); err != nil {
				return err
			}
		}
		if err := s.remove(ctx, tx, st); err != nil {
			return err
		}
		before := map[string]any{"name": st.Name, "kind": st.Kind, "client_id": st.ClientID, "listing": st.ListingSlug}
		if err := s.record(ctx, tx, actor, "app.delete", st, st.AccountID, before, nil); err != nil {
			return err
		}
		return s.tell(ctx, tx, actor, notices.Notice{Kind: models.NoticeAppDeleted, Link: "/settings/apps",
			Params: map[string]string{"app": st.Name, "login": actor.Login}}, keepers)
	})
}

func (s *Service) remove(ctx context.Context, tx *db.Tx, st *apps.Standing) error {
	now := s.now()
	if err := hooks.Farewell(ctx, tx, st.ID, now); err != nil {
		return err
	}
	until := now.Add(models.SlugRetirement)
	const retire = `INSERT INTO retired_slugs (kind, slug, account_id, until) VALUES ($1, $2, $3, $4)
		ON CONFLICT ON CONSTRAINT retired_slugs_pkey DO UPDATE SET account_id = excluded.account_id, until = excluded.until`
	type step struct {
		sql  string
		args []any
	}
	steps := []step{{`DELETE FROM retired_slugs WHERE until <= $1`, []any{now}}}
	if st.ListingID != 0 {
		steps = append(steps, step{`DELETE FROM listings WHERE id = $1`, []any{st.ListingID}},
			step{retire, []any{"listing", st.ListingSlug, st.AccountID, until}})
	}
	steps = append(steps, step{`DELETE FROM apps WHERE id = $1`, []any{st.ID}}, step{retire, []any{"app", st.Slug, st.AccountID, until}})
	for _, one := range steps {
		_, err := tx.Pgx.Exec(ctx, one.sql, one.args...)
		if sold(err) {
			return models.ErrAppSold
		}
		if err != nil {
			return fmt.Errorf("ownership: delete: %w", err)
		}
	}
	if st.ListingID == 0 {
		return nil
	}
	return s.queue.Enqueue(ctx, tx, jobs.IndexListings{IDs: []int64{st.ListingID}})
}

// sold reports whether a listing can't go because somebody has bought a plan of it.
func sold(err error) bool {
	return slices.ContainsFunc([]string{"subscriptions_listing_fk", "subscriptions_plan_fk", "orders_listing_fk", "orders_plan_fk", "charges_listing_fk",
		"invoices_listing_fk"}, func(constraint string) bool { return db.Violates(err, constraint) })
}
