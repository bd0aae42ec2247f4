package oauth

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/policies"
)

// Ask is what an app asks of somebody who came to the page that authorizes it.
type Ask struct {
	ClientID    string
	RedirectURI string // "" for the app's first callback
	State       string
	Challenge   string // of PKCE, S256; "" without
	Scopes      []string
	Permissions models.Grants     // that the page showed, of accounts; nil: whatever the app asks for
	Leave       []string          // keys of those that the person left out
	Places      []string          // logins of organizations that are asked to let the app in
	Query       map[string]string // more for the address that the app gets: installation_id, setup_action
}

// Asking is what authorizing an app would mean for somebody.
type Asking struct {
	App         models.App
	Owner       string // login of its integrator; "" for none
	OwnerName   string
	Verified    bool
	Suspended   bool // the integrator is, by staff
	Managed     bool
	ListingSlug string // of a listing that can be seen; "" for none

	Authorization *models.Authorization // that there is already; nil for none
	Declined      models.Grants
	Places        []Place
	facts         models.AppFacts

	Redirect string
	Refused  error    // why the app is sent back with an error at once
	Scopes   []string // that it gets
	More     []string // of those, that it hasn't yet
	Beyond   []string // of those, that its listing doesn't tell of
	New      models.Grants
	often    bool // it has signed in more often than one does
}

// Settled reports whether the person has agreed to all of it before.
func (a *Asking) Settled() bool {
	return a.Authorization != nil && len(a.New) == 0 && len(a.More) == 0 && !a.often
}

// Asks is what the app asks of accounts; nil for an OAuth App.
func (a *Asking) Asks() models.Grants {
	if a.App.Kind != models.GitHubApp {
		return nil
	}
	return a.App.Permissions.OfAccounts()
}

// Together is what a GitHub App may do with the account once the person agrees to all
// that is new.
func (a *Asking) Together() models.Grants {
	if a.Authorization == nil {
		return a.New
	}
	return joined(a.Authorization.Permissions, a.New)
}

// Reached reports whether the app reaches an organization once it is authorized.
func (a *Asking) Reached(p *Place) bool { return p.Reached(a.App.Kind, &a.facts) }

// Denied reports whether the organization's policy about apps denies it.
func (a *Asking) Denied(p *Place) bool { return p.Denied(&a.facts) }

// Asking says what authorizing an app would mean for the actor. It returns
// ErrNotFound where there is no such app for them, and ErrRedirectMismatch where
// nobody knows where to send them afterwards; what else stands against it is in
// Refused, for the app to be told.
func (s *Service) Asking(ctx context.Context, actor models.Actor, ask Ask) (*Asking, error) {
	if err := actor.MayAuthorize(); err != nil {
		return nil, err
	}
	a, err := s.asking(ctx, s.db.Pool(), actor, &ask)
	if err != nil {
		return nil, err
	}
	return a, a.back(&ask)
}

// back settles where the browser goes afterwards.
func (a *Asking) back(ask *Ask) (err error) {
	if len(ask.State) > models.MaxOAuthState || !db.Sayable(ask.State) {
		return models.ErrBadParameter.On("state")
	}
	a.Redirect, err = models.RedirectFor(a.App.Kind, a.App.CallbackURLs, ask.RedirectURI)
	switch {
	case err != nil && len(a.App.CallbackURLs) == 0:
		return err
	case err != nil:
		a.Redirect, a.Refused = a.App.CallbackURLs[0], err
	case a.Suspended:
		a.Refused = models.ErrAppHalted
	case ask.Challenge != "" && !models.ValidChallenge(ask.Challenge):
		return models.ErrChallenge
	}
	return nil
}

// pictureOf is the picture of an app and the colour behind it: those of its listing where
// that is public, as people know it from there.
func pictureOf(app string) string {
	of := func(column string) string {
		return `coalesce((SELECT l.` + column + ` FROM listings l WHERE l.app_id = ` + app + `.id AND l.public AND l.logo_hash <> ''), ` + app + `.` + column + `)`
	}
	return of("logo_hash") + ", " + of("logo_backdrop")
}

