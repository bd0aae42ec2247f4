package installrequests

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"souk/models"
	"souk/models/billing"
	"souk/models/db"
	"souk/models/installs"
	"souk/models/notices"
)

// Approval is what whoever approves a request lets the app have: what was asked for,
// or fewer repositories of it. Count and Narrowed are reckoned.
type Approval struct {
	Approved
	Asked models.Grants // what the page showed that the app asks for; nil: that isn't checked
	Words string
}

// Result is what came of an approval: an installation, unless the payment of what is
// ordered with it is still under way.
type Result struct {
	InstallationID int64           // 0: none yet
	Placed         *billing.Placed // nil: nothing was ordered
}

// Approve installs what was asked for, or less of it, after it has placed the order of
// the plan, if one was chosen. While its payment is under way, or after it failed, the
// request stays open; what is paid for is kept, too, where it can't be installed any
// more, and isn't paid twice. The same approval may be repeated, also by two people at
// once. It returns ErrRequestClosed for a request that was answered otherwise, why the
// actor can't install it, ErrSelectionNeeded, ErrRepositoryElsewhere, and what
// billing.Place does: ErrPaymentDeclined with Result.Placed.
func (s *Service) Approve(ctx context.Context, actor models.Actor, login string, id int64, a Approval) (*Result, error) {
	words, err := models.PlainText(a.Words, models.MaxRequestWords, true)
	if err != nil {
		return nil, asField(err, "words")
	}
	a.Words = words
	var out Result
	var order *order
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		r, err := theirs(ctx, tx.Pgx, login, id, false)
		if err != nil {
			return err
		}
		if err := actor.MayAnswerInstallRequests(r.OrganizationID, false); err != nil {
			return err
		}
		order, err = s.approve(ctx, tx, actor, r, &a, &out)
		return err
	})
	if err != nil || order == nil {
		return &out, err
	}
	return s.place(ctx, actor, id, order)
}

// approve installs at once, or keeps what was decided and returns the order that has to
// be placed before.
func (s *Service) approve(ctx context.Context, tx *db.Tx, actor models.Actor, r *Request, a *Approval, out *Result) (*order, error) {
	w, err := s.weigh(ctx, tx, actor, r, &a.Approved, a.Asked)
	if err != nil {
		return nil, err
	}
	if r, err = one(ctx, tx.Pgx, r.ID, true); err != nil {
		return nil, err
	}
	if r.State == models.RequestApproved && r.InstallationID != nil {
		out.InstallationID = *r.InstallationID
		return nil, nil
	}
	if r.State != models.RequestOpen {
		return nil, models.ErrRequestClosed
	}
	_, state, err := r.ordered(ctx, tx.Pgx)
	if err != nil {
		return nil, err
	}
	held := r.Approval != nil && (state == "waiting" || r.PlacingUntil != nil && s.now().Before(*r.PlacingUntil))
	switch {
	case held: // by whoever was first: the order is theirs, and is placed once
		return r.order(false), nil
	case a.Plan == 0 || r.OrderID != nil || state == "done":
		out.InstallationID, err = s.install(ctx, tx, actor, r, w, &a.Approved, a.Words)
		return nil, err
	}
	if state == "failed" {
		r.Attempt++
	}
	return s.reserve(ctx, tx, actor, r, a)
}

// weigh locks app and account, and says what comes of what is approved for the actor.
func (s *Service) weigh(ctx context.Context, tx *db.Tx, actor models.Actor, r *Request, a *Approved, asked models.Grants) (*installs.Weighed, error) {
	c := installs.Choice{App: r.App, Account: r.OrganizationID, Selection: r.Selection, Asked: asked}
	wished, err := r.wished(ctx, tx.Pgx)
	if err != nil {
		return nil, err
	}
	if err := a.narrow(r, wished, &c); err != nil {
		return nil, err
	}
	w, err := installs.Weigh(ctx, tx.Pgx, actor, c, true)
	if err != nil {
		return nil, err
	}
	if err := actor.MayAnswerInstallRequests(r.OrganizationID, w.Account.SuspendedAt != nil); err != nil {
		return nil, err
	}
	switch w.Decision.Outcome {
	case models.InstallNow:
		return w, nil
	case models.InstallRefuse:
		return nil, w.Decision.Refused
	}
	return nil, models.ErrOwnerNeeded // who was one when the page was made
}

