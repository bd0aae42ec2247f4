package installs

import (
	"context"

	"souk/models"
	"souk/models/db"
)

// This file and its neighbours let installations, and requests for them, follow what
// happens to accounts and repositories: whoever changes those calls these in the same
// transaction, after the change unless it says otherwise.

// RepositoriesCreated follows new repositories of an account.
func (s *Service) RepositoriesCreated(ctx context.Context, tx *db.Tx, actor models.Actor, account int64, ids []int64) error {
	return nil
}

// RepositoryChanged follows a repository that is called otherwise, or seen by others,
// or archived, or none of these any more; action is one of the event repository's. From
// is its former name where it was renamed.
func (s *Service) RepositoryChanged(ctx context.Context, tx *db.Tx, actor models.Actor, id int64, action, from string) error {
	return nil
}

// RepositoryMoved follows a repository that was another account's.
func (s *Service) RepositoryMoved(ctx context.Context, tx *db.Tx, actor models.Actor, id int64, from models.Account) error {
	return nil
}

// RepositoryDeleting follows a repository that is about to be deleted.
func (s *Service) RepositoryDeleting(ctx context.Context, tx *db.Tx, actor models.Actor, id int64) error {
	return nil
}

// CollaboratorChanged follows a person who may do something else with a repository
// than before; NoAccess stands for nothing.
func (s *Service) CollaboratorChanged(ctx context.Context, tx *db.Tx, actor models.Actor, repository, person int64, was, is models.RepositoryLevel) error {
	return nil
}

// AccountRenamed follows an account that had another login.
func (s *Service) AccountRenamed(ctx context.Context, tx *db.Tx, actor models.Actor, account int64, from string) error {
	return nil
}

// OrganizationDeleting follows an organization that is about to be deleted. Its
// installations end otherwise.
func (s *Service) OrganizationDeleting(ctx context.Context, tx *db.Tx, actor models.Actor, organization int64) error {
	return nil
}

// MemberAdded follows a person who has come into an organization.
func (s *Service) MemberAdded(ctx context.Context, tx *db.Tx, actor models.Actor, organization, person int64, role models.OrganizationRole) error {
	return nil
}

// MemberRemoved follows a person who has left an organization, or was removed, in
// which they had a role.
func (s *Service) MemberRemoved(ctx context.Context, tx *db.Tx, actor models.Actor, organization, person int64, role models.OrganizationRole) error {
	return nil
}
