package installs

import (
	"context"

	"souk/models"
	"souk/models/db"
)

// Uninstall ends an installation for whoever it is installed on.
func (s *Service) Uninstall(ctx context.Context, actor models.Actor, id int64) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error { return s.UninstallIn(ctx, tx, actor, id) })
}

// UninstallIn is Uninstall within a transaction.
func (s *Service) UninstallIn(ctx context.Context, tx *db.Tx, actor models.Actor, id int64) error {
	return models.ErrNotFound
}

// Suspend keeps an app from working on the account, until Unsuspend.
func (s *Service) Suspend(ctx context.Context, actor models.Actor, id int64) error {
	return models.ErrNotFound
}

// Unsuspend ends what Suspend began. It returns ErrInstallationBarred where the
// integrator suspended it.
func (s *Service) Unsuspend(ctx context.Context, actor models.Actor, id int64) error {
	return models.ErrNotFound
}

// Bar suspends an installation for the integrator of the app at slug, with words for
// the account, which can't lift it.
func (s *Service) Bar(ctx context.Context, actor models.Actor, slug string, id int64, words string) error {
	return models.ErrNotFound
}

// Unbar ends what Bar began.
func (s *Service) Unbar(ctx context.Context, actor models.Actor, slug string, id int64) error {
	return models.ErrNotFound
}

// Remove gives an installation up, for the integrator of the app at slug.
func (s *Service) Remove(ctx context.Context, actor models.Actor, slug string, id int64) error {
	return models.ErrNotFound
}

// BarAsApp is Bar for the app itself, which proved who it is. It may do that twice.
func (s *Service) BarAsApp(ctx context.Context, visit models.Visit, app, id int64) error {
	return models.ErrNotFound
}

// UnbarAsApp is Unbar for the app itself. It returns ErrForbidden where it was
// suspended by the account.
func (s *Service) UnbarAsApp(ctx context.Context, visit models.Visit, app, id int64) error {
	return models.ErrNotFound
}

// RemoveAsApp is Remove for the app itself.
func (s *Service) RemoveAsApp(ctx context.Context, visit models.Visit, app, id int64) error {
	return models.ErrNotFound
}

// ChangeRepositories gives an installation these repositories and no others, for whoever
// it is installed on. It returns ErrSelectionNeeded for none, ErrTooManySelected, and
// ErrRepositoryElsewhere.
func (s *Service) ChangeRepositories(ctx context.Context, actor models.Actor, id int64, selection models.Selection, repositories []int64) error {
	return models.ErrNotFound
}
