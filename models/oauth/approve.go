package oauth

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"souk/models"
	"souk/models/apps"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/notices"
)

// AskApproval asks an organization's owners to let an OAuth App in; an owner who asks
// does so at once. Whoever asks for what was asked for already is told nothing new. It
// returns ErrApprovalNeedless, ErrApprovalDenied, ErrRequestsOff and Problems.
func (s *Service) AskApproval(ctx context.Context, actor models.Actor, clientID, login, reason string) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	reason, err := models.PlainText(reason, models.MaxApprovalReason, true)
	if err != nil {
		return models.ErrApprovalReason.Because(err)
	}
	if !db.Sayable(clientID) {
		return models.ErrNotFound
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		id, err := lockApp(ctx, tx, "client_id = $1", clientID)
		if err != nil {
			return err
		}
		return s.askIn(ctx, tx, actor, id, login, reason)
	})
}

// askPlaces asks several organizations, leaving out those where it is needless.
func (s *Service) askPlaces(ctx context.Context, tx *db.Tx, actor models.Actor, a *Asking, logins []string) error {
	for _, login := range slices.Compact(slices.Sorted(slices.Values(logins))) {
		i := slices.IndexFunc(a.Places, func(p Place) bool { return p.Login == login })
		if i < 0 || a.App.Kind != models.OAuthApp {
			continue
		}
		err := s.askIn(ctx, tx, actor, a.App.ID, login, "")
		if err != nil && !errors.Is(err, models.ErrApprovalNeedless) && !errors.Is(err, models.ErrApprovalDenied) {
			return err
		}
	}
	return nil
}

func (s *Service) askIn(ctx context.Context, tx *db.Tx, actor models.Actor, appID int64, login, reason string) error {
	app, o, state, err := s.standing(ctx, tx, appID, login)
	if err != nil {
		return err
	}
	if err := actor.MayAskApproval(o.ID, o.Suspended, o.MayRequest); err != nil {
		return err
	}
	switch {
	case app.Kind != models.OAuthApp:
		return models.ErrNotFound
	case o.Policy == models.OAuthOpen, app.AccountID != nil && *app.AccountID == o.ID, state == models.ApprovalApproved:
		return models.ErrApprovalNeedless
	case actor.RoleIn(o.ID) == models.RoleOwner:
		return s.decide(ctx, tx, actor, app, o, models.ApprovalApproved, "")
	case state == models.ApprovalDenied:
		return models.ErrApprovalDenied
	case state == models.ApprovalRequested:
		return nil
	}
	_, err = tx.Pgx.Exec(ctx, `INSERT INTO oauth_approvals (organization_id, app_id, state, requester_id, reason, requested_at) VALUES ($1, $2, 'requested', $3, $4, $5)`,
		o.ID, app.ID, actor.UserID, reason, s.now())
	if err != nil {
		return fmt.Errorf("oauth: ask: %w", err)
	}
	if err := s.note(ctx, tx, actor, "oauth_approval.request", app, o, reason); err != nil {
		return err
	}
	owners, err := apps.OwnersOf(ctx, tx, o.ID)
	if err != nil {
		return err
	}
	return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeApprovalAsked, Link: casePage(o, app),
		Params: map[string]string{"organization": o.Name, "login": actor.Login, "app": app.Name}}, owners...)
}

// standing locks an organization's word about an app, whose row the caller has locked.
// The organization's row is locked too, so that there is one who says it.
func (s *Service) standing(ctx context.Context, tx *db.Tx, appID int64, login string) (*models.App, *Organization, models.ApprovalState, error) {
	app, _, err := appByID(ctx, tx.Pgx, appID)
	if err != nil {
		return nil, nil, "", err
	}
	o, err := organization(ctx, tx.Pgx, login, true)
	if err != nil {
		return nil, nil, "", err
	}
	var state models.ApprovalState
	err = tx.Pgx.QueryRow(ctx, `SELECT state FROM oauth_approvals WHERE organization_id = $1 AND app_id = $2 FOR UPDATE`, o.ID, app.ID).Scan(&state)
	if _, err := db.Found(err); err != nil {
		return nil, nil, "", fmt.Errorf("oauth: standing: %w", err)
	}
	return app, o, state, nil
}

