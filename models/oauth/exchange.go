package oauth

import (
	"context"
	"fmt"
	"slices"
	"time"

	"souk/models"
	"souk/models/db"
)

// Exchange is what an app sends to get a token for a code.
type Exchange struct {
	ClientID    string
	Secret      string
	Code        string
	RedirectURI string // if the app named one before, it has to be the same
	Verifier    string // of PKCE
}

// Issued is a token with what goes along. Without a refresh token it doesn't expire.
type Issued struct {
	Token            string
	Scopes           []string
	ExpiresIn        time.Duration
	Refresh          string
	RefreshExpiresIn time.Duration
}

// client finds the app that an id and a secret belong to.
func (s *Service) client(ctx context.Context, id, secret string) (int64, error) {
	if !db.Sayable(id) || id == "" || secret == "" {
		return 0, models.ErrBadClient
	}
	return s.clients.CheckSecret(ctx, id, secret)
}

// granting is the authorization that something is handed out for.
type granting struct {
	app       models.App
	id        int64
	account   int64
	confirmed bool // the person's mail address is
	stopped   bool
}

// lockGrant locks the authorization that a statement finds by one value: whoever
// takes it back waits, or was faster. It returns nil where there is none.
func (s *Service) lockGrant(ctx context.Context, tx *db.Tx, find string, what any) (*granting, error) {
	var g granting
	a := &g.app
	err := tx.Pgx.QueryRow(ctx, `SELECT g.id, g.account_id, u.mail_verified_at IS NOT NULL, a.id, a.kind, a.slug, a.expire_user_tokens, o.suspended_at IS NOT NULL
		FROM authorizations g JOIN users u ON u.account_id = g.account_id JOIN apps a ON a.id = g.app_id LEFT JOIN accounts o ON o.id = a.account_id
		WHERE g.id = (`+find+`) FOR NO KEY UPDATE OF g`, what).Scan(&g.id, &g.account, &g.confirmed, &a.ID, &a.Kind, &a.Slug, &a.ExpireUserTokens, &g.stopped)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("oauth: lock: %w", err)
	} else if !found {
		return nil, nil
	}
	return &g, nil
}

