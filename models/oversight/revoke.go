package oversight

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// Chosen says which integrations are to be ended: those with these keys, or, where
// there are none, those that the filter lets through.
type Chosen struct {
	Keys   []string
	Filter models.IntegrationFilter
}

// Ending is what ending some integrations will break.
type Ending struct {
	Account
	Items []Broken             // at most models.MaxRevoked
	More  int                  // that were chosen beyond those
	Kept  []models.Integration // that were chosen and can't be ended by themselves
	Now   time.Time
}

// Broken is an integration with what hangs on it.
type Broken struct {
	Item
	Names              []string // of the first repositories that are selected
	People             []string // of an organization, logins of the first who authorized it
	InstallationTokens int      // that work now
	UserTokens         int
	Hears              []string // events that its webhook gets of the account
	Subscription       *Subscription
}

// Subscription is what the account pays for an app; it goes on by itself.
type Subscription struct {
	ID      int64                    `json:"id"`
	Listing string                   `json:"listing"`
	Plan    string                   `json:"plan"`
	State   models.SubscriptionState `json:"state"`
	Free    bool                     `json:"free"`
	Until   *time.Time               `json:"until"` // its period ends
}

// Ending is what ending the chosen integrations of an account would break. Nothing
// chosen is no error: there are no items.
func (s *Service) Ending(ctx context.Context, actor models.Actor, login string, c Chosen) (*Ending, error) {
	a, err := s.account(ctx, s.db.Pool(), actor, login)
	if err != nil {
		return nil, err
	}
	list, err := s.choose(ctx, a, c)
	if err != nil {
		return nil, err
	}
	return s.ending(ctx, a, list)
}

// choose are the chosen ones of an account's integrations, by name.
func (s *Service) choose(ctx context.Context, a *Account, c Chosen) ([]models.Integration, error) {
	if err := c.Filter.Check(); err != nil {
		return nil, err
	}
	all, err := a.all(ctx, s.db.Pool())
	if err != nil {
		return nil, err
	}
	if len(c.Keys) == 0 {
		return c.Filter.Choose(all, s.now()), nil
	}
	var out []models.Integration
	for i := range all {
		if slices.Contains(c.Keys, all[i].Key()) {
			out = append(out, all[i])
		}
	}
	return (&models.IntegrationFilter{}).Choose(out, s.now()), nil
}

// ending says what ending these breaks.
func (s *Service) ending(ctx context.Context, a *Account, list []models.Integration) (*Ending, error) {
	e := &Ending{Account: *a, Now: s.now()}
	var end []models.Integration
	for i := range list {
		switch {
		case !list[i].Revocable(a.Kind):
			e.Kept = append(e.Kept, list[i])
		case len(end) == models.MaxRevoked:
			e.More++
		default:
			end = append(end, list[i])
		}
	}
	items, err := s.items(ctx, a, end)
	if err != nil {
		return nil, err
	}
	breaks, err := s.breaks(ctx, a, end)
	if err != nil {
		return nil, err
	}
	for i := range items {
		b := Broken{Item: items[i], Subscription: breaks[items[i].AppID].Subscription}
		b.take(breaks[items[i].AppID])
		e.Items = append(e.Items, b)
	}
	return e, nil
}

// broken is what hangs on an app of an account, installed or authorized.
type broken struct {
	Names, People, Events          []string
	InstallationTokens, UserTokens int
	Subscription                   *Subscription
}

// take keeps what concerns this kind of integration.
func (b *Broken) take(all broken) {
	if b.Kind == models.IntegrationInstalled {
		b.Names, b.InstallationTokens = all.Names, all.InstallationTokens
		b.Hears = models.EventsFor(all.Events, b.Permissions)
	}
	b.People, b.UserTokens = all.People, all.UserTokens
}