// Decide lets an OAuth App into an organization, or keeps it out, with words for
// whoever asked. It holds at once. It returns ErrApprovalNeedless for the
// organization's own app, ErrUnknownChoice and Problems.
func (s *Service) Decide(ctx context.Context, actor models.Actor, login, slug string, state models.ApprovalState, words string) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	words, err := models.PlainText(words, models.MaxApprovalWords, true)
	if err != nil {
		return models.ErrApprovalWords.Because(err)
	}
	if state != models.ApprovalApproved && state != models.ApprovalDenied || !db.Sayable(slug) {
		return models.ErrUnknownChoice.On("state")
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		// Whoever may not answer learns nothing of the app.
		o, err := organization(ctx, tx.Pgx, login, false)
		if err != nil {
			return err
		}
		if err := actor.MayApprove(o.ID, o.Suspended); err != nil {
			return err
		}
		id, err := lockApp(ctx, tx, "kind = 'oauth_app' AND slug = $1", slug)
		if err != nil {
			return err
		}
		app, o, was, err := s.standing(ctx, tx, id, login)
		switch {
		case err != nil:
			return err
		case app.AccountID != nil && *app.AccountID == o.ID:
			return models.ErrApprovalNeedless
		case was == state && words == "":
			return nil
		}
		return s.decide(ctx, tx, actor, app, o, state, words)
	})
}

func (s *Service) decide(ctx context.Context, tx *db.Tx, actor models.Actor, app *models.App, o *Organization, state models.ApprovalState, words string) error {
	var requester *int64
	err := tx.Pgx.QueryRow(ctx, `INSERT INTO oauth_approvals AS v (organization_id, app_id, state, decider_id, words, decided_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT ON CONSTRAINT oauth_approvals_pkey DO UPDATE SET state = excluded.state, decider_id = excluded.decider_id, words = excluded.words,
			decided_at = excluded.decided_at RETURNING v.requester_id`, o.ID, app.ID, state, nobodyIs(actor.UserID), words, s.now()).Scan(&requester)
	if err != nil {
		return fmt.Errorf("oauth: decide: %w", err)
	}
	action, kind := models.AuditAction("oauth_approval.approve"), models.NoticeApprovalGiven
	if state == models.ApprovalDenied {
		action, kind = "oauth_approval.deny", models.NoticeApprovalRefused
	}
	if err := s.note(ctx, tx, actor, action, app, o, words); err != nil {
		return err
	}
	if requester == nil || *requester == actor.UserID {
		return nil
	}
	return s.notices.Tell(ctx, tx, notices.Notice{Kind: kind, Link: connection(app), Params: map[string]string{"organization": o.Name, "app": app.Name}}, *requester)
}

// WithdrawApproval takes back what the actor asked an organization. It returns
// ErrNotFound where nothing of theirs waits.
func (s *Service) WithdrawApproval(ctx context.Context, actor models.Actor, clientID, login string) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	if !db.Sayable(clientID) {
		return models.ErrNotFound
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		id, err := lockApp(ctx, tx, "client_id = $1", clientID)
		if err != nil {
			return err
		}
		app, o, _, err := s.standing(ctx, tx, id, login)
		if err != nil {
			return err
		}
		gone, err := tx.Pgx.Exec(ctx, `DELETE FROM oauth_approvals WHERE organization_id = $1 AND app_id = $2 AND requester_id = $3 AND state = 'requested'`, o.ID, app.ID, actor.UserID)
		if err != nil {
			return fmt.Errorf("oauth: withdraw: %w", err)
		}
		if gone.RowsAffected() == 0 {
			return models.ErrNotFound
		}
		return s.note(ctx, tx, actor, "oauth_approval.withdraw", app, o, "")
	})
}

// note writes an event about an app into the organization's log.
func (s *Service) note(ctx context.Context, tx *db.Tx, actor models.Actor, action models.AuditAction, app *models.App, o *Organization, words string) error {
	return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: action, AccountID: &o.ID, TargetKind: "app", TargetID: &app.ID,
		TargetName: app.Slug, Description: words})
}

// casePage is where an organization's owners answer.
func casePage(o *Organization, app *models.App) string {
	return "/organizations/" + o.Login + "/settings/oauth_application_policy/" + app.Slug
}

// nobodyIs is an account's id, nil for none.
func nobodyIs(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}
