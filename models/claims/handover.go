package claims

import (
	"context"
	"fmt"

	"souk/models"
	"souk/models/db"
)

type step struct {
	sql  string
	args []any
}

// handOver makes a listing and its app the claimant's. What is live becomes its
// draft, since there is no other.
func (s *Service) handOver(ctx context.Context, tx *db.Tx, k *kept) error {
	app, listing, now := k.st.ID, k.st.ListingID, s.now()
	steps := []step{
		{`DELETE FROM listing_drafts WHERE listing_id = $1`, []any{listing}},
		{`UPDATE listings SET claimed_at = $2, updated_at = $2 WHERE id = $1`, []any{listing, now}},
	}
	if k.st.Claimed {
		steps = append(steps, takenFrom(k, app, listing)...)
	}
	steps = append(steps, step{`UPDATE apps SET account_id = $2, registered_at = coalesce(registered_at, $3), client_id = coalesce(client_id, $4),
		version = version + 1, updated_at = $3 WHERE id = $1`, []any{app, k.claim.AccountID, now, models.NewClientID(k.st.Kind)}})
	for _, one := range steps {
		if _, err := tx.Pgx.Exec(ctx, one.sql, one.args...); err != nil {
			return fmt.Errorf("claims: hand over: %w", err)
		}
	}
	return nil
}

// takenFrom are the steps by which whoever had a listing loses all that leads to
// it: managers, secrets, keys, codes, addresses that the app answers to and is
// told things at, what was handed in, and how one bought from them. The client id changes, since it alone
// opens the device flow.
func takenFrom(k *kept, app, listing int64) []step {
	return []step{
		{`DELETE FROM app_managers WHERE app_id = $1`, []any{app}},
		{`DELETE FROM app_transfers WHERE app_id = $1`, []any{app}},
		{`DELETE FROM app_secrets WHERE app_id = $1`, []any{app}},
		{`DELETE FROM app_keys WHERE app_id = $1`, []any{app}},
		{`DELETE FROM app_manifests WHERE app_id = $1`, []any{app}},
		{`DELETE FROM app_proposals WHERE app_id = $1`, []any{app}},
		{`UPDATE apps SET client_id = NULL, webhook_secret = NULL, webhook_active = false, webhook_url = '', callback_urls = '{}', setup_url = '',
			device_flow = false WHERE id = $1`, []any{app}},
		{`DELETE FROM hook_endpoints WHERE app_id = $1 OR listing_id = $2`, []any{app, listing}},
		{`DELETE FROM hook_events WHERE app_id = $1`, []any{app}},
		{`UPDATE listing_submissions SET state = 'withdrawn' WHERE listing_id = $1 AND state IN ('submitted', 'in_review')`, []any{listing}},
		{`UPDATE listings SET previous_publisher = $2, transferred_at = claimed_at, contacts = '[]', purchase = '', purchase_url = '' WHERE id = $1`,
			[]any{listing, k.st.Owner}},
	}
}
