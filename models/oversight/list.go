package oversight

import (
	"context"
	"time"

	"souk/models"
)

// List is a page of what reaches an account.
type List struct {
	Account
	Filter models.IntegrationFilter
	Counts map[models.IntegrationKind]int  // of all there are
	States map[models.IntegrationState]int // of the kind that is shown
	Total  int                             // that the filter lets through
	Items  []Item
	Now    time.Time
}

// Item is an integration in a list.
type Item struct {
	models.Integration
	Repositories int  // that it reaches
	Unused       bool // for models.UnusedAfter
	Revocable    bool
}

// List is a page of what is installed and authorized: of the organization at login,
// or of the actor, where that is "". It returns ErrUnknownChoice, and ErrPageOutOfRange.
func (s *Service) List(ctx context.Context, actor models.Actor, login string, f models.IntegrationFilter, page int) (*List, error) {
	a, err := s.account(ctx, s.db.Pool(), actor, login)
	if err != nil {
		return nil, err
	}
	if err := f.Check(); err != nil {
		return nil, err
	}
	all, err := a.all(ctx, s.db.Pool())
	if err != nil {
		return nil, err
	}
	l := &List{Account: *a, Filter: f, Now: s.now()}
	l.count(all)
	chosen := f.Choose(all, l.Now)
	l.Total = len(chosen)
	if err := models.CheckPage(page, PerPage, l.Total); err != nil {
		return nil, err
	}
	l.Items, err = s.items(ctx, a, chosen[min((page-1)*PerPage, l.Total):min(page*PerPage, l.Total)])
	return l, err
}

// count fills in what the tabs and filters say.
func (l *List) count(all []models.Integration) {
	l.Counts, l.States = map[models.IntegrationKind]int{}, map[models.IntegrationState]int{}
	for i := range all {
		l.Counts[all[i].Kind]++
	}
	for _, state := range models.IntegrationStates() {
		f := models.IntegrationFilter{Kind: l.Filter.Kind, State: state}
		l.States[state] = f.Count(all, l.Now)
	}
}

// items adds what lists show beside.
func (s *Service) items(ctx context.Context, a *Account, list []models.Integration) ([]Item, error) {
	counts, err := selected(ctx, s.db.Pool(), list)
	if err != nil {
		return nil, err
	}
	out := make([]Item, len(list))
	for i := range list {
		out[i] = Item{Integration: list[i], Repositories: a.reached(&list[i], counts), Unused: list[i].Unused(s.now()), Revocable: list[i].Revocable(a.Kind)}
	}
	return out, nil
}
