package ownership

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/jobs"
	"souk/models/notices"
)

// Offer is an app on its way to an account whose owner must accept it first.
type Offer struct {
	To        account
	Requester int64 // who offers it
	Until     time.Time
}

// offerOf is the open offer of an app, nil for none.
func (s *Service) offerOf(ctx context.Context, q apps.Querier, appID int64) (*Offer, error) {
	var o Offer
	err := q.QueryRow(ctx, `SELECT a.id, a.login, coalesce(nullif(a.name, ''), a.login), a.kind, t.requester_id, t.expires_at
		FROM app_transfers t JOIN accounts a ON a.id = t.account_id WHERE t.app_id = $1 AND t.expires_at > $2`, appID, s.now()).
		Scan(&o.To.ID, &o.To.Login, &o.To.Name, &o.To.Kind, &o.Requester, &o.Until)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("ownership: offer: %w", err)
	} else if !found {
		return nil, nil
	}
	return &o, nil
}

// Transfer gives an app to the account with the login to. It moves at once
// (moved) where the actor may register apps there; otherwise the receiver is
// asked, for models.TransferLifetime, and an earlier offer is forgotten. Confirm
// is the app's name. It returns ErrAppNameMismatch, ErrAppTransferTarget,
// ErrAppSelling while somebody pays for it or owes money, and ErrTooManyApps where
// the receiver has models.MaxAppsOf.
func (s *Service) Transfer(ctx context.Context, actor models.Actor, slug, to, confirm string) (moved bool, err error) {
	if err := s.bother(ctx, actor); err != nil {
		return false, err
	}
	err = s.reshape(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		var problems models.Problems
		target, err := accountOf(ctx, tx.Pgx, to, true)
		if errors.Is(err, models.ErrNotFound) || err == nil && target.ID == *st.AccountID {
			err = models.ErrAppTransferTarget
		}
		if err := problems.Add("", err); err != nil {
			return err
		}
		if confirm != st.Name {
			problems = append(problems, models.ErrAppNameMismatch)
		}
		if err := problems.Err(); err != nil {
			return err
		}
		if err := unsold(ctx, tx, st); err != nil {
			return err
		}
		if moved = actor.MayRegisterApp(target.ID) == nil; moved {
			return s.move(ctx, tx, actor, st, target, nil)
		}
		return s.offer(ctx, tx, actor, st, target)
	})
	return moved, err
}

// offer has an app wait for who is to receive it.
func (s *Service) offer(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, target account) error {
	before, err := s.offerOf(ctx, tx.Pgx, st.ID)
	if err != nil {
		return err
	}
	now := s.now()
	_, err = tx.Pgx.Exec(ctx, `INSERT INTO app_transfers (app_id, account_id, requester_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT ON CONSTRAINT app_transfers_pkey DO UPDATE SET account_id = excluded.account_id, requester_id = excluded.requester_id,
			created_at = excluded.created_at, expires_at = excluded.expires_at`, st.ID, target.ID, actor.UserID, now, now.Add(models.TransferLifetime))
	if err != nil {
		return fmt.Errorf("ownership: offer: %w", err)
	}
	if err := s.record(ctx, tx, actor, "app.transfer_request", st, st.AccountID, nil, map[string]any{"to": target.Login}); err != nil {
		return err
	}
	if before != nil && before.To.ID == target.ID {
		return nil // they have been told
	}
	people, err := apps.OwnersOf(ctx, tx, target.ID)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, actor, notices.Notice{Kind: models.NoticeAppTransfer, Link: settings(st, "/offer"),
		Params: map[string]string{"app": st.Name, "from": st.Owner, "to": target.Login}}, people)
}

// Withdraw takes an offer back. It returns ErrAppTransferClosed for none.
func (s *Service) Withdraw(ctx context.Context, actor models.Actor, slug string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := owned(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		o, err := s.offerOf(ctx, tx.Pgx, st.ID)
		if err != nil {
			return err
		}
		if o == nil {
			return models.ErrAppTransferClosed
		}
		if err := dropOffer(ctx, tx, st); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "app.transfer_cancel", st, st.AccountID, map[string]any{"to": o.To.Login}, nil)
	})
}

