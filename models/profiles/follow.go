package profiles

import (
	"context"

	"souk/models"
	"souk/models/db"
)

// Installations are what apps have to do with people; installs.Service knows them. Each
// method is called in the transaction of what it is about: before a deletion, after a
// renaming.
type Installations interface {
	AccountRenamed(ctx context.Context, tx *db.Tx, actor models.Actor, account int64, from string) error
	AccountDeleting(ctx context.Context, tx *db.Tx, actor models.Actor, account int64) error
}

// Installs tells who lets installations follow people. It is called before the service
// is used.
func (s *Service) Installs(i Installations) { s.installations = i }

// Authorizations are what people let apps do in their name; oauth.Service knows them.
type Authorizations interface {
	// Leave takes all of a person's back, in the transaction that deletes the account.
	Leave(ctx context.Context, tx *db.Tx, actor models.Actor) error
}

// Authorizes tells who knows of authorizations. It is called before the service is used.
func (s *Service) Authorizes(a Authorizations) { s.authorizations = a }

// follow lets installations follow, where there are any.
func (s *Service) follow(do func(Installations) error) error {
	if s.installations == nil {
		return nil
	}
	return do(s.installations)
}
