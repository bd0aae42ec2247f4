package installs

import (
	"context"
	"fmt"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/notices"
)

// run runs do with an installation locked that the actor may change: still, after
// whatever the lock waited for.
func (s *Service) run(ctx context.Context, actor models.Actor, id int64, do func(*db.Tx, *Standing) error) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		i, err := mine(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		return do(tx, i)
	})
}

func mine(ctx context.Context, tx *db.Tx, actor models.Actor, id int64) (*Standing, error) {
	i, err := Of(ctx, tx.Pgx, id, true)
	if err != nil {
		return nil, err
	}
	now, err := fresh(ctx, tx.Pgx, actor, i.AccountID)
	if err != nil {
		return nil, err
	}
	return i, now.MayRunInstallation(i.AccountID)
}

// Uninstall ends an installation for whoever it is installed on.
func (s *Service) Uninstall(ctx context.Context, actor models.Actor, id int64) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error { return s.UninstallIn(ctx, tx, actor, id) })
}

// UninstallIn is Uninstall within a transaction.
func (s *Service) UninstallIn(ctx context.Context, tx *db.Tx, actor models.Actor, id int64) error {
	i, err := mine(ctx, tx, actor, id)
	if err != nil {
		return err
	}
	if err := s.end(ctx, tx, actor, i); err != nil {
		return err
	}
	return s.tellOwners(ctx, tx, notices.Notice{Kind: models.NoticeUninstalled, Link: list(i),
		Params: map[string]string{"app": i.App.Name, "account": i.Account.DisplayName(), "login": actor.Login}}, i, actor.UserID)
}

// end ends a locked installation. Its app is told first, while there is something to
// tell; its tokens and its repositories go with it.
func (s *Service) end(ctx context.Context, tx *db.Tx, actor models.Actor, i *Standing) error {
	if err := s.Announce(ctx, tx, actor, Event{Installation: i, Action: Deleted}); err != nil {
		return err
	}
	if _, err := tx.Pgx.Exec(ctx, `DELETE FROM installations WHERE id = $1`, i.ID); err != nil {
		return fmt.Errorf("installs: end: %w", err)
	}
	before := map[string]any{"installation": i.ID, "selection": i.Selection, "repositories": i.Count, "permissions": i.Permissions}
	if err := s.record(ctx, tx, actor, "installation.delete", i, before, nil); err != nil {
		return err
	}
	return s.count(ctx, tx, i, models.FactUninstall)
}

// Suspend keeps an app from working on the account, until Unsuspend.
func (s *Service) Suspend(ctx context.Context, actor models.Actor, id int64) error {
	return s.run(ctx, actor, id, func(tx *db.Tx, i *Standing) error {
		if i.SuspendedAt != nil {
			return nil
		}
		if err := s.stop(ctx, tx, actor, i, "installation.suspend", `suspended_at = $2, suspended_by = nullif($3::bigint, 0)`, actor.UserID); err != nil {
			return err
		}
		return s.tellOwners(ctx, tx, notices.Notice{Kind: models.NoticeInstallSuspended, Link: page(i),
			Params: map[string]string{"app": i.App.Name, "account": i.Account.DisplayName(), "login": actor.Login}}, i, actor.UserID)
	})
}

// Unsuspend ends what Suspend began. It returns ErrInstallationBarred where the
// integrator alone suspended it.
func (s *Service) Unsuspend(ctx context.Context, actor models.Actor, id int64) error {
	return s.run(ctx, actor, id, func(tx *db.Tx, i *Standing) error {
		switch {
		case i.SuspendedAt == nil && i.BarredAt != nil:
			return models.ErrInstallationBarred
		case i.SuspendedAt == nil:
			return nil
		}
		return s.stop(ctx, tx, actor, i, "installation.unsuspend", `suspended_at = NULL, suspended_by = NULL`)
	})
}

// Bar suspends an installation for the integrator of the app at slug, with words for
// the account, which can't lift it. It returns ErrBarWords without any.
func (s *Service) Bar(ctx context.Context, actor models.Actor, slug string, id int64, words string) error {
	words, err := models.PlainText(words, models.MaxBarWords, true)
	if err == nil && words == "" {
		err = models.ErrBarWords
	}
	if err != nil {
		return onField(err, "words")
	}
	return s.theirs(ctx, actor, slug, id, func(tx *db.Tx, i *Standing) error { return s.bar(ctx, tx, actor, i, words) })
}

// Unbar ends what Bar began.
func (s *Service) Unbar(ctx context.Context, actor models.Actor, slug string, id int64) error {
	return s.theirs(ctx, actor, slug, id, func(tx *db.Tx, i *Standing) error { return s.unbar(ctx, tx, actor, i) })
}

// Remove gives an installation up, for the integrator of the app at slug.
func (s *Service) Remove(ctx context.Context, actor models.Actor, slug string, id int64) error {
	return s.theirs(ctx, actor, slug, id, func(tx *db.Tx, i *Standing) error { return s.giveUp(ctx, tx, actor, i) })
}

