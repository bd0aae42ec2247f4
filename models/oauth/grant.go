package oauth

import (
	"context"

	"souk/models"
	"souk/models/db"
)

// Grant is GrantAccount in a transaction of its own.
func (s *Service) Grant(ctx context.Context, actor models.Actor, appID int64, grants models.Grants) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error { return s.GrantAccount(ctx, tx, actor, appID, grants) })
}
