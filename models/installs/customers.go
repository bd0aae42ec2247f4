package installs

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
)

// Customer is an installation as the app's integrator sees it.
type Customer struct {
	Standing
	More models.Grants // what the account hasn't agreed to yet
}

// Customers is a page of the accounts that an app is installed on.
type Customers struct {
	*apps.Standing
	Filter
	Counts Counts
	Items  []Customer
	Total  int  // that fit the filter
	MayBar bool // the actor may suspend them
}

// Customers is a page of the accounts that the app at slug is installed on, the newest
// first, for whoever looks after it. It takes three statements.
func (s *Service) Customers(ctx context.Context, actor models.Actor, slug string, f Filter) (*Customers, error) {
	pattern, err := f.check()
	if err != nil {
		return nil, err
	}
	st, err := s.looked(ctx, actor, slug)
	if err != nil {
		return nil, err
	}
	c := &Customers{Standing: st, Filter: f, MayBar: actor.MayBarInstallation(st.Rights()) == nil}
	var counts []byte
	if err := s.db.Pool().QueryRow(ctx, `SELECT `+countsSQL+`i.app_id = $1)`, st.ID).Scan(&counts); err != nil {
		return nil, fmt.Errorf("installs: customers: %w", err)
	}
	if err := json.Unmarshal(counts, &c.Counts); err != nil {
		return nil, fmt.Errorf("installs: customers: %w", err)
	}
	rows, err := s.db.Pool().Query(ctx, `SELECT `+standingColumns+`, count(*) OVER () FROM`+standingTables+`
		WHERE i.app_id = $1 AND `+viewSQL[f.View]+` AND (t.login ILIKE $2 OR t.name ILIKE $2) ORDER BY i.id DESC LIMIT $3 OFFSET $4`,
		st.ID, pattern, PerPage, (f.Page-1)*PerPage)
	if err != nil {
		return nil, fmt.Errorf("installs: customers: %w", err)
	}
	c.Items, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (it Customer, err error) {
		err = it.scan(row, &c.Total)
		it.More = it.Permissions.Beyond(it.App.Permissions.Installable())
		return it, err
	})
	if err != nil {
		return nil, fmt.Errorf("installs: customers: %w", err)
	}
	if f.Page > 1 && len(c.Items) == 0 {
		return nil, models.ErrPageOutOfRange
	}
	return c, nil
}

// looked is the GitHub App at slug, for whoever may look after it.
func (s *Service) looked(ctx context.Context, actor models.Actor, slug string) (*apps.Standing, error) {
	st, err := apps.Of(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, err
	}
	if err := actor.MaySeeAppSettings(st.Rights()); err != nil {
		return nil, err
	}
	if !st.Registered() || st.Kind != models.GitHubApp {
		return nil, models.ErrNotFound
	}
	return st, nil
}

// Customer is one of them, for whoever may suspend it.
func (s *Service) Customer(ctx context.Context, actor models.Actor, slug string, id int64) (*apps.Standing, *Customer, error) {
	st, err := s.looked(ctx, actor, slug)
	if err != nil {
		return nil, nil, err
	}
	if err := actor.MayBarInstallation(st.Rights()); err != nil {
		return nil, nil, err
	}
	i, err := one(ctx, s.db.Pool(), `i.id = $1 AND i.app_id = $2`, id, st.ID)
	if err != nil {
		return nil, nil, err
	}
	return st, &Customer{Standing: *i, More: i.Permissions.Beyond(i.App.Permissions.Installable())}, nil
}
