package installs

import (
	"context"

	"souk/models"
	"souk/models/db"
)

// Put installs what was weighed with a lock, on these of its repositories (all where
// the selection says so), or adds them to what is installed there already. The actor
// agrees to what the app asks for; requester asked for it, if anyone did. It returns
// ErrAlreadyInstalled where that changes nothing.
func (s *Service) Put(ctx context.Context, tx *db.Tx, actor models.Actor, w *Weighed, repositories []int64, requester *int64) (*models.Installation, error) {
	return nil, models.ErrNotFound
}
