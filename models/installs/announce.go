package installs

import (
	"context"

	"souk/models"
	"souk/models/db"
)

// The actions of the webhook "installation".
const (
	Created   = "created"
	Deleted   = "deleted"
	Suspended = "suspend"
	Resumed   = "unsuspend"
	Accepted  = "new_permissions_accepted"
)

// Event is what an app is told of an installation.
type Event struct {
	Installation *Standing
	Action       string
	Requester    *int64 // with Created
}

// Announce tells an app of one of its installations, in the transaction that changes
// it: before that, where the installation ends.
func (s *Service) Announce(ctx context.Context, tx *db.Tx, actor models.Actor, e Event) error {
	return nil
}

// AnnounceRepositories tells an app which repositories an installation has got and
// lost. Those that are deleted are told of before they are.
func (s *Service) AnnounceRepositories(ctx context.Context, tx *db.Tx, actor models.Actor, i *Standing, added, removed []int64) error {
	return nil
}
