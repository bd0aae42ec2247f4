package installtokens

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// Narrow is what a token is to be good for, of what its installation is. Nothing in
// one of them stands for everything.
type Narrow struct {
	Repositories  []string // names, without the account's
	RepositoryIDs []int64
	Permissions   models.Grants
}

// Minted is a token that has just been made.
type Minted struct {
	models.InstallationToken
	Secret       string
	Installation models.HookInstallation
	Repositories []models.HookRepository // those that it is narrowed to
}

// Mint makes a token for one of an app's installations. It returns ErrNotFound for
// another's, ErrInstallationStopped, ErrInstallPolicy, ErrTokenBeyond,
// ErrTokenRepositories and ErrTooManyTokenSelected, and ErrTooManyTries where that many
// were made lately.
func (s *Service) Mint(ctx context.Context, appID, id int64, n Narrow) (*Minted, error) {
	if len(n.Repositories)+len(n.RepositoryIDs) > models.MaxTokenRepositories {
		return nil, models.ErrTooManyTokenSelected
	}
	if err := s.bound(ctx, appID, id); err != nil {
		return nil, err
	}
	m := &Minted{Secret: models.NewSecret(models.PrefixInstallationToken)}
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		w, err := lockWork(ctx, tx, appID, id)
		if err != nil {
			return err
		}
		if err := w.facts.MayWork(); err != nil {
			return err
		}
		m.Installation, m.InstallationID = w.HookInstallation, w.ID
		if m.Permissions, err = models.NarrowGrants(w.Permissions, n.Permissions); err != nil {
			return err
		}
		if m.Repositories, err = chosen(ctx, tx, w, n); err != nil {
			return err
		}
		return s.keep(ctx, tx, m)
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// lockWork reads an installation of an app and keeps it as it is until the
// transaction ends: what ends it meanwhile waits, and takes the token along.
func lockWork(ctx context.Context, tx *db.Tx, appID, id int64) (*work, error) {
	var w work
	err := scanWork(tx.Pgx.QueryRow(ctx, `SELECT `+workColumns+` FROM`+workTables+` WHERE i.id = $1 AND i.app_id = $2 FOR NO KEY UPDATE OF i`, id, appID), &w)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("installtokens: mint: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	return &w, nil
}

// keep writes a token down, and that its installation is used.
func (s *Service) keep(ctx context.Context, tx *db.Tx, m *Minted) error {
	m.CreatedAt = s.now()
	m.ExpiresAt = m.CreatedAt.Add(models.InstallationTokenLife)
	for _, r := range m.Repositories {
		m.RepositoryIDs = append(m.RepositoryIDs, r.ID)
	}
	var b pgx.Batch
	b.Queue(`INSERT INTO installation_tokens (installation_id, token_hash, permissions, repository_ids, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
		RETURNING id`, m.InstallationID, hashOf(m.Secret), m.Permissions, m.RepositoryIDs, m.CreatedAt, m.ExpiresAt).
		QueryRow(func(row pgx.Row) error { return row.Scan(&m.ID) })
	b.Queue(`UPDATE installations SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at <= $3)`, m.InstallationID, m.CreatedAt, m.CreatedAt.Add(-usePrecision))
	if err := tx.Pgx.SendBatch(ctx, &b).Close(); err != nil {
		return fmt.Errorf("installtokens: mint: %w", err)
	}
	return nil
}

// chosen are the repositories that a token is narrowed to, nil for none.
func chosen(ctx context.Context, tx *db.Tx, w *work, n Narrow) ([]models.HookRepository, error) {
	ids := slices.Compact(slices.Sorted(slices.Values(n.RepositoryIDs)))
	names := make([]string, len(n.Repositories))
	for i, name := range n.Repositories {
		if !models.ValidRepositoryName(name) {
			return nil, models.ErrTokenRepositories
		}
		names[i] = strings.ToLower(name)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(ids)+len(names) == 0 {
		return nil, nil
	}
	rows, err := tx.Pgx.Query(ctx, `SELECT `+repositoryColumns+` FROM repositories r WHERE r.account_id = $1 AND `+reached(w.Selection)+`
		AND (r.id = ANY ($3::bigint[]) OR lower(r.name) = ANY ($4::text[])) ORDER BY r.id`, w.AccountID, w.ID, ids, names)
	if err != nil {
		return nil, fmt.Errorf("installtokens: repositories: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r models.HookRepository, err error) {
		r.Owner = w.Account
		return r, row.Scan(repositoryPlaces(&r)...)
	})
	if err != nil {
		return nil, fmt.Errorf("installtokens: repositories: %w", err)
	}
	for _, r := range all {
		ids = slices.DeleteFunc(ids, func(id int64) bool { return id == r.ID })
		names = slices.DeleteFunc(names, func(name string) bool { return name == strings.ToLower(r.Name) })
	}
	if len(ids)+len(names) > 0 {
		return nil, models.ErrTokenRepositories
	}
	return all, nil
}
