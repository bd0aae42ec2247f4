package orgs_test

import (
	"strings"
	"testing"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/orgs"
)

func TestRequireTwoFactor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.must("without one's own", w.orgs.RequireTwoFactor(ctx, w.as(w.ada), "acme", true), models.ErrTwoFactorNeeded)
	w.factor(w.ada, true)
	w.factor(w.bill, true)
	o, u, err := w.orgs.Unprotected(ctx, w.as(w.ada), "acme")
	if err != nil || o.TwoFactorRequiredAt != nil || u.Count != 1 || u.First[0].Login != "bob" || u.Actor {
		t.Errorf("%+v, %v", u, err)
	}
	w.must("requiring", w.orgs.RequireTwoFactor(ctx, w.as(w.ada), "acme", true), nil)
	if w.role(w.ada) != "owner" || w.role(w.bob) != "member suspended" || w.role(w.bill) != "billing_manager" {
		t.Errorf("ada %q, bob %q, bill %q", w.role(w.ada), w.role(w.bob), w.role(w.bill))
	}
	if w.told(w.bob) != "two_factor_required" || w.told(w.bill) != "" {
		t.Errorf("bob was told %q, bill %q", w.told(w.bob), w.told(w.bill))
	}
	_, err = w.orgs.Seen(ctx, w.as(w.bob), "acme")
	w.must("bob looks", err, models.ErrNotFound)
	if mine, err := w.orgs.Mine(ctx, w.as(w.bob)); err != nil || len(mine) != 1 || !mine[0].Suspended || mine[0].Role != models.RoleMember {
		t.Errorf("%+v, %v", mine, err)
	}

	// Who joins without one waits too; who has one doesn't.
	w.invite(w.ada, "eve", models.RoleMember)
	w.must("eve joins", w.orgs.Answer(ctx, w.as(w.eve), "acme", orgs.Accepted), nil)
	if w.role(w.eve) != "member suspended" || !strings.Contains(w.told(w.eve), "two_factor_required") {
		t.Errorf("eve is %q, and was told %q", w.role(w.eve), w.told(w.eve))
	}
	fay := dbtest.User(t, w.db, "fay")
	w.factor(fay, true)
	w.invite(w.ada, "fay", models.RoleMember)
	w.must("fay joins", w.orgs.Answer(ctx, w.as(fay), "acme", orgs.Accepted), nil)
	if w.role(fay) != "member" {
		t.Errorf("fay is %q", w.role(fay))
	}

	if !strings.HasPrefix(w.told(w.ada), "invitation_accepted invitation_accepted member_suspended") {
		t.Errorf("ada was told %q", w.told(w.ada))
	}

	// Adding a factor brings the role back.
	w.factor(w.bob, true)
	if w.role(w.bob) != "member" {
		t.Errorf("bob is %q", w.role(w.bob))
	}
	w.must("requiring what is required", w.orgs.RequireTwoFactor(ctx, w.as(w.ada), "acme", true), nil)
	w.must("releasing", w.orgs.RequireTwoFactor(ctx, w.as(w.ada), "acme", false), nil)
	if w.role(w.bob) != "member" || w.role(w.eve) != "member" {
		t.Errorf("bob is %q, eve %q", w.role(w.bob), w.role(w.eve))
	}
	if got := w.logged(); got != "organization.require_two_factor invitation.create invitation.accept invitation.create invitation.accept member.restore organization.release_two_factor" {
		t.Error(got)
	}
}

// Somebody adds a factor at the moment in which it is required, or joins: nobody
// who has one ends up suspended, and nobody without one gets by.
func TestFactorsRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.factor(w.ada, true)
	for round := range 12 {
		w.exec(`UPDATE organizations SET two_factor_required_at = NULL`)
		w.exec(`UPDATE memberships SET suspended_at = NULL`)
		w.exec(`DELETE FROM memberships WHERE account_id = ?`, w.eve.ID)
		w.exec(`DELETE FROM throttles`)
		w.factor(w.bob, round%2 == 1)
		w.factor(w.eve, round%4 >= 2)
		w.invite(w.ada, "eve", models.RoleMember)
		ada, eve := w.as(w.ada), w.as(w.eve)
		errs := together(
			func() error { return w.orgs.RequireTwoFactor(t.Context(), ada, "acme", true) },
			func() error {
				return w.db.Tx(t.Context(), func(tx *db.Tx) error { return w.setFactor(tx, w.bob, round%2 == 0) })
			},
			func() error {
				return w.db.Tx(t.Context(), func(tx *db.Tx) error { return w.setFactor(tx, w.eve, round%4 < 2) })
			},
			func() error { return w.orgs.Answer(t.Context(), eve, "acme", orgs.Accepted) },
		)
		for i, err := range errs {
			w.must("act "+string(rune('0'+i)), err, nil)
		}
		if got := w.text(`SELECT string_agg(a.login, ' ') FROM memberships m JOIN users u USING (account_id) JOIN accounts a ON a.id = m.account_id
			WHERE a.login <> 'bill' AND (u.two_factor_at IS NULL) <> (m.suspended_at IS NOT NULL)`); got != "" {
			t.Errorf("round %d: wrong about %s", round, got)
		}
	}
}

func TestPrivileges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, ada := t.Context(), w.as(w.ada)
	in := orgs.Privileges{BasePermission: "none", MembersMayRequestApps: false, RepositoryAdminsMayInstall: true, OAuthPolicy: models.OAuthOpen}
	w.must("setting", w.orgs.SetPrivileges(ctx, ada, "acme", in), nil)
	if o, err := w.orgs.Owned(ctx, ada, "acme"); err != nil || o.Privileges() != in {
		t.Errorf("%+v, %v", o, err)
	}
	w.must("setting the same", w.orgs.SetPrivileges(ctx, ada, "acme", in), nil)
	if w.logged() != "organization.update_privileges" {
		t.Error(w.logged())
	}
	for _, bad := range []orgs.Privileges{{BasePermission: "maintain", OAuthPolicy: models.OAuthOpen}, {BasePermission: "read", OAuthPolicy: "x"}, {}} {
		w.must("a bad choice", w.orgs.SetPrivileges(ctx, ada, "acme", bad), models.ErrUnknownChoice)
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, ada := t.Context(), w.as(w.ada)
	w.must("setting", w.orgs.SetProfile(ctx, ada, "acme", orgs.Profile{Name: " Acme ", Bio: "We make\r\nthings", Location: "Paris", WebsiteURL: "https://acme.example"}), nil)
	if got := w.text(`SELECT name || '|' || bio || '|' || location || '|' || website_url FROM accounts WHERE login = 'acme'`); got != "Acme|We make\nthings|Paris|https://acme.example" {
		t.Errorf("%q", got)
	}
	err := w.orgs.SetProfile(ctx, ada, "acme", orgs.Profile{Name: strings.Repeat("x", 101), Bio: strings.Repeat("x", 301), Location: "a\nb", WebsiteURL: "javascript:alert(1)"})
	if p, ok := models.AsProblems(err); !ok || len(p) != 4 {
		t.Error(err)
	}
}