// Exchange gives an app a token for a code. It returns ErrBadClient, ErrBadCode,
// ErrRedirectMismatch, ErrAppHalted and ErrUnverifiedMail; but for the last two, the
// code stays good for a better try.
func (s *Service) Exchange(ctx context.Context, in Exchange) (*Issued, error) {
	app, err := s.client(ctx, in.ClientID, in.Secret)
	if err != nil {
		return nil, err
	}
	var out *Issued
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		g, scopes, err := s.redeem(ctx, tx, app, &in)
		if err != nil {
			return err
		}
		out, err = s.issue(ctx, tx, g, scopes)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// redeem uses a code up.
func (s *Service) redeem(ctx context.Context, tx *db.Tx, app int64, in *Exchange) (*granting, []string, error) {
	g, err := s.lockGrant(ctx, tx, `SELECT authorization_id FROM authorization_codes WHERE code_hash = $1`, hash(in.Code))
	if err != nil {
		return nil, nil, err
	}
	if g == nil || g.app.ID != app {
		return nil, nil, models.ErrBadCode
	}
	var redirect, challenge string
	var scopes []string
	var ends time.Time
	var used *time.Time
	err = tx.Pgx.QueryRow(ctx, `SELECT redirect_uri, challenge, scopes, expires_at, used_at FROM authorization_codes WHERE code_hash = $1 FOR UPDATE`, hash(in.Code)).
		Scan(&redirect, &challenge, &scopes, &ends, &used)
	if err != nil {
		return nil, nil, missing(err)
	}
	switch {
	case used != nil || !s.now().Before(ends):
		return nil, nil, models.ErrBadCode
	case in.RedirectURI != "" && in.RedirectURI != redirect:
		return nil, nil, models.ErrRedirectMismatch
	case challenge != "" && !models.Proves(in.Verifier, challenge):
		return nil, nil, models.ErrBadCode
	case g.stopped:
		return nil, nil, models.ErrAppHalted
	case !g.confirmed:
		return nil, nil, models.ErrUnverifiedMail
	}
	_, err = tx.Pgx.Exec(ctx, `UPDATE authorization_codes SET used_at = $2 WHERE code_hash = $1`, hash(in.Code), s.now())
	if err != nil {
		return nil, nil, fmt.Errorf("oauth: redeem: %w", err)
	}
	return g, scopes, nil
}

// secrets makes a token for an app, and one to renew it where they expire.
func (s *Service) secrets(app *models.App, scopes []string) *Issued {
	out := &Issued{Token: models.NewSecret(models.UserTokenPrefix(app.Kind)), Scopes: scopes}
	if app.ExpireUserTokens || slices.Contains(scopes, "offline_access") {
		out.Refresh = models.NewSecret(models.PrefixRefreshToken)
		out.ExpiresIn, out.RefreshExpiresIn = models.UserTokenLife, models.RefreshTokenLife
	}
	return out
}

// kept are what a table keeps of it: two hashes and two ends, nil for those that it
// doesn't have.
func (i *Issued) kept(now time.Time) (token, refresh []byte, ends, refreshEnds *time.Time) {
	if i.Refresh == "" {
		return hash(i.Token), nil, nil, nil
	}
	return hash(i.Token), hash(i.Refresh), new(now.Add(i.ExpiresIn)), new(now.Add(i.RefreshExpiresIn))
}

// issue makes a token. Of one user, app and set of scopes there are so many; another
// one ends the oldest.
func (s *Service) issue(ctx context.Context, tx *db.Tx, g *granting, scopes []string) (*Issued, error) {
	out, now := s.secrets(&g.app, scopes), s.now()
	token, refresh, ends, refreshEnds := out.kept(now)
	_, err := tx.Pgx.Exec(ctx, `INSERT INTO authorization_tokens (authorization_id, token_hash, tail, refresh_hash, scopes, created_at, expires_at, refresh_expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, g.id, token, tail(out.Token), refresh, scopes, now, ends, refreshEnds)
	if err != nil {
		return nil, fmt.Errorf("oauth: issue: %w", err)
	}
	_, err = tx.Pgx.Exec(ctx, `DELETE FROM authorization_tokens WHERE authorization_id = $1 AND scopes = $2
		AND id NOT IN (SELECT id FROM authorization_tokens WHERE authorization_id = $1 AND scopes = $2 ORDER BY id DESC LIMIT $3)`, g.id, scopes, models.MaxUserTokens)
	if err != nil {
		return nil, fmt.Errorf("oauth: issue: %w", err)
	}
	return out, nil
}

// Refresh gives an app another token for a refresh token; the old ones end. It
// returns ErrBadClient, ErrBadRefresh and ErrAppHalted.
func (s *Service) Refresh(ctx context.Context, clientID, secret, refresh string) (*Issued, error) {
	app, err := s.client(ctx, clientID, secret)
	if err != nil {
		return nil, err
	}
	if !models.WellFormedSecret(models.PrefixRefreshToken, refresh) {
		return nil, models.ErrBadRefresh
	}
	var out *Issued
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		out, err = s.refresh(ctx, tx, app, hash(refresh))
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) refresh(ctx context.Context, tx *db.Tx, app int64, old []byte) (*Issued, error) {
	g, err := s.lockGrant(ctx, tx, `SELECT authorization_id FROM authorization_tokens WHERE refresh_hash = $1`, old)
	switch {
	case err != nil:
		return nil, err
	case g == nil || g.app.ID != app:
		return nil, models.ErrBadRefresh
	case g.stopped:
		return nil, models.ErrAppHalted
	}
	var id int64
	var scopes []string
	now := s.now()
	err = tx.Pgx.QueryRow(ctx, `SELECT id, scopes FROM authorization_tokens WHERE refresh_hash = $1 AND refresh_expires_at > $2 FOR UPDATE`, old, now).Scan(&id, &scopes)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("oauth: refresh: %w", err)
	} else if !found {
		return nil, models.ErrBadRefresh
	}
	out := s.secrets(&g.app, scopes)
	token, refresh, ends, refreshEnds := out.kept(now)
	_, err = tx.Pgx.Exec(ctx, `UPDATE authorization_tokens SET token_hash = $2, tail = $3, refresh_hash = $4, expires_at = $5, refresh_expires_at = $6 WHERE id = $1`,
		id, token, tail(out.Token), refresh, ends, refreshEnds)
	if err != nil {
		return nil, fmt.Errorf("oauth: refresh: %w", err)
	}
	return out, nil
}