// narrow puts what is approved into a choice: what was asked for, or less.
func (a *Approved) narrow(r *Request, wished []int64, c *installs.Choice) error {
	c.Selection, c.Repositories, a.Narrowed = r.Selection, wished, false
	if a.Selection == "" || a.Selection == models.SelectAll {
		a.Selection = r.Selection
	} else if a.Selection == models.SelectSelected && r.Selection != models.SelectNone {
		c.Selection, c.Repositories = models.SelectSelected, slices.Compact(slices.Sorted(slices.Values(a.Repositories)))
		a.Narrowed = r.Selection == models.SelectAll || len(c.Repositories) < r.Repositories
	}
	if r.Selection == models.SelectSelected && len(without(c.Repositories, wished)) > 0 {
		return models.ErrRepositoryElsewhere
	}
	a.Selection, a.Repositories, a.Count = c.Selection, c.Repositories, len(c.Repositories)
	return nil
}

// without are the ids that others, which are sorted, hasn't.
func without(ids, others []int64) []int64 {
	return slices.DeleteFunc(slices.Clone(ids), func(id int64) bool {
		_, found := slices.BinarySearch(others, id)
		return found
	})
}

// install installs what was weighed, closes the request as approved, and tells those
// who asked.
func (s *Service) install(ctx context.Context, tx *db.Tx, actor models.Actor, r *Request, w *installs.Weighed, a *Approved, words string) (int64, error) {
	installation, err := s.installs.Put(ctx, tx, actor, w, append(w.Mine, w.Others...), &r.RequesterID)
	if errors.Is(err, models.ErrAlreadyInstalled) && w.Installed != nil {
		installation, err = w.Installed, nil // somebody was quicker
	}
	if err != nil {
		return 0, err
	}
	order, _, err := r.ordered(ctx, tx.Pgx)
	if err != nil {
		return 0, err
	}
	if err := s.approved(ctx, tx, actor, r, installation.ID, a, order, words); err != nil {
		return 0, err
	}
	return installation.ID, s.answerCovered(ctx, tx, actor, installation)
}

// approved closes a request with what came of it.
func (s *Service) approved(ctx context.Context, tx *db.Tx, actor models.Actor, r *Request, installation int64, a *Approved, order int64, words string) error {
	if err := s.end(ctx, tx, actor, r, models.RequestApproved, "install_request.approve", words); err != nil {
		return err
	}
	_, err := tx.Pgx.Exec(ctx, `UPDATE installation_requests SET installation_id = $2, approval = $3::jsonb, order_id = coalesce($4, order_id) WHERE id = $1`,
		r.ID, installation, asJSON(a), nobodyIs(order))
	if err != nil {
		return fmt.Errorf("installrequests: approve: %w", err)
	}
	kind := models.NoticeInstallApproved
	if a != nil && a.Narrowed {
		kind = models.NoticeInstallNarrowed
	}
	return s.tellVoters(ctx, tx, actor, r, notices.Notice{Kind: kind, Link: mine, Params: map[string]string{"organization": r.OrganizationName, "app": r.AppName}})
}

// tellVoters tells those who asked, but for the actor, who knows.
func (s *Service) tellVoters(ctx context.Context, tx *db.Tx, actor models.Actor, r *Request, n notices.Notice) error {
	voters, err := r.voters(ctx, tx.Pgx, actor.UserID)
	if err != nil {
		return err
	}
	return s.notices.Tell(ctx, tx, n, voters...)
}

// Decline answers a request with words. It returns ErrRequestWords without any,
// ErrRequestClosed, and ErrRequestBusy while somebody has its plan ordered.
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
		var suspended bool
		if err := tx.Pgx.QueryRow(ctx, `SELECT suspended_at IS NOT NULL FROM accounts WHERE id = $1`, r.OrganizationID).Scan(&suspended); err != nil {
			return fmt.Errorf("installrequests: decline: %w", err)
		}
		if err := actor.MayAnswerInstallRequests(r.OrganizationID, suspended); err != nil {
			return err
		}
		if err := s.unplaced(ctx, tx, r); err != nil {
			return err
		}
		if err := s.end(ctx, tx, actor, r, models.RequestDeclined, "install_request.decline", words); err != nil {
			return err
		}
		return s.tellVoters(ctx, tx, actor, r, notices.Notice{Kind: models.NoticeInstallDeclined, Link: mine,
			Params: map[string]string{"organization": r.OrganizationName, "app": r.AppName, "words": words}})
	})
}

// asField names the field of what is wrong with what was typed.
func asField(err error, field string) error {
	if known, ok := errors.AsType[*models.Error](err); ok {
		return known.On(field)
	}
	return err
}

func asJSON(a *Approved) *string {
	if a == nil {
		return nil
	}
	text, err := json.Marshal(a)
	if err != nil {
		panic(err) // numbers and words
	}
	s := string(text)
	return &s
}
