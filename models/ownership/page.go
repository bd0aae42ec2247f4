package ownership

import (
	"context"
	"fmt"
	"time"

	"souk/models"
	"souk/models/apps"
)

// Page is what an app without a public listing shows of itself.
type Page struct {
	*apps.Standing
	Verified bool
	Website  string
	Domains  []string // by which its integrator is verified
	Since    time.Time
	Mine     bool // the reader may manage it
}

// Page is the page of a registered app: for everyone where it is public, for
// those who look after it otherwise. Whoever may not see it gets ErrNotFound, as
// for the app of an integrator whom staff has suspended.
func (s *Service) Page(ctx context.Context, actor models.Actor, slug string) (*Page, error) {
	st, err := apps.Of(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, err
	}
	mine := !actor.Anonymous() && actor.MayManageApp(st.Rights()) == nil
	if !st.Registered() || !mine && (!st.Public || st.Suspended) {
		return nil, models.ErrNotFound
	}
	p := &Page{Standing: st, Since: *st.RegisteredAt, Mine: mine}
	err = s.db.Pool().QueryRow(ctx, `SELECT verified_at IS NOT NULL, website_url, CASE WHEN verified_at IS NOT NULL THEN
			ARRAY(SELECT name FROM domains WHERE organization_id = a.id AND verified_at IS NOT NULL ORDER BY name LIMIT 5) END
		FROM accounts a WHERE id = $1`, *st.AccountID).Scan(&p.Verified, &p.Website, &p.Domains)
	if err != nil {
		return nil, fmt.Errorf("ownership: page: %w", err)
	}
	return p, nil
}
