package installrequests

import (
	"context"
	"time"

	"souk/models"
	"souk/models/installs"
)

// Waits is an open request as the app that it is about may know of it.
type Waits struct {
	ID        int64
	Account   models.Account // the organization: ID, Login, Kind, Name and CreatedAt are known
	Requester models.Account // the same
	CreatedAt time.Time
}

// Waiting is a page of an app's open requests, the oldest first, and how many there
// are in all.
func Waiting(ctx context.Context, q installs.Querier, app int64, page, perPage int) (list []Waits, total int, err error) {
	return nil, 0, nil
}

// OpenCount is how many requests wait for an organization's owners.
func OpenCount(ctx context.Context, q installs.Querier, organization int64) (n int, err error) {
	return 0, nil
}
