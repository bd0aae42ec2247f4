package repos

import (
	"context"

	"souk/models"
	"souk/models/db"
)

// Installations are what apps have to do with repositories; installs.Service knows
// them. Each method is called in the transaction of what it is about: those that end
// in -ing before, the others after it.
type Installations interface {
	RepositoriesCreated(ctx context.Context, tx *db.Tx, actor models.Actor, account int64, ids []int64) error
	RepositoryMade(ctx context.Context, tx *db.Tx, actor models.Actor, installation, repository int64) error
	// RepositoryChanged is told one of the actions of the event repository, and the
	// former name of what is renamed.
	RepositoryChanged(ctx context.Context, tx *db.Tx, actor models.Actor, id int64, action, from string) error
	RepositoryLeaving(ctx context.Context, tx *db.Tx, actor models.Actor, id int64) error
	RepositoryMoved(ctx context.Context, tx *db.Tx, actor models.Actor, id int64, from models.Account) error
	RepositoryDeleting(ctx context.Context, tx *db.Tx, actor models.Actor, id int64) error
	CollaboratorChanged(ctx context.Context, tx *db.Tx, actor models.Actor, repository, person int64, was, is models.RepositoryLevel) error
}

// Installs tells who lets installations follow repositories. It is called before the
// service is used.
func (s *Service) Installs(i Installations) { s.installations = i }

// follow lets installations follow, where there are any.
func (s *Service) follow(do func(Installations) error) error {
	if s.installations == nil {
		return nil
	}
	return do(s.installations)
}
