package identity_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/identity"
)

func TestALinkWorksOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.join(t, "ada")
	mint := func() string {
		token, err := w.Mint(t.Context(), models.PurposeVerifyMail, &ada.UserID, "ada@example.test")
		wants(t, "minting", err, nil)
		return token
	}
	redeem := func(purpose models.Purpose, token string) error {
		return w.db.Tx(t.Context(), func(tx *db.Tx) error {
			_, err := w.Redeem(t.Context(), tx, purpose, token)
			return err
		})
	}
	token := mint()
	if r, err := w.Peek(t.Context(), token, models.PurposeVerifyMail); err != nil || r.AccountID != ada.UserID || r.Login != "ada" || r.Subject != "ada@example.test" {
		t.Errorf("the token stands for %+v, %v", r, err)
	}
	wants(t, "another purpose", redeem(models.PurposeResetPassword, token), models.ErrLinkUsed)
	n := atOnce(t, 20, func(int) error { return redeem(models.PurposeVerifyMail, token) }, models.ErrLinkUsed)
	if n != 1 {
		t.Errorf("the token was used %d times", n)
	}
	_, err := w.Peek(t.Context(), token, models.PurposeVerifyMail)
	wants(t, "looking at a used one", err, models.ErrLinkUsed)

	token = mint()
	failure := errors.New("something else failed")
	err = w.db.Tx(t.Context(), func(tx *db.Tx) error {
		if _, err := w.Redeem(t.Context(), tx, models.PurposeVerifyMail, token); err != nil {
			return err
		}
		return failure
	})
	wants(t, "a use that fails", err, failure)
	wants(t, "gives it back", redeem(models.PurposeVerifyMail, token), nil)

	token = mint()
	w.pass(models.PurposeVerifyMail.Lifetime())
	wants(t, "too late", redeem(models.PurposeVerifyMail, token), models.ErrLinkUsed)
	for _, made := range []string{"", "x", string(make([]byte, 1000)), "AAAAAAAAAAAAAAAAAAAAAAAAAA"} {
		wants(t, "made up", redeem(models.PurposeVerifyMail, made), models.ErrLinkUsed)
	}
	if n := w.count(t, `SELECT count(*) FROM single_use_tokens WHERE encode(token_hash, 'escape') = ?`, token); n != 0 {
		t.Error("a token is kept as it is")
	}
}

func TestVerifyingAnAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.join(t, "ada")
	token := w.token(t, w.mail(t, "verify_mail"))
	wants(t, "another one", w.ResendVerification(t.Context(), ada), nil)
	second := w.token(t, w.mail(t, "verify_mail"))
	wants(t, "verifying", w.VerifyMail(t.Context(), visitor, token), nil)
	if n := w.count(t, `SELECT count(*) FROM users WHERE mail_verified_at IS NOT NULL`); n != 1 {
		t.Error("the address isn't confirmed")
	}
	wants(t, "twice", w.VerifyMail(t.Context(), visitor, token), models.ErrLinkUsed)
	wants(t, "by the other link", w.VerifyMail(t.Context(), visitor, second), nil)
	wants(t, "asking when it is confirmed", w.ResendVerification(t.Context(), ada), nil)
	if mails := w.mails(t); len(mails) != 0 {
		t.Errorf("a confirmed address is asked again: %+v", mails)
	}
	if got := w.actions(t, ada.UserID); fmt.Sprint(got) != "[user.join user.mail_verify]" {
		t.Errorf("the log says %v", got)
	}
}

// Several accounts can give an address; whoever reads its mail decides whose it
// is, and can't be kept from it.
func TestOneAccountGetsAnAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mail := "shared@example.test"
	var tokens []string
	for i := range 3 {
		_, err := w.Join(t.Context(), visitor, identity.Join{Login: fmt.Sprint("person-", i), Mail: mail, Password: goodPassword})
		wants(t, "joining", err, nil)
		tokens = append(tokens, w.token(t, w.mail(t, "verify_mail")))
	}
	n := atOnce(t, 3, func(i int) error { return w.VerifyMail(t.Context(), visitor, tokens[i]) }, models.ErrMailTaken)
	if n != 1 {
		t.Errorf("%d accounts have confirmed one address", n)
	}
}

func TestResendingIsThrottled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.join(t, "ada")
	var err error
	sent := 0
	for ; sent < 20 && err == nil; sent++ {
		err = w.ResendVerification(t.Context(), ada)
	}
	wants(t, "many", err, models.ErrTooManyTries)
	if sent > 6 {
		t.Errorf("%d mails were sent", sent)
	}
}

