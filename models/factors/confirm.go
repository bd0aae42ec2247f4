package factors

import (
	"context"
	"errors"
	"strconv"
	"time"

	"souk/models"
	"souk/models/db"
)

// Proof is what someone gives to confirm that it is still them: the password or
// a code of the authenticator app. Recovery codes are for signing in.
type Proof struct{ Password, Code string }

// Confirm opens what is sensitive to the actor's session for a while
// (models.SudoWindow) and returns the session's new secret for the cookie. It
// returns ErrConfirmFailed for a wrong proof, ErrTooManyTries, and ErrNotForActing
// to staff acting for someone.
func (s *Service) Confirm(ctx context.Context, actor models.Actor, p Proof) (secret string, err error) {
	if err := actor.MayConfirm(); err != nil {
		return "", err
	}
	if err := s.prove(ctx, actor, p); err != nil {
		return "", err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		secret, err = s.open(ctx, tx, actor)
		return err
	})
	return secret, err
}

// provePassword has a bucket of its own: wrong passwords don't keep anyone from
// proving themselves by a code.
func (s *Service) provePassword(ctx context.Context, actor models.Actor, password string) error {
	key := "confirm-password:" + strconv.FormatInt(actor.UserID, 10)
	if err := s.identity.Spend(ctx, key, triesOfAccount, time.Minute); err != nil {
		return err
	}
	right, err := s.identity.RightPassword(ctx, actor.UserID, password)
	switch {
	case err != nil:
		return err
	case !right:
		return models.ErrConfirmFailed
	}
	return s.identity.Forgive(ctx, key)
}

// prove checks a proof.
func (s *Service) prove(ctx context.Context, actor models.Actor, p Proof) error {
	if err := s.spendAddress(ctx, actor.Visit); err != nil {
		return err
	}
	if p.Password != "" {
		return s.provePassword(ctx, actor, p.Password)
	}
	code, err := models.ParseProofCode(p.Code)
	if err != nil || code.OneTime == "" {
		return models.ErrConfirmFailed
	}
	if err := s.identity.Spend(ctx, tryKey(actor.UserID), triesOfAccount, triesEach); err != nil {
		return err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error { return s.useOneTime(ctx, tx, actor.UserID, code.OneTime) })
	if errors.Is(err, models.ErrCode) {
		return models.ErrConfirmFailed
	}
	if err != nil {
		return err
	}
	return s.identity.Forgive(ctx, tryKey(actor.UserID))
}

// BeginConfirm begins to confirm the actor's session by a passkey. It returns
// ErrPasskey where the account has none.
func (s *Service) BeginConfirm(ctx context.Context, actor models.Actor, at Browser) (Challenge, error) {
	if err := actor.MayConfirm(); err != nil {
		return Challenge{}, err
	}
	return s.challenge(ctx, at, actor.UserID, actor.SessionID, actor.Visit)
}

// FinishConfirm is Confirm by a passkey. It returns ErrPasskey when that doesn't
// come off.
func (s *Service) FinishConfirm(ctx context.Context, actor models.Actor, at Browser, answer []byte) (secret string, err error) {
	if err := actor.MayConfirm(); err != nil {
		return "", err
	}
	want := expected{at, actor.UserID, actor.SessionID}
	err = s.response(ctx, actor.Visit, want, answer, func(tx *db.Tx, _ int64) error {
		secret, err = s.open(ctx, tx, actor)
		return err
	})
	return secret, err
}

// open opens the window. The session's secret changes with what it may do, so
// that one that was stolen before is worth nothing more.
func (s *Service) open(ctx context.Context, tx *db.Tx, actor models.Actor) (secret string, err error) {
	r := tx.WithContext(ctx).Exec(`UPDATE sessions SET sudo_until = ? WHERE id = ? AND account_id = ?`,
		s.now().Add(models.SudoWindow), actor.SessionID, actor.UserID)
	switch {
	case r.Error != nil:
		return "", wrapped("confirm", r.Error)
	case r.RowsAffected == 0:
		return "", models.ErrSignInNeeded
	}
	return s.identity.Renew(ctx, tx, actor.SessionID)
}

// ChangePassword is identity.ChangePassword, which asks an account without a
// password for a confirmed session: one that has nothing to confirm it with
// either, as after a one-time link, may give itself a first password as it is.
func (s *Service) ChangePassword(ctx context.Context, actor models.Actor, current, password string) (secret string, err error) {
	f, err := s.Of(ctx, actor)
	if err != nil {
		return "", err
	}
	if f.None() && actor.ActingFor == nil {
		actor.SudoUntil = s.now().Add(models.SudoWindow)
	}
	return s.identity.ChangePassword(ctx, actor, current, password)
}
