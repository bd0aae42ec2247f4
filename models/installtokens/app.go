package installtokens

import (
	"context"
	"fmt"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
)

// Registered is a GitHub App as the API tells of it.
type Registered struct {
	models.App
	Owner         *models.HookAccount // nil: nobody
	Installations *int                // nil: not told
}

// App is an app as it sees itself.
func (s *Service) App(ctx context.Context, appID int64) (*Registered, error) {
	var slug string
	var count int
	err := s.db.Pool().QueryRow(ctx, `SELECT a.slug, (SELECT count(*) FROM installations i WHERE i.app_id = a.id) FROM apps a WHERE a.id = $1`, appID).Scan(&slug, &count)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("installtokens: app: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	st, err := apps.Of(ctx, s.db.Pool(), models.Actor{}, slug, false)
	if err != nil {
		return nil, err
	}
	r := registered(st)
	r.Installations = &count
	return r, nil
}

// AppAt is the app at an address as others see it: the actor, or the app appID that
// asks; 0 for none. It returns ErrNotFound for what isn't a GitHub App that is
// registered here, and for a private one of others.
func (s *Service) AppAt(ctx context.Context, actor models.Actor, appID int64, slug string) (*Registered, error) {
	st, err := apps.Of(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, err
	}
	facts := models.InstallFacts{App: st.Rights(), Public: st.Public}
	if st.Kind != models.GitHubApp || !st.Registered() || st.ID != appID && !st.Public && actor.MaySeeToInstall(&facts) != nil {
		return nil, models.ErrNotFound
	}
	return registered(st), nil
}

func registered(st *apps.Standing) *Registered {
	r := &Registered{App: st.App}
	if st.AccountID != nil {
		r.Owner = &models.HookAccount{ID: *st.AccountID, Login: st.Owner, Kind: st.OwnerKind}
	}
	return r
}
