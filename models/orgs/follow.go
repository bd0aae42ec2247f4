package orgs

import (
	"context"

	"souk/models"
	"souk/models/db"
)

// Installations are what apps have to do with organizations; installs.Service knows
// them. Each method is called in the transaction of what it is about: those that end
// in -ing before, the others after it.
type Installations interface {
	AccountRenamed(ctx context.Context, tx *db.Tx, actor models.Actor, account int64, from string) error
	AccountDeleting(ctx context.Context, tx *db.Tx, actor models.Actor, account int64) error
	MemberAdded(ctx context.Context, tx *db.Tx, actor models.Actor, organization, person int64, role models.OrganizationRole) error
	MemberLeaving(ctx context.Context, tx *db.Tx, actor models.Actor, organization, person int64, role models.OrganizationRole) error
}

// Installs tells who lets installations follow organizations. It is called before the
// service is used.
func (s *Service) Installs(i Installations) { s.installations = i }

// follow lets installations follow, where there are any.
func (s *Service) follow(do func(Installations) error) error {
	if s.installations == nil {
		return nil
	}
	return do(s.installations)
}