func TestChangingTheAddressNeedsBoth(t *testing.T) {
	t.Parallel()
	for _, oldFirst := range []bool{true, false} {
		w := newWorld(t)
		ada := w.verified(t, "ada")
		w.mails(t)
		wants(t, "changing", w.ChangeMail(t.Context(), ada, "countess@Example.test"), nil)
		mails := w.mails(t)
		if len(mails) != 2 || mails[0].Message != "mail_change_new" || mails[0].To != "countess@example.test" ||
			mails[1].Message != "mail_change_old" || mails[1].To != "" || mails[1].AccountID != ada.UserID || mails[1].Params["mail"] != "countess@example.test" {
			t.Fatalf("the mails are %+v", mails)
		}
		newToken, oldToken := w.token(t, mails[0]), w.token(t, mails[1])
		wants(t, "the token of the other", func() error { _, err := w.ConfirmOldMail(t.Context(), visitor, newToken); return err }(), models.ErrLinkUsed)
		steps := []func() (bool, error){
			func() (bool, error) { return w.ConfirmNewMail(t.Context(), visitor, newToken) },
			func() (bool, error) { return w.ConfirmOldMail(t.Context(), visitor, oldToken) },
		}
		if oldFirst {
			steps[0], steps[1] = steps[1], steps[0]
		}
		if done, err := steps[0](); err != nil || done {
			t.Fatalf("one alone changes it: %v, %v", done, err)
		}
		if p, err := w.PendingMailChange(t.Context(), ada); err != nil || p == nil || p.Mail != "countess@example.test" || p.OldConfirmed != oldFirst || p.NewConfirmed == oldFirst {
			t.Errorf("what waits is %+v, %v", p, err)
		}
		if n := w.count(t, `SELECT count(*) FROM users WHERE mail = 'ada@example.test'`); n != 1 {
			t.Error("it is changed already")
		}
		if done, err := steps[1](); err != nil || !done {
			t.Fatalf("both don't change it: %v, %v", done, err)
		}
		if n := w.count(t, `SELECT count(*) FROM users WHERE mail = 'countess@example.test' AND mail_verified_at IS NOT NULL`); n != 1 {
			t.Error("it isn't changed")
		}
		if m := w.mail(t, "mail_changed"); m.To != "ada@example.test" || m.Params["mail"] != "countess@example.test" {
			t.Errorf("the old address is told %+v", m)
		}
		if p, err := w.PendingMailChange(t.Context(), ada); err != nil || p != nil {
			t.Errorf("something waits still: %+v, %v", p, err)
		}
		_, err := w.signIn(t, visitor, "ada@example.test", goodPassword)
		wants(t, "signing in by the old address", err, models.ErrSignIn)
		_, err = w.signIn(t, visitor, "countess@example.test", goodPassword)
		wants(t, "signing in by the new address", err, nil)
	}
}

func TestAChangeThatIsReplacedOrWithdrawn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.verified(t, "ada")
	w.mails(t)
	wants(t, "changing", w.ChangeMail(t.Context(), ada, "first@example.test"), nil)
	first := w.mails(t)
	early := w.token(t, first[0])
	wants(t, "changing again", w.ChangeMail(t.Context(), ada, "second@example.test"), nil)
	late := w.token(t, first[0]) // its mail is sent only now
	for _, token := range []string{early, late} {
		_, err := w.ConfirmNewMail(t.Context(), visitor, token)
		wants(t, "the link of a change that was replaced", err, models.ErrLinkUsed)
	}
	second := w.token(t, w.mails(t)[0])
	wants(t, "withdrawing", w.CancelMailChange(t.Context(), ada), nil)
	_, err := w.ConfirmNewMail(t.Context(), visitor, second)
	wants(t, "the link of a change that was withdrawn", err, models.ErrLinkUsed)
	wants(t, "the same address", w.ChangeMail(t.Context(), ada, "ada@EXAMPLE.test"), models.ErrMailSame)
	wants(t, "no address", w.ChangeMail(t.Context(), ada, "ada"), models.ErrMailForm)
	w.pass(models.SudoWindow)
	wants(t, "without a confirmation", w.ChangeMail(t.Context(), w.later(t, ada), "third@example.test"), models.ErrSudoNeeded)
}

// later is who the actor's session stands for now.
func (w *world) later(t testing.TB, a models.Actor) models.Actor {
	t.Helper()
	var until time.Time
	if err := w.db.Read(t.Context()).Raw(`SELECT sudo_until FROM sessions WHERE id = ?`, a.SessionID).Row().Scan(&until); err != nil {
		t.Fatal(err)
	}
	a.SudoUntil = until
	return a
}

func TestAnUnconfirmedAddressIsChangedByTheNewOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.join(t, "ada")
	verify := w.token(t, w.mail(t, "verify_mail"))
	wants(t, "changing", w.ChangeMail(t.Context(), ada, "countess@example.test"), nil)
	token := w.token(t, w.mail(t, "mail_change_new"))
	if done, err := w.ConfirmNewMail(t.Context(), visitor, token); err != nil || !done {
		t.Fatalf("done %v, %v", done, err)
	}
	if mails := w.mails(t); len(mails) != 0 {
		t.Errorf("an address that was never confirmed is told %+v", mails)
	}
	wants(t, "the link of the old address", w.VerifyMail(t.Context(), visitor, verify), models.ErrLinkUsed)
}

func TestChangingToSomebodysAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.verified(t, "grace")
	ada := w.verified(t, "ada")
	w.mails(t)
	wants(t, "changing", w.ChangeMail(t.Context(), ada, "grace@example.test"), nil)
	mails := w.mails(t)
	if len(mails) != 2 || mails[0].Message != "join_taken" || mails[0].To != "grace@example.test" || mails[0].Token != nil {
		t.Errorf("the mails are %+v", mails)
	}

	// Confirmed by both, but somebody else was quicker.
	wants(t, "changing", w.ChangeMail(t.Context(), ada, "free@example.test"), nil)
	mails = w.mails(t)
	newToken, oldToken := w.token(t, mails[0]), w.token(t, mails[1])
	linus := w.join(t, "linus")
	w.exec(t, `UPDATE users SET mail = 'free@example.test', mail_verified_at = now() WHERE account_id = ?`, linus.UserID)
	if done, err := w.ConfirmNewMail(t.Context(), visitor, newToken); err != nil || done {
		t.Fatalf("done %v, %v", done, err)
	}
	done, err := w.ConfirmOldMail(t.Context(), visitor, oldToken)
	wants(t, "the last step", err, models.ErrMailTaken)
	if done {
		t.Error("two accounts have one address")
	}
}