var askSQL = `SELECT app.id, app.account_id, app.slug, app.kind, app.name, app.homepage_url, app.description, app.permissions, app.scopes,
		app.callback_urls, app.public, app.expire_user_tokens, app.client_id, ` + pictureOf("app") + `, app.version,
		coalesce(o.login, ''), coalesce(nullif(o.name, ''), o.login, ''), o.verified_at IS NOT NULL, o.suspended_at IS NOT NULL,
		EXISTS (SELECT FROM app_managers m WHERE m.app_id = app.id AND m.account_id = $2),
		coalesce((SELECT l.slug FROM listings l WHERE l.app_id = app.id AND l.public), ''),
		g.id, g.permissions, g.declined, g.scopes, g.lacks, g.used_at, g.created_at, g.updated_at,
		(SELECT count(*) FROM authorization_codes c WHERE c.authorization_id = g.id AND c.created_at > $3),
		` + policies.AppFactsJSON("(app.id)") + `, ` + placesJSON("$2") + `
	FROM apps app LEFT JOIN accounts o ON o.id = app.account_id LEFT JOIN authorizations g ON g.app_id = app.id AND g.account_id = $2
	WHERE app.client_id = $1 AND app.registered_at IS NOT NULL`

// asking reads what there is to know, and reckons what is new.
func (s *Service) asking(ctx context.Context, q querier, actor models.Actor, ask *Ask) (*Asking, error) {
	if !db.Sayable(ask.ClientID) || ask.ClientID == "" {
		return nil, models.ErrNotFound
	}
	a, err := s.load(ctx, q, actor, ask.ClientID)
	if err != nil {
		return nil, err
	}
	rights := models.AppRights{ID: a.App.ID, Managed: a.Managed, Suspended: a.Suspended}
	if a.App.AccountID != nil {
		rights.AccountID = *a.App.AccountID
	}
	if err := actor.MaySeeToInstall(&models.InstallFacts{App: rights, Public: a.App.Public}); err != nil {
		return nil, err
	}
	a.reckon(ask)
	return a, nil
}

func (s *Service) load(ctx context.Context, q querier, actor models.Actor, clientID string) (*Asking, error) {
	var a Asking
	var id *int64
	var had models.Authorization
	var lacks *bool
	var created, updated *time.Time
	var signIns int
	var facts, places []byte
	p := &a.App
	err := q.QueryRow(ctx, askSQL, clientID, actor.UserID, s.now().Add(-time.Hour)).Scan(&p.ID, &p.AccountID, &p.Slug, &p.Kind, &p.Name,
		&p.HomepageURL, &p.Description, &p.Permissions, &p.Scopes, &p.CallbackURLs, &p.Public, &p.ExpireUserTokens, &p.ClientID, &p.LogoHash,
		&p.LogoBackdrop, &p.Version, &a.Owner, &a.OwnerName, &a.Verified, &a.Suspended, &a.Managed, &a.ListingSlug,
		&id, &had.Permissions, &a.Declined, &had.Scopes, &lacks, &had.UsedAt, &created, &updated, &signIns, &facts, &places)
	if err != nil {
		return nil, missing(err)
	}
	if id != nil {
		had.ID, had.AppID, had.AccountID, had.Lacks, had.CreatedAt, had.UpdatedAt = *id, p.ID, actor.UserID, *lacks, *created, *updated
		a.Authorization = &had
	}
	a.often = signIns >= models.SignInsUnasked
	return &a, decode(facts, &a.facts, places, &a.Places)
}

// reckon settles what the app gets, and what of that is new. Without a word about
// scopes it keeps those that it has.
func (a *Asking) reckon(ask *Ask) {
	held := []string{}
	if a.Authorization != nil {
		held = a.Authorization.Scopes
	}
	if a.App.Kind == models.GitHubApp {
		a.Scopes, a.New = []string{}, a.Asks()
		if a.Authorization != nil {
			a.New = joined(a.Authorization.Permissions, a.Declined).Beyond(a.Asks())
		}
		return
	}
	a.Scopes = models.NormalScopes(ask.Scopes)
	if len(a.Scopes) == 0 {
		a.Scopes = held
	}
	a.More = models.ScopesBeyond(held, a.Scopes)
	if a.App.Scopes != nil {
		a.Beyond = models.ScopesBeyond(a.App.Scopes, a.Scopes)
	}
	a.facts.Scopes = a.Scopes
}

// joined are the grants of both, each at its higher level.
func joined(g, h models.Grants) models.Grants {
	out := models.Grants{}
	for _, one := range []models.Grants{g, h} {
		for key, level := range one {
			if level.Rank() > out[key].Rank() {
				out[key] = level
			}
		}
	}
	return out
}

// lockApp keeps an app from being deleted until tx ends. It may come to ask for less
// meanwhile: what a token may do is limited by that again whenever it is used.
func lockApp(ctx context.Context, tx *db.Tx, where string, what any) (id int64, err error) {
	err = tx.Pgx.QueryRow(ctx, `SELECT id FROM apps WHERE `+where+` FOR KEY SHARE`, what).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, models.ErrNotFound
	}
	if err != nil {
		return 0, missing(err)
	}
	return id, nil
}
