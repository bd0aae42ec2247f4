package drafts

import (
	"context"

	"souk/models"
	"souk/models/apps"
)

// Live returns what visitors see of a listing, or saw last, as its integrator would
// have written it. It lacks what the app asks for.
func Live(ctx context.Context, q apps.Querier, listingID int64) (models.ListingContent, error) {
	c, _, err := live(ctx, q, listingID)
	return c, err
}
