package identity_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/identity"
)

func TestJoiningLetsInAndAsksForTheAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e, err := w.Join(t.Context(), visitor, identity.Join{Login: " Ada ", Mail: "Ada@Example.TEST", Password: goodPassword, Language: "ja", ReturnTo: "/x"})
	if err != nil {
		t.Fatal(err)
	}
	if e.Language != "ja" || e.ReturnTo != "/x" || e.Second != "" {
		t.Errorf("the entrance is %+v", e)
	}
	ada := w.resumed(t, e.Session)
	if ada.Login != "ada" || ada.MailVerified || ada.Staff != "" || ada.TwoFactor || !ada.Sudo(w.clock()) {
		t.Errorf("who joined is %+v", ada)
	}
	m := w.mail(t, "verify_mail")
	if m.AccountID != ada.UserID || m.Token.Purpose != models.PurposeVerifyMail || m.Token.Subject != "Ada@example.test" || m.Params["mail"] != "Ada@example.test" {
		t.Errorf("the mail is %+v", m)
	}
	if got := w.actions(t, ada.UserID); fmt.Sprint(got) != "[user.join]" {
		t.Errorf("the log says %v", got)
	}
}

func TestJoiningSaysAllThatIsWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.join(t, "ada")
	for name, c := range map[string]struct {
		in   identity.Join
		want []error
	}{
		"everything":            {identity.Join{Login: "-", Mail: "nobody", Password: "short"}, []error{models.ErrLoginForm, models.ErrMailForm, models.ErrPasswordShort}},
		"a login that is taken": {identity.Join{Login: "ADA", Mail: "a@example.test", Password: "basketball"}, []error{models.ErrLoginTaken, models.ErrPasswordCommon}},
		"a password that others know": {identity.Join{Login: "countess", Mail: "a@example.test", Password: "countess-2024"},
			[]error{models.ErrPasswordPersonal}},
		"a name without a domain": {identity.Join{Login: "grace", Mail: "a@b@c", Password: goodPassword}, []error{models.ErrMailForm}},
		"a header in the address": {identity.Join{Login: "grace", Mail: "a@example.test\r\nBcc: all@example.test", Password: goodPassword},
			[]error{models.ErrMailForm}},
	} {
		_, err := w.Join(t.Context(), visitor, c.in)
		problems, ok := models.AsProblems(err)
		if !ok || len(problems) != len(c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
			continue
		}
		for i, p := range problems {
			if !errors.Is(p, c.want[i]) || p.Field == "" {
				t.Errorf("%s: problem %d is %v, want %v", name, i, p, c.want[i])
			}
		}
	}
	if n := w.count(t, `SELECT count(*) FROM users`); n != 1 {
		t.Errorf("there are %d users", n)
	}
}

// Nobody can pose as those who run the site, as staff or as a verified
// publisher. What looks like any other account is for its owner to choose.
func TestLoginsThatLookAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.Account(t, w.db, dbtest.Verified, func(a *models.Account) { a.Login = "modern-cloud" })
	dbtest.MakeStaff(t, w.db, dbtest.User(t, w.db, "olivia"), models.StaffSupport)
	dbtest.User(t, w.db, "william")
	for login, want := range map[string]error{
		"modern-cloud":  models.ErrLoginTaken,
		"moderncloud":   models.ErrLoginTaken,
		"modem-cloud":   models.ErrLoginTaken,
		"modern-c1oud":  models.ErrLoginTaken,
		"m0dern-doud":   models.ErrLoginTaken,
		"0livia":        models.ErrLoginTaken,
		"ol1v1a":        models.ErrLoginTaken,
		"o-livia":       models.ErrLoginTaken,
		"s0uk":          models.ErrLoginReserved,
		"souk-staff":    models.ErrLoginReserved,
		"soukstaff":     models.ErrLoginReserved,
		"adm1n":         models.ErrLoginReserved,
		"adrnin":        models.ErrLoginReserved,
		"supp0rt":       models.ErrLoginReserved,
		"william":       models.ErrLoginTaken,
		"vvilliam":      nil,
		"modern-clouds": nil,
		"olivia2":       nil,
		"settings":      models.ErrLoginReserved,
		"ola":           nil,
		"аdmin":         models.ErrLoginForm, // Cyrillic а
		"ｏlivia":        models.ErrLoginForm, // full width
		"olivia\u200b":  models.ErrLoginForm, // zero-width space
		"oliviä":        models.ErrLoginForm,
		"ada--lovelace": models.ErrLoginForm,
		"../admin":      models.ErrLoginForm,
	} {
		err := w.db.Tx(t.Context(), func(tx *db.Tx) error {
			_, err := w.ClaimLogin(t.Context(), tx, login, 0)
			return err
		})
		wants(t, login, err, want)
	}
}

func TestOneOfManyGetsALogin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := atOnce(t, 8, func(i int) error {
		_, err := w.Join(t.Context(), from(fmt.Sprint("192.0.2.", i)), identity.Join{Login: "ada", Mail: fmt.Sprintf("a%d@example.test", i), Password: goodPassword})
		return err
	}, models.ErrLoginTaken)
	if n != 1 {
		t.Errorf("%d have joined as ada", n)
	}
	if n := w.count(t, `SELECT count(*) FROM sessions`); n != 1 {
		t.Errorf("there are %d sessions", n)
	}
}

// Joining with somebody's confirmed address looks the same as with any other,
// costs the same statements, and only its owner is told.
func TestJoiningDoesNotTellWhoseAnAddressIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.verified(t, "ada")
	w.mails(t)
	join := func(login, mail string) (e models.Entrance, statements int64) {
		w.pass(time.Hour)
		statements = dbtest.Statements(w.db, func() {
			var err error
			e, err = w.Join(t.Context(), visitor, identity.Join{Login: login, Mail: mail, Password: goodPassword, Language: "en"})
			wants(t, "joining", err, nil)
		})
		return e, statements
	}
	taken, forTaken := join("mallory", "ADA@example.test")
	m := w.mail(t, "join_taken")
	if m.To != "ada@example.test" || m.AccountID != ada.UserID || m.Params["login"] != "ada" || m.Token != nil {
		t.Errorf("the owner is told %+v", m)
	}
	_, forFree := join("grace", "grace@example.test")
	// The queue wakes its workers by a statement of its own, now and then.
	if d := forTaken - forFree; d < -1 || d > 1 {
		t.Errorf("an address in use costs %d statements, another %d", forTaken, forFree)
	}
	w.mails(t)
	mallory := w.resumed(t, taken.Session)
	if mallory.MailVerified {
		t.Error("mallory has a confirmed address")
	}
	wants(t, "asking again", w.ResendVerification(t.Context(), mallory), nil)
	w.mail(t, "join_taken")
}

func TestJoiningIsThrottled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var err error
	joined := 0
	for i := range 40 {
		_, err = w.Join(t.Context(), visitor, identity.Join{Login: fmt.Sprint("bot-", strings.Repeat("x", i+1)), Mail: fmt.Sprintf("b%d@example.test", i), Password: goodPassword})
		if err != nil {
			break
		}
		joined++
	}
	wants(t, "many accounts", err, models.ErrTooManyTries)
	if joined < 10 || joined > 25 {
		t.Errorf("%d accounts were made from one address", joined)
	}
	w.pass(24 * time.Hour)
	for i := range 10 {
		_, err = w.Join(t.Context(), from("198.51.100.1"), identity.Join{Login: fmt.Sprint("spam-", i), Mail: "victim@example.test", Password: goodPassword})
		if err != nil {
			break
		}
	}
	wants(t, "many mails to one address", err, models.ErrTooManyTries)
}
