package installs

import (
	"context"

	"souk/models"
)

// Standing is an installation with what most pages, and what the app is told, need to
// know about it.
type Standing struct {
	models.Installation
	App         models.App
	Integrator  models.Account // of which ID, Login, Kind, Name, VerifiedAt and SuspendedAt are known
	Account     models.Account // the same
	ListingID   int64          // 0: none
	ListingSlug string
	Count       int // repositories that are selected
}

// Of is the installation with an id, whoever may see it. With lock, in a transaction,
// it is locked, and its app and account before it. It returns ErrNotFound.
func Of(ctx context.Context, q Querier, id int64, lock bool) (*Standing, error) {
	return nil, models.ErrNotFound
}
