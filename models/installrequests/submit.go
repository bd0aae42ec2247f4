package installrequests

import (
	"context"
	"errors"
	"fmt"

	"souk/models"
	"souk/models/db"
	"souk/models/installs"
	"souk/models/notices"
)

// Submission is somebody's wish to have an app on an account. What isn't theirs to
// install is asked of owners, with a reason and, where it costs, a plan.
type Submission struct {
	installs.Choice
	Reason string        // needed where owners are asked
	Plan   int           // number; 0: none. It is only asked for: installing buys nothing
	Period models.Period // "": what the plan has
	Units  int64         // 0: as few as the plan has
}

// Submitted is what came of a Submission: with InstallSplit both an installation and a
// request.
type Submitted struct {
	Outcome      models.InstallOutcome
	App          models.App
	Account      models.Account
	Installation *models.Installation
	Request      *models.InstallRequest
	Joined       bool // others had asked for the same; the actor asks with them
	Again        bool // the actor had
}

// Submit installs what the actor may install, and asks an organization's owners for
// the rest, in one transaction. It returns why neither can be, ErrAlreadyInstalled,
// ErrTooManyRequests, and Problems of the fields reason, plan, period, units and
// repositories.
func (s *Service) Submit(ctx context.Context, actor models.Actor, sub Submission) (out *Submitted, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		w, err := installs.Weigh(ctx, tx.Pgx, actor, sub.Choice, true)
		if err != nil {
			return err
		}
		out = &Submitted{Outcome: w.Decision.Outcome, App: w.App, Account: w.Account}
		return s.carryOut(ctx, tx, actor, w, &sub, out)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// carryOut does what was decided.
func (s *Service) carryOut(ctx context.Context, tx *db.Tx, actor models.Actor, w *installs.Weighed, sub *Submission, out *Submitted) (err error) {
	if out.Outcome == models.InstallRefuse {
		return w.Decision.Refused
	}
	own := w.Mine
	if out.Outcome == models.InstallNow {
		own = append(own, w.Others...)
	}
	if out.Outcome != models.InstallAsk {
		out.Installation, err = s.installs.Put(ctx, tx, actor, w, own, nil)
		if out.Outcome == models.InstallSplit && errors.Is(err, models.ErrAlreadyInstalled) {
			out.Outcome, err = models.InstallAsk, nil
		}
		if err != nil {
			return err
		}
	}
	if out.Installation != nil {
		if err := s.answerCovered(ctx, tx, actor, out.Installation); err != nil {
			return err
		}
	}
	if out.Outcome == models.InstallNow {
		return nil
	}
	return s.ask(ctx, tx, actor, w, sub, out)
}

// ask asks the owners for what of a submission isn't the actor's to install.
func (s *Service) ask(ctx context.Context, tx *db.Tx, actor models.Actor, w *installs.Weighed, sub *Submission, out *Submitted) error {
	wish := models.InstallWish{Selection: w.Facts.Selection, Period: models.Monthly, Units: 1}
	if wish.Selection == models.SelectSelected {
		wish.Repositories = append(wish.Repositories, w.Others...)
		if w.Decision.Outcome != models.InstallSplit {
			wish.Repositories = append(wish.Repositories, w.Mine...)
		}
	}
	if err := lacking(ctx, tx.Pgx, w, &wish); err != nil {
		return err
	}
	var problems models.Problems
	reason, err := models.PlainText(sub.Reason, models.MaxRequestReason, true)
	if err == nil && reason == "" {
		err = models.ErrRequestReason
	}
	if err := problems.Add("reason", err); err != nil {
		return err
	}
	if err := planned(ctx, tx.Pgx, w, sub, &wish); invalid(err) {
		_ = problems.Add("", err)
	} else if err != nil {
		return err
	}
	if err := problems.Err(); err != nil {
		return err
	}
	return s.put(ctx, tx, actor, w, wish, reason, out)
}

// lacking takes from a wish what is installed there already.
func lacking(ctx context.Context, q installs.Querier, w *installs.Weighed, wish *models.InstallWish) error {
	switch i := w.Installed; {
	case i == nil:
		return nil
	case i.Selection == models.SelectAll || wish.Selection == models.SelectNone:
		return models.ErrAlreadyInstalled
	case wish.Selection == models.SelectAll:
		return nil
	}
	rows, err := q.Query(ctx, `SELECT x FROM unnest($2::bigint[]) x WHERE NOT EXISTS (
		SELECT FROM installation_repositories r WHERE r.installation_id = $1 AND r.repository_id = x) ORDER BY 1`, w.Installed.ID, wish.Repositories)
	if wish.Repositories, err = ids(rows, err); err == nil && len(wish.Repositories) == 0 {
		err = models.ErrAlreadyInstalled
	}
	return err
}

// put writes a request, or the actor's vote for one that asks for the same.
func (s *Service) put(ctx context.Context, tx *db.Tx, actor models.Actor, w *installs.Weighed, wish models.InstallWish, reason string, out *Submitted) error {
	now := s.now()
	var id int64
	var fresh, voted bool
	var open int
	err := tx.Pgx.QueryRow(ctx, `INSERT INTO installation_requests (app_id, organization_id, requester_id, selection, listing_id, plan_id, period, units, digest,
			state, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10, $11)
		ON CONFLICT (app_id, organization_id, digest) WHERE state = 'open' DO UPDATE SET digest = excluded.digest RETURNING id, xmax = 0`,
		w.App.ID, w.Account.ID, actor.UserID, wish.Selection, nobodyIs(w.ListingID), nobodyIs(wish.PlanID), wish.Period, wish.Units, wish.Digest(),
		now, now.Add(models.RequestLifetime)).Scan(&id, &fresh)
	if err != nil {
		return fmt.Errorf("installrequests: ask: %w", err)
	}
	if fresh {
		if _, err := tx.Pgx.Exec(ctx, `INSERT INTO installation_request_repositories (request_id, repository_id) SELECT $1::bigint, unnest($2::bigint[])`, id, wish.Repositories); err != nil {
			return fmt.Errorf("installrequests: ask: %w", err)
		}
	}
	err = tx.Pgx.QueryRow(ctx, `INSERT INTO installation_request_votes (request_id, account_id, reason, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (request_id, account_id) DO UPDATE SET reason = excluded.reason RETURNING xmax = 0,
			(SELECT count(*) FROM installation_request_votes v JOIN installation_requests r ON r.id = v.request_id
				WHERE v.account_id = $2 AND r.organization_id = $5 AND r.state = 'open' AND r.id <> $1)`, id, actor.UserID, reason, now, w.Account.ID).Scan(&voted, &open)
	switch {
	case err != nil:
		return fmt.Errorf("installrequests: vote: %w", err)
	case voted && open >= models.MaxOpenRequests:
		return models.ErrTooManyRequests
	}
	out.Joined, out.Again = !fresh && voted, !voted
	return s.asked(ctx, tx, actor, id, wish, reason, out)
}

// asked records what was asked for, and tells the owners of what is new.
func (s *Service) asked(ctx context.Context, tx *db.Tx, actor models.Actor, id int64, wish models.InstallWish, reason string, out *Submitted) error {
	r, err := one(ctx, tx.Pgx, id, false)
	if err != nil {
		return err
	}
	request := r.InstallRequest
	request.InstallWish = wish
	out.Request = &request
	if out.Again {
		return nil
	}
	if out.Joined {
		return s.record(ctx, tx, actor, "install_request.join", r, reason)
	}
	if err := s.record(ctx, tx, actor, "install_request.create", r, reason); err != nil {
		return err
	}
	return s.tellOwners(ctx, tx, r, notices.Notice{Kind: models.NoticeInstallRequested, Link: page(r), Params: map[string]string{
		"organization": r.OrganizationName, "login": r.Requester, "app": r.AppName}})
}

// tellOwners tells those who decide.
func (s *Service) tellOwners(ctx context.Context, tx *db.Tx, r *Request, n notices.Notice) error {
	rows, err := tx.Pgx.Query(ctx, `SELECT account_id FROM memberships WHERE organization_id = $1 AND role = 'owner' AND suspended_at IS NULL
		ORDER BY account_id LIMIT 100`, r.OrganizationID)
	owners, err := ids(rows, err)
	if err != nil {
		return err
	}
	return s.notices.Tell(ctx, tx, n, owners...)
}

func invalid(err error) bool {
	_, ok := models.AsProblems(err)
	return ok
}