// breaksSQL is what hangs on the apps $2 of the account $1 at $3.
var breaksSQL = `WITH ` + peopleSQL + `
	SELECT a.id,
		ARRAY(SELECT r.name FROM installation_repositories x JOIN repositories r ON r.id = x.repository_id WHERE x.installation_id = i.id ORDER BY r.id LIMIT 5),
		ARRAY(SELECT m.login FROM authorizations g JOIN people USING (account_id) JOIN accounts m ON m.id = g.account_id WHERE g.app_id = a.id AND m.id <> $1 ORDER BY m.login LIMIT 5),
		CASE WHEN a.webhook_active AND a.webhook_url <> '' THEN coalesce(a.events, '{}') ELSE '{}' END,
		(SELECT count(*) FROM installation_tokens t WHERE t.installation_id = i.id AND t.expires_at > $3),
		(SELECT count(*) FROM authorizations g JOIN people USING (account_id) JOIN authorization_tokens t ON t.authorization_id = g.id
			WHERE g.app_id = a.id AND (t.expires_at IS NULL OR t.expires_at > $3 OR t.refresh_expires_at > $3)),
		(SELECT json_build_object('id', s.id, 'listing', l.slug, 'plan', p.name, 'state', s.state, 'free', p.kind = 'free', 'until', s.period_end)
			FROM listings l JOIN subscriptions s ON s.listing_id = l.id JOIN plans p ON p.id = s.plan_id
			WHERE l.app_id = a.id AND s.account_id = $1 AND s.state <> 'ended')
	FROM apps a LEFT JOIN installations i ON i.app_id = a.id AND i.account_id = $1 WHERE a.id = ANY($2)`

func (s *Service) breaks(ctx context.Context, a *Account, list []models.Integration) (map[int64]broken, error) {
	var apps []int64
	for i := range list {
		apps = append(apps, list[i].AppID)
	}
	all := map[int64]broken{}
	rows, err := s.db.Pool().Query(ctx, breaksSQL, a.ID, apps, s.now())
	if err != nil {
		return nil, fmt.Errorf("oversight: breaks: %w", err)
	}
	var app int64
	var b broken
	var subscription []byte
	_, err = pgx.ForEachRow(rows, []any{&app, &b.Names, &b.People, &b.Events, &b.InstallationTokens, &b.UserTokens, &subscription}, func() error {
		b.Subscription = nil
		if len(subscription) > 0 {
			if err := json.Unmarshal(subscription, &b.Subscription); err != nil {
				return err
			}
		}
		all[app] = b
		b = broken{}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("oversight: breaks: %w", err)
	}
	return all, nil
}

// Revoked is what became of some integrations that were to be ended.
type Revoked struct {
	Done   int
	Closed bool // the review that decided it
	Failed []Failure
}

// Failure is an integration that couldn't be ended, and why.
type Failure struct {
	Name string
	Err  *models.Error
}

// Revoke ends the integrations with these keys, each for itself: what can't be ended
// keeps none of the others, and is told. It returns ErrNoneChosen without keys, and
// what rules say where the actor may end nothing at all.
func (s *Service) Revoke(ctx context.Context, actor models.Actor, login string, keys []string) (*Revoked, error) {
	a, err := s.account(ctx, s.db.Pool(), actor, login)
	if err != nil {
		return nil, err
	}
	if err := actor.MayRunInstallation(a.ID); err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, models.ErrNoneChosen
	}
	list, err := s.choose(ctx, a, Chosen{Keys: keys[:min(len(keys), models.MaxRevoked)]})
	if err != nil {
		return nil, err
	}
	var r Revoked
	for i := range list {
		if !list[i].Revocable(a.Kind) {
			continue
		}
		if err := r.note(&list[i], s.end(ctx, actor, a, &list[i])); err != nil {
			return &r, err
		}
	}
	return &r, nil
}

// note counts what became of one; it returns what is wrong with all.
func (r *Revoked) note(i *models.Integration, err error) error {
	known, ok := errors.AsType[*models.Error](err)
	switch {
	case err == nil, errors.Is(err, models.ErrNotFound): // somebody was quicker
		r.Done++
	case ok && (known.Kind == models.Forbidden || known.Kind == models.Conflict):
		r.Failed = append(r.Failed, Failure{i.Name, known})
	default:
		return err
	}
	return nil
}

// end is the one place where an integration ends: it is uninstalled, its authorization
// revoked, or the app denied what members authorized.
func (s *Service) end(ctx context.Context, actor models.Actor, a *Account, i *models.Integration) error {
	switch {
	case i.Kind == models.IntegrationInstalled:
		return s.installs.Uninstall(ctx, actor, i.ID)
	case a.Kind == models.KindUser:
		return s.oauth.Revoke(ctx, actor, i.ID)
	}
	return s.oauth.Decide(ctx, actor, a.Login, i.Slug, models.ApprovalDenied, "")
}
