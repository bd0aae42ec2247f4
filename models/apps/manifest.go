package apps

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"souk/models"
	"souk/models/credentials/issue"
	"souk/models/db"
	"souk/models/secretbox"
)

// Manifests come from anyone, as long as nobody signs in: thirty at once from an
// address, then one every ten seconds.
const (
	manifestBurst = 30
	manifestEvery = 10 * time.Second
)

// Offer keeps a manifest that another site sent, for an hour, and returns the
// token under which the page that asks about it finds it. State goes back to the
// sender. It returns ErrManifest and ErrTooManyTries.
func (s *Service) Offer(ctx context.Context, actor models.Actor, manifest, state string) (token string, err error) {
	if err := s.identity.Spend(ctx, "manifest:"+actor.Visit.IP, manifestBurst, manifestEvery); err != nil {
		return "", err
	}
	if _, err := models.ParseManifest([]byte(manifest)); err != nil {
		return "", err
	}
	if len(state) > models.MaxManifestState {
		return "", models.ErrTooLong.On("state")
	}
	token, now := rand.Text(), s.now()
	return token, s.db.Tx(ctx, func(tx *db.Tx) error {
		if _, err := tx.Pgx.Exec(ctx, `DELETE FROM app_manifests WHERE expires_at < $1`, now); err != nil {
			return fmt.Errorf("apps: manifests: %w", err)
		}
		_, err := tx.Pgx.Exec(ctx, `INSERT INTO app_manifests (token_hash, manifest, state, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
			hashOf(token), json.RawMessage(withoutNul(manifest)), withoutNul(state), now, now.Add(models.ManifestLifetime))
		if err != nil {
			return fmt.Errorf("apps: manifest: %w", err)
		}
		return nil
	})
}

// withoutNul takes out what Postgres keeps in no text.
func withoutNul(s string) string {
	return strings.ToValidUTF8(strings.NewReplacer("\x00", "", `\u0000`, "").Replace(s), "")
}

func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Offered is the manifest that waits under a token. It returns ErrManifestGone.
func (s *Service) Offered(ctx context.Context, actor models.Actor, token string) (*models.AppManifest, error) {
	if err := actor.MayAct(); err != nil {
		return nil, err
	}
	m, _, err := s.offered(ctx, s.db.Pool(), token, "")
	return m, err
}

func (s *Service) offered(ctx context.Context, q Querier, token, lock string) (m *models.AppManifest, state string, err error) {
	var text []byte
	err = q.QueryRow(ctx, `SELECT manifest, state FROM app_manifests WHERE token_hash = $1 AND app_id IS NULL AND expires_at > $2 `+lock,
		hashOf(token), s.now()).Scan(&text, &state)
	if found, err := db.Found(err); err != nil {
		return nil, "", fmt.Errorf("apps: manifest: %w", err)
	} else if !found {
		return nil, "", models.ErrManifestGone
	}
	m, err = models.ParseManifest(text)
	return m, state, err
}

// Registered is what came of a manifest: the app, and where the browser goes
// next, "" for the app's settings.
type Registered struct {
	Slug string
	Next string
}

// RegisterOffered registers the app of a manifest under a name, for the account
// at login, "" for the actor's own. The sender is told a code by which to fetch
// the secrets. A manifest becomes one app, however often the form is sent.
func (s *Service) RegisterOffered(ctx context.Context, actor models.Actor, login, token, name string) (*Registered, error) {
	var out *Registered
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		o, err := s.registering(ctx, tx, actor, login)
		if err != nil {
			return err
		}
		m, state, err := s.offered(ctx, tx.Pgx, token, "FOR UPDATE")
		if err != nil {
			return err
		}
		settings := m.Settings()
		settings.Name = name
		permissions, events, files := m.Asks()
		app, err := s.register(ctx, tx, actor, o, models.GitHubApp, settings, Access{Permissions: permissions, Events: events, SingleFilePaths: files})
		if err != nil {
			return err
		}
		code, err := s.code(ctx, tx, actor, token, app.ID)
		out = &Registered{Slug: app.Slug, Next: returning(m.RedirectURL, code, state)}
		return err
	})
	if db.Violates(err, "apps_slug_key") {
		return nil, models.ErrAppNameTaken
	}
	return out, err
}

// code turns the manifest that waited into the code for its app's secrets.
func (s *Service) code(ctx context.Context, tx *db.Tx, actor models.Actor, token string, app int64) (string, error) {
	random := make([]byte, 20)
	rand.Read(random)
	code, now := hex.EncodeToString(random), s.now()
	_, err := tx.Pgx.Exec(ctx, `UPDATE app_manifests SET token_hash = $2, manifest = '{}', app_id = $3, creator_id = nullif($4::bigint, 0), expires_at = $5
		WHERE token_hash = $1`, hashOf(token), hashOf(code), app, actor.UserID, now.Add(models.ManifestLifetime))
	if err != nil {
		return "", fmt.Errorf("apps: code: %w", err)
	}
	return code, nil
}

// returning is the sender's address with the code.
func returning(address, code, state string) string {
	u, err := url.Parse(address)
	if err != nil || address == "" {
		return ""
	}
	q := u.Query()
	q.Set("code", code)
	if state != "" {
		q.Set("state", state)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// Conversion is what the sender of a manifest gets for its code, once.
type Conversion struct {
	App           *Standing
	ClientSecret  string
	WebhookSecret string
	PEM           string // the private key, PKCS#1
}

// Convert makes the secrets of the app that came of a manifest, and returns
// them: for the first who comes with the code, within an hour. Nobody needs to be
// signed in; the code is the proof. It returns ErrNotFound for any other code.
func (s *Service) Convert(ctx context.Context, code string) (*Conversion, error) {
	if _, err := hex.DecodeString(code); err != nil || len(code) != 40 {
		return nil, models.ErrNotFound
	}
	var waits bool
	err := s.db.Pool().QueryRow(ctx, `SELECT EXISTS (SELECT FROM app_manifests WHERE token_hash = $1 AND app_id IS NOT NULL AND used_at IS NULL
		AND expires_at > $2)`, hashOf(code), s.now()).Scan(&waits)
	if err != nil {
		return nil, fmt.Errorf("apps: convert: %w", err)
	}
	if !waits {
		return nil, models.ErrNotFound
	}
	pair, err := issue.NewPair()
	if err != nil {
		return nil, fmt.Errorf("apps: convert: %w", err)
	}
	var made *Conversion
	err = s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		made, err = s.convert(ctx, tx, code, pair)
		return err
	})
	return made, err
}

func (s *Service) convert(ctx context.Context, tx *db.Tx, code string, pair issue.Pair) (*Conversion, error) {
	var slug, login string
	var creator int64
	err := tx.Pgx.QueryRow(ctx, `UPDATE app_manifests m SET used_at = $2 FROM apps a
		WHERE m.token_hash = $1 AND m.app_id = a.id AND m.used_at IS NULL AND m.expires_at > $2 RETURNING a.slug, coalesce(m.creator_id, 0),
			coalesce((SELECT login FROM accounts WHERE id = m.creator_id), '')`,
		hashOf(code), s.now()).Scan(&slug, &creator, &login)
	if err != nil {
		return nil, missing(err)
	}
	// Whoever registered the app gets its secrets; the code says so.
	actor := models.Actor{UserID: creator}
	st, err := Of(ctx, tx.Pgx, actor, slug, true)
	if err != nil {
		return nil, err
	}
	made := &Conversion{App: st, PEM: string(pair.PEM), WebhookSecret: strings.ToLower(rand.Text())}
	if made.ClientSecret, err = issue.IssueSecret(ctx, tx, &st.App, creator, s.now()); err != nil {
		return nil, fmt.Errorf("apps: convert: %w", err)
	}
	if _, err := issue.Key(ctx, tx, &st.App, pair, creator, "", s.now()); err != nil {
		return nil, fmt.Errorf("apps: convert: %w", err)
	}
	sealed, err := s.box.Seal(secretbox.WebhookSecrets, st.ID, []byte(made.WebhookSecret))
	if err != nil {
		return nil, fmt.Errorf("apps: convert: %w", err)
	}
	if _, err := tx.Pgx.Exec(ctx, `UPDATE apps SET webhook_secret = $2, version = version + 1 WHERE id = $1`, st.ID, sealed); err != nil {
		return nil, fmt.Errorf("apps: convert: %w", err)
	}
	if err := s.record(ctx, tx, models.Actor{}, "app.convert_manifest", st, nil, nil); err != nil {
		return nil, err
	}
	return made, s.webhookSet(ctx, tx, models.Actor{UserID: creator, Login: login}, st.ID, true)
}