// theirs runs do with an installation locked whose app's integrator the actor is.
func (s *Service) theirs(ctx context.Context, actor models.Actor, slug string, id int64, do func(*db.Tx, *Standing) error) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := apps.Of(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		if err := actor.MayBarInstallation(st.Rights()); err != nil {
			return err
		}
		return s.ofApp(ctx, tx, st.ID, id, do)
	})
}

func (s *Service) ofApp(ctx context.Context, tx *db.Tx, app, id int64, do func(*db.Tx, *Standing) error) error {
	i, err := Of(ctx, tx.Pgx, id, true)
	if err != nil {
		return err
	}
	if i.AppID != app {
		return models.ErrNotFound
	}
	return do(tx, i)
}

// BarAsApp is Bar for the app itself, which proved who it is and gives no reason.
// Nothing happens where it is suspended already.
func (s *Service) BarAsApp(ctx context.Context, visit models.Visit, app, id int64) error {
	return s.asApp(ctx, visit, app, id, func(tx *db.Tx, actor models.Actor, i *Standing) error { return s.bar(ctx, tx, actor, i, "") })
}

// UnbarAsApp is Unbar for the app itself.
func (s *Service) UnbarAsApp(ctx context.Context, visit models.Visit, app, id int64) error {
	return s.asApp(ctx, visit, app, id, func(tx *db.Tx, actor models.Actor, i *Standing) error { return s.unbar(ctx, tx, actor, i) })
}

// RemoveAsApp is Remove for the app itself.
func (s *Service) RemoveAsApp(ctx context.Context, visit models.Visit, app, id int64) error {
	return s.asApp(ctx, visit, app, id, func(tx *db.Tx, actor models.Actor, i *Standing) error { return s.giveUp(ctx, tx, actor, i) })
}

func (s *Service) asApp(ctx context.Context, visit models.Visit, app, id int64, do func(*db.Tx, models.Actor, *Standing) error) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		return s.ofApp(ctx, tx, app, id, func(tx *db.Tx, i *Standing) error {
			return do(tx, models.Bot(app, i.App.Slug, visit), i)
		})
	})
}

func (s *Service) bar(ctx context.Context, tx *db.Tx, actor models.Actor, i *Standing, words string) error {
	if i.BarredAt != nil {
		return nil
	}
	err := s.stop(ctx, tx, actor, i, "installation.bar", `barred_at = $2, barred_by = nullif($3::bigint, 0), barred_words = $4`, actor.UserID, words)
	if err != nil {
		return err
	}
	n := notices.Notice{Kind: models.NoticeInstallStopped, Link: page(i), Params: map[string]string{"app": i.App.Name, "account": i.Account.DisplayName()}}
	if words != "" {
		n.Kind, n.Params["words"] = models.NoticeInstallBarred, words
	}
	return s.tellOwners(ctx, tx, n, i)
}

func (s *Service) unbar(ctx context.Context, tx *db.Tx, actor models.Actor, i *Standing) error {
	if i.BarredAt == nil {
		return nil
	}
	if err := s.stop(ctx, tx, actor, i, "installation.unbar", `barred_at = NULL, barred_by = NULL, barred_words = ''`); err != nil {
		return err
	}
	return s.tellOwners(ctx, tx, notices.Notice{Kind: models.NoticeInstallUnbarred, Link: page(i),
		Params: map[string]string{"app": i.App.Name, "account": i.Account.DisplayName()}}, i)
}

func (s *Service) giveUp(ctx context.Context, tx *db.Tx, actor models.Actor, i *Standing) error {
	if err := s.end(ctx, tx, actor, i); err != nil {
		return err
	}
	return s.tellOwners(ctx, tx, notices.Notice{Kind: models.NoticeInstallRemoved, Link: list(i),
		Params: map[string]string{"app": i.App.Name, "account": i.Account.DisplayName()}}, i)
}

// stop writes who keeps a locked installation from working, or no longer does; $2 is
// now. The app is told where that changes whether it works.
func (s *Service) stop(ctx context.Context, tx *db.Tx, actor models.Actor, i *Standing, action models.AuditAction, set string, args ...any) error {
	was := i.Suspended()
	sql := `UPDATE installations SET ` + set + `, updated_at = $2 WHERE id = $1`
	if _, err := tx.Pgx.Exec(ctx, sql, append([]any{i.ID, s.now()}, args...)...); err != nil {
		return fmt.Errorf("installs: suspend: %w", err)
	}
	now, err := Of(ctx, tx.Pgx, i.ID, false)
	if err != nil {
		return err
	}
	*i = *now
	after := map[string]any{"installation": i.ID}
	if i.BarredWords != "" {
		after["words"] = i.BarredWords
	}
	if err := s.record(ctx, tx, actor, action, i, nil, after); err != nil || was == i.Suspended() {
		return err
	}
	e := Event{Installation: i, Action: Resumed}
	if i.Suspended() {
		e.Action = Suspended
	}
	return s.Announce(ctx, tx, actor, e)
}
