package requests

import (
	"context"
	"errors"
	"fmt"
	"time"

	"souk/models"
	"souk/models/billing"
	"souk/models/db"
	"souk/models/notices"
)

// Approval is what whoever approves a request has ordered: the wish, or other terms
// of the same listing.
type Approval struct {
	Plan     int // number
	Period   models.Period
	Units    int64
	Method   int64
	Transfer bool
	Shown    *models.Money // the total that the page showed for today
	Words    string
}

// Approve places the order of a request as the actor's. While its payment is under
// way, or after it failed, the request stays open; the same approval may be repeated,
// also by two people at once, and places one order. Placed is that order. It returns
// ErrRequestClosed for a request that was answered otherwise, and what billing.Place
// does: ErrPaymentDeclined with Placed.
func (s *Service) Approve(ctx context.Context, actor models.Actor, login string, id int64, a Approval) (*billing.Placed, error) {
	words, err := models.PlainText(a.Words, models.MaxRequestWords, true)
	if err != nil {
		return nil, asField(err, "words")
	}
	r, key, err := s.reserve(ctx, actor, login, id, words)
	if err != nil {
		return nil, err
	}
	if r.State == models.RequestApproved {
		return &billing.Placed{OrderID: *r.OrderID, Done: true}, nil
	}
	placed, err := s.billing.Place(ctx, actor, billing.Order{Key: key, Listing: r.Slug, Plan: a.Plan, Account: r.Organization,
		Period: a.Period, Units: a.Units, Method: a.Method, Transfer: a.Transfer, Shown: a.Shown, RequestID: r.ID})
	if err != nil {
		if wrong := s.release(context.WithoutCancel(ctx), r); wrong != nil {
			return placed, wrong
		}
		return placed, err
	}
	return placed, s.settle(context.WithoutCancel(ctx), actor, r.ID)
}

// reserve keeps others from deciding otherwise while the order is placed. Its key is
// the same for everyone who approves, and another one once an order has failed. The
// words are kept with the request for the answer.
func (s *Service) reserve(ctx context.Context, actor models.Actor, login string, id int64, words string) (r *Request, key string, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		if r, err = theirs(ctx, tx.Pgx, login, id, true); err != nil {
			return err
		}
		if err := s.mayDecide(ctx, tx, actor, r); err != nil {
			return err
		}
		switch {
		case r.State == models.RequestApproved && r.OrderID != nil:
			return nil
		case r.State != models.RequestOpen:
			return models.ErrRequestClosed
		}
		var failed bool
		key = fmt.Sprintf("request-%d-%d", r.ID, r.Attempt)
		if err := tx.Pgx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM orders WHERE request_id = $1 AND key = $2 AND state = 'failed')`, r.ID, key).Scan(&failed); err != nil {
			return fmt.Errorf("requests: approve: %w", err)
		}
		if failed {
			r.Attempt++
			key = fmt.Sprintf("request-%d-%d", r.ID, r.Attempt)
		}
		err := tx.Pgx.QueryRow(ctx, `UPDATE buy_requests SET attempt = $2, placing_until = $3, words = $4 WHERE id = $1 RETURNING placing_until`,
			r.ID, r.Attempt, s.now().Add(models.RequestPlacing), words).Scan(&r.PlacingUntil)
		if err != nil {
			return fmt.Errorf("requests: approve: %w", err)
		}
		return nil
	})
	return r, key, err
}

// mayDecide allows to answer a request: whoever may order for the organization.
func (s *Service) mayDecide(ctx context.Context, tx *db.Tx, actor models.Actor, r *Request) error {
	var suspended bool
	if err := tx.Pgx.QueryRow(ctx, `SELECT suspended_at IS NOT NULL FROM accounts WHERE id = $1`, r.OrganizationID).Scan(&suspended); err != nil {
		return fmt.Errorf("requests: %w", err)
	}
	return actor.MayOrderFor(r.OrganizationID, suspended)
}

// release lets others decide again after an order came to nothing, unless somebody
// else has begun to approve meanwhile.
func (s *Service) release(ctx context.Context, r *Request) error {
	_, err := s.db.Pool().Exec(ctx, `UPDATE buy_requests SET placing_until = NULL WHERE id = $1 AND state = 'open' AND placing_until = $2`, r.ID, r.PlacingUntil)
	if err != nil {
		return fmt.Errorf("requests: release: %w", err)
	}
	return nil
}

// settle closes a request whose order holds, as approved by whoever placed it, and
// tells the requester. It does nothing for one whose order doesn't hold yet, or that
// is closed. The actor may be nobody.
func (s *Service) settle(ctx context.Context, actor models.Actor, id int64) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		r, err := one(ctx, tx.Pgx, id, true)
		if err != nil || r.State != models.RequestOpen {
			return err
		}
		var order int64
		var buyer *int64
		var login, plan string
		err = tx.Pgx.QueryRow(ctx, `SELECT d.id, d.buyer_id, coalesce(b.login, ''), p.name FROM orders d JOIN plans p ON p.id = d.plan_id
			LEFT JOIN accounts b ON b.id = d.buyer_id WHERE d.request_id = $1 AND d.state = 'done' ORDER BY d.id LIMIT 1`, id).Scan(&order, &buyer, &login, &plan)
		if found, err := db.Found(err); err != nil || !found {
			return err
		}
		by := actor
		if buyer == nil || *buyer != actor.UserID {
			by = models.Actor{Login: login}
			if buyer != nil {
				by.UserID = *buyer
			}
		}
		if err := s.end(ctx, tx, by, r, models.RequestApproved, "buy_request.approve", r.Words); err != nil {
			return err
		}
		if _, err := tx.Pgx.Exec(ctx, `UPDATE buy_requests SET order_id = $2 WHERE id = $1`, id, order); err != nil {
			return fmt.Errorf("requests: settle: %w", err)
		}
		if by.UserID == r.RequesterID {
			return nil
		}
		return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeBuyApproved, Link: mine,
			Params: map[string]string{"organization": r.OrganizationName, "listing": r.Name, "plan": plan}}, r.RequesterID)
	})
}

// Decline answers a request with words. It returns ErrRequestWords without any,
// ErrRequestClosed, and ErrRequestBusy while somebody has it ordered.
func (s *Service) Decline(ctx context.Context, actor models.Actor, login string, id int64, words string) error {
	words, err := models.PlainText(words, models.MaxRequestWords, true)
	if err == nil && words == "" {
		err = models.ErrRequestWords
	}
	if err != nil {
		return asField(err, "words")
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		r, err := theirs(ctx, tx.Pgx, login, id, true)
		if err != nil {
			return err
		}
		if err := s.mayDecide(ctx, tx, actor, r); err != nil {
			return err
		}
		if err := s.unplaced(ctx, tx, r); err != nil {
			return err
		}
		if err := s.end(ctx, tx, actor, r, models.RequestDeclined, "buy_request.decline", words); err != nil {
			return err
		}
		return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeBuyDeclined, Link: mine,
			Params: map[string]string{"organization": r.OrganizationName, "listing": r.Name, "words": words}}, r.RequesterID)
	})
}

// asField names the field of what is wrong with what was typed.
func asField(err error, field string) error {
	if known, ok := errors.AsType[*models.Error](err); ok {
		return known.On(field)
	}
	return err
}

// day is a time in the parameter of a notice.
func day(t time.Time) string { return t.UTC().Format(time.RFC3339) }
