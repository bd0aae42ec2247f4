// Package credentials makes and revokes what an app proves itself by: client secrets, of
// which a hash is kept, and private keys, of which the public half is kept.
package credentials

import (
	"context"
	"strconv"
	"time"

	"souk/models"
	"souk/models/apps"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/notices"
	"souk/models/secretbox"
)

// Throttle bounds how often something is done: it returns ErrTooManyTries once
// key has been spent burst times, and lets one more pass every per.
type Throttle interface {
	Spend(ctx context.Context, key string, burst int, per time.Duration) error
}

// Service holds the verbs.
type Service struct {
	db       *db.DB
	notices  *notices.Service
	throttle Throttle
	box      *secretbox.Box
	now      func() time.Time

	making chan struct{} // who may make a key: it takes a processor for a while
}

// New makes a Service.
func New(d *db.DB, n *notices.Service, throttle Throttle, box *secretbox.Box, now func() time.Time) *Service {
	return &Service{db: d, notices: n, throttle: throttle, box: box, now: now, making: make(chan struct{}, 1)}
}

// seen is an app whose credentials the actor may look at. What was only imported
// has none.
func (s *Service) seen(ctx context.Context, actor models.Actor, slug string) (*apps.Standing, error) {
	st, err := apps.Of(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, err
	}
	if err := actor.MayManageApp(st.Rights()); err != nil {
		return nil, err
	}
	if !st.Registered() {
		return nil, models.ErrNotFound
	}
	return st, nil
}

// change locks an app and has do change its credentials.
func (s *Service) change(ctx context.Context, actor models.Actor, slug string, do func(*db.Tx, *apps.Standing) error) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := apps.Of(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		if err := actor.MayRenewCredentials(st.Rights(), s.now()); err != nil {
			return err
		}
		if !st.Registered() {
			return models.ErrNotFound
		}
		return do(tx, st)
	})
}

// bound is asked before something is made that many are told of.
func (s *Service) bound(ctx context.Context, actor models.Actor) error {
	if actor.Operator {
		return nil
	}
	return s.throttle.Spend(ctx, "credentials:"+strconv.FormatInt(actor.UserID, 10), 40, time.Minute)
}

// done records a change and tells everyone who looks after the app, whoever did
// it too: it could have been somebody else with their session.
func (s *Service) done(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, what deed) error {
	err := audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: what.action, AccountID: st.AccountID,
		TargetKind: "app", TargetID: &st.ID, TargetName: st.Slug, Before: named(what.name, what.before), After: named(what.name, what.after)})
	if err != nil {
		return err
	}
	people, err := apps.Keepers(ctx, tx, st.ID)
	if err != nil {
		return err
	}
	return s.notices.Tell(ctx, tx, notices.Notice{Kind: what.notice, Link: "/settings/apps/" + st.Slug + "/" + what.page,
		Params: map[string]string{"app": st.Name, "login": actor.Login, what.name: what.before + what.after}}, people...)
}

// deed is what was done to one secret or key: before or after is what it is
// known by.
type deed struct {
	action        models.AuditAction
	notice        models.NotificationKind
	page          string // of the app's settings
	name          string // of the parameter
	before, after string
}

func named(name, value string) map[string]any {
	if value == "" {
		return nil
	}
	return map[string]any{name: value}
}