// Offered is an app that is offered to the actor, or to an organization that the
// actor owns. It returns ErrAppTransferClosed where the offer is over and the app
// is no secret, and ErrNotFound for everyone else.
func (s *Service) Offered(ctx context.Context, actor models.Actor, slug string) (*apps.Standing, *Offer, error) {
	return s.offered(ctx, s.db.Pool(), actor, slug, false)
}

func (s *Service) offered(ctx context.Context, q apps.Querier, actor models.Actor, slug string, lock bool) (*apps.Standing, *Offer, error) {
	if err := actor.MayAct(); err != nil {
		return nil, nil, err
	}
	st, err := apps.Of(ctx, q, actor, slug, lock)
	if err != nil {
		return nil, nil, err
	}
	o, err := s.offerOf(ctx, q, st.ID)
	if err != nil {
		return nil, nil, err
	}
	if o != nil && actor.MayOwnApp(st.Rights()) != nil {
		return st, o, actor.MayTakeApp(o.To.ID)
	}
	if st.Registered() && (st.Public || actor.MayManageApp(st.Rights()) == nil) && o == nil {
		return nil, nil, models.ErrAppTransferClosed
	}
	return nil, nil, models.ErrNotFound
}

// Accept makes an app the account's that it was offered to. Its listing, its
// permissions, secrets and keys and all that others have with it go along; its
// managers' rights end. It returns ErrAppTransferClosed where the offer is over,
// or whoever made it couldn't make it any more, ErrAppSelling where somebody has
// begun to pay meanwhile, and ErrTooManyApps.
func (s *Service) Accept(ctx context.Context, actor models.Actor, slug string) (to string, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		st, o, err := s.offered(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		may, err := stillOwns(ctx, tx, o.Requester, st)
		if err != nil {
			return err
		}
		if !may || st.Suspended {
			return models.ErrAppTransferClosed
		}
		target, err := accountOf(ctx, tx.Pgx, o.To.Login, true)
		if errors.Is(err, models.ErrNotFound) {
			return models.ErrAppTransferClosed
		} else if err != nil {
			return err
		}
		if err := unsold(ctx, tx, st); err != nil {
			return err
		}
		to = target.Login
		return s.move(ctx, tx, actor, st, target, []int64{o.Requester})
	})
	return to, err
}

// Decline refuses an app that was offered.
func (s *Service) Decline(ctx context.Context, actor models.Actor, slug string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, o, err := s.offered(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		if err := dropOffer(ctx, tx, st); err != nil {
			return err
		}
		if err := s.record(ctx, tx, actor, "app.transfer_decline", st, st.AccountID, map[string]any{"to": o.To.Login}, nil); err != nil {
			return err
		}
		return s.tell(ctx, tx, actor, notices.Notice{Kind: models.NoticeAppTransferDeclined, Link: settings(st, "/advanced"),
			Params: map[string]string{"app": st.Name, "to": o.To.Login}}, []int64{o.Requester})
	})
}

func dropOffer(ctx context.Context, tx *db.Tx, st *apps.Standing) error {
	if _, err := tx.Pgx.Exec(ctx, `DELETE FROM app_transfers WHERE app_id = $1`, st.ID); err != nil {
		return fmt.Errorf("ownership: offer: %w", err)
	}
	return nil
}

// move makes an app another account's; also is somebody more to tell. Both rows
// are locked.
func (s *Service) move(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, target account, also []int64) error {
	givers, err := apps.Keepers(ctx, tx, st.ID)
	if err != nil {
		return err
	}
	takers, err := apps.OwnersOf(ctx, tx, target.ID)
	if err != nil {
		return err
	}
	if err := s.rewrite(ctx, tx, st, target); err != nil {
		return err
	}
	if st.ListingID != 0 {
		if err := s.queue.Enqueue(ctx, tx, jobs.IndexListings{IDs: []int64{st.ListingID}}); err != nil {
			return err
		}
	}
	before, after := map[string]any{"owner": st.Owner}, map[string]any{"owner": target.Login}
	for _, account := range []*int64{st.AccountID, &target.ID} {
		if err := s.record(ctx, tx, actor, "app.transfer", st, account, before, after); err != nil {
			return err
		}
	}
	return s.tell(ctx, tx, actor, notices.Notice{Kind: models.NoticeAppTransferred, Link: settings(st, ""),
		Params: map[string]string{"app": st.Name, "from": st.Owner, "to": target.Login}}, slices.Concat(givers, takers, also))
}

