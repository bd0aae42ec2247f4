package installrequests

import (
	"context"
	"errors"
	"fmt"

	"souk/models"
	"souk/models/billing"
	"souk/models/db"
)

// order is an order that has to be placed before an app is installed. It is ours where
// nobody else is placing it.
type order struct {
	billing.Order
	ours bool
}

// reserve keeps others from deciding otherwise while the order is placed.
func (s *Service) reserve(ctx context.Context, tx *db.Tx, actor models.Actor, r *Request, a *Approval) (*order, error) {
	r.Approval = &a.Approved
	_, err := tx.Pgx.Exec(ctx, `UPDATE installation_requests SET attempt = $2, placing_until = $3, words = $4, decider_id = $5, approval = $6::jsonb WHERE id = $1`,
		r.ID, r.Attempt, s.now().Add(models.RequestPlacing), a.Words, actor.UserID, asJSON(r.Approval))
	if err != nil {
		return nil, fmt.Errorf("installrequests: reserve: %w", err)
	}
	return r.order(true), nil
}

// order is what was approved to be ordered.
func (r *Request) order(ours bool) *order {
	a := r.Approval
	return &order{ours: ours, Order: billing.Order{Key: r.orderKey(), Listing: r.Listing, Plan: a.Plan, Account: r.Organization, Period: a.Period, Units: a.Units,
		Method: a.Method, Transfer: a.Transfer, Shown: a.Shown}}
}

// place places the order, and installs once it holds.
func (s *Service) place(ctx context.Context, actor models.Actor, id int64, order *order) (*Result, error) {
	out := &Result{}
	var err error
	out.Placed, err = s.billing.Place(ctx, actor, order.Order)
	if err != nil && order.ours {
		if wrong := s.release(context.WithoutCancel(ctx), id, order.Key); wrong != nil {
			return out, wrong
		}
	}
	if err == nil && out.Placed.Done {
		out.InstallationID, err = s.settle(context.WithoutCancel(ctx), actor, id)
	}
	return out, err
}

// release lets others decide again after an order came to nothing, unless one was
// placed for the same approval meanwhile.
func (s *Service) release(ctx context.Context, id int64, key string) error {
	_, err := s.db.Pool().Exec(ctx, `UPDATE installation_requests SET placing_until = NULL, approval = NULL, decider_id = NULL, words = ''
		WHERE id = $1 AND state = 'open' AND NOT EXISTS (SELECT FROM orders WHERE key = $2 AND state <> 'failed')`, id, key)
	if err != nil {
		return fmt.Errorf("installrequests: release: %w", err)
	}
	return nil
}

// settle installs what was approved, once its order holds, for whoever approved it. It
// does nothing for a request whose order doesn't hold yet, or that is closed. Where it
// can't be installed any more, the request is open to be decided on again, and its
// order is kept with it.
func (s *Service) settle(ctx context.Context, actor models.Actor, id int64) (installation int64, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		installation, err = s.settleIn(ctx, tx, actor, id)
		return err
	})
	if _, known := errors.AsType[*models.Error](err); !known {
		return installation, err
	}
	_, wrong := s.db.Pool().Exec(ctx, `UPDATE installation_requests r SET placing_until = NULL, approval = NULL, decider_id = NULL, words = '',
			order_id = (SELECT d.id FROM orders d WHERE d.key = 'install-request-' || r.id || '-' || r.attempt)
		WHERE r.id = $1 AND r.state = 'open'`, id)
	if wrong != nil {
		return 0, fmt.Errorf("installrequests: settle: %w", wrong)
	}
	return 0, err
}

func (s *Service) settleIn(ctx context.Context, tx *db.Tx, actor models.Actor, id int64) (int64, error) {
	r, err := one(ctx, tx.Pgx, id, false)
	if err != nil {
		return 0, err
	}
	if r.State != models.RequestOpen || r.Approval == nil {
		return r.installed(), nil
	}
	if actor, err = decider(ctx, tx, actor, r); err != nil {
		return 0, err
	}
	approved := *r.Approval
	if r.Selection == models.SelectSelected { // what is gone by now can't stand in the way of the rest
		wished, err := r.wished(ctx, tx.Pgx)
		if err != nil {
			return 0, err
		}
		approved.Repositories = within(approved.Repositories, wished)
	}
	w, err := s.weigh(ctx, tx, actor, r, &approved, nil)
	if err != nil {
		return 0, err
	}
	if r, err = one(ctx, tx.Pgx, id, true); err != nil || r.State != models.RequestOpen || r.Approval == nil {
		return r.installed(), err
	}
	if _, state, err := r.ordered(ctx, tx.Pgx); err != nil || state != "done" {
		return 0, err
	}
	return s.install(ctx, tx, actor, r, w, &approved, r.Words)
}

func (r *Request) installed() int64 {
	if r.State == models.RequestApproved && r.InstallationID != nil {
		return *r.InstallationID
	}
	return 0
}

// decider is whoever approved a request: the actor, or somebody whose order holds only
// now. What they may is what they may now.
func decider(ctx context.Context, tx *db.Tx, actor models.Actor, r *Request) (models.Actor, error) {
	if r.DeciderID == nil {
		return actor, models.ErrOwnerNeeded
	}
	if *r.DeciderID == actor.UserID {
		return actor, nil
	}
	by := models.Actor{UserID: *r.DeciderID, Login: r.Decider, MailVerified: true}
	m := models.Membership{OrganizationID: r.OrganizationID, Login: r.Organization, Name: r.OrganizationName}
	found, err := db.Found(tx.Pgx.QueryRow(ctx, `SELECT role, suspended_at IS NOT NULL FROM memberships WHERE organization_id = $1 AND account_id = $2`,
		r.OrganizationID, by.UserID).Scan(&m.Role, &m.Suspended))
	if err != nil {
		return by, fmt.Errorf("installrequests: decider: %w", err)
	}
	if found {
		by.Memberships = []models.Membership{m}
	}
	return by, nil
}