func (s *Service) rewrite(ctx context.Context, tx *db.Tx, st *apps.Standing, target account) error {
	var has int
	err := tx.Pgx.QueryRow(ctx, `SELECT count(*) FROM apps WHERE account_id = $1 AND registered_at IS NOT NULL`, target.ID).Scan(&has)
	if err != nil {
		return fmt.Errorf("ownership: transfer: %w", err)
	}
	if has >= models.MaxAppsOf {
		return models.ErrTooManyApps
	}
	now := s.now()
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{`UPDATE apps SET account_id = $2, version = version + 1, updated_at = $3 WHERE id = $1`, []any{st.ID, target.ID, now}},
		{`UPDATE listings SET previous_publisher = $2, transferred_at = $3, updated_at = $3 WHERE app_id = $1`, []any{st.ID, st.Owner, now}},
		// Who has a free plan goes along: an upgrade is the new owner's to sell.
		{`INSERT INTO sellers (account_id, created_at, updated_at) SELECT $2, $3, $3
			WHERE EXISTS (SELECT FROM subscriptions WHERE listing_id = $1 AND state <> 'ended') ON CONFLICT ON CONSTRAINT sellers_pkey DO NOTHING`,
			[]any{st.ListingID, target.ID, now}},
		{`UPDATE subscriptions SET seller_id = $2 WHERE listing_id = $1 AND state <> 'ended'`, []any{st.ListingID, target.ID}},
		{`DELETE FROM app_managers WHERE app_id = $1`, []any{st.ID}},
		{`DELETE FROM app_transfers WHERE app_id = $1`, []any{st.ID}},
	} {
		if _, err := tx.Pgx.Exec(ctx, step.sql, step.args...); err != nil {
			return fmt.Errorf("ownership: transfer: %w", err)
		}
	}
	return nil
}

// unsold refuses with ErrAppSelling while a paid subscription of the app's listing
// runs or money is owed for one: both belong to whoever sold it, with the account at
// the gateway and the numbers of the invoices.
func unsold(ctx context.Context, tx *db.Tx, st *apps.Standing) error {
	var selling bool
	err := tx.Pgx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM subscriptions s JOIN plans p ON p.id = s.plan_id
			WHERE s.listing_id = $1 AND s.state <> 'ended' AND (p.kind <> 'free' OR s.pending ->> 'kind' = 'terms'))
		OR EXISTS (SELECT FROM invoices WHERE listing_id = $1 AND kind = 'invoice' AND state = 'open')
		OR EXISTS (SELECT FROM charges WHERE listing_id = $1 AND state IN ('reserved', 'processing', 'action_needed'))`, st.ListingID).Scan(&selling)
	if err != nil {
		return fmt.Errorf("ownership: transfer: %w", err)
	}
	if selling {
		return models.ErrAppSelling
	}
	return nil
}

// stillOwns reports whether a person who isn't here owns an app: one who offered
// it must still be able to when it is accepted.
func stillOwns(ctx context.Context, tx *db.Tx, person int64, st *apps.Standing) (may bool, err error) {
	err = tx.Pgx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM accounts WHERE id = $1 AND suspended_at IS NULL) AND ($1 = $2
		OR EXISTS (SELECT FROM memberships WHERE organization_id = $2 AND account_id = $1 AND role = 'owner' AND suspended_at IS NULL))`,
		person, *st.AccountID).Scan(&may)
	if err != nil {
		return false, fmt.Errorf("ownership: offer: %w", err)
	}
	return may, nil
}
