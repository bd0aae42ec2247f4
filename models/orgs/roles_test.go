package orgs_test

import (
	"context"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/orgs"
)

// Who may do what: every verb, by everyone who may come along. The verbs that
// change something leave a line in the organization's log, and none otherwise.
func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	type verb struct {
		name  string
		do    func(ctx context.Context, w *world, a models.Actor) error
		who   string // who may, beside owners and the operator: "members", "self", "operator"
		sure  bool   // needs a session that was confirmed lately
		quiet bool   // only reads
	}
	const acme = "acme"
	verbs := []verb{
		{name: "People", who: "members", quiet: true, do: func(ctx context.Context, w *world, a models.Actor) error {
			_, _, err := w.orgs.People(ctx, a, acme, orgs.PeopleQuery{})
			return err
		}},
		{name: "Seen", who: "members", quiet: true, do: func(ctx context.Context, w *world, a models.Actor) error {
			_, err := w.orgs.Seen(ctx, a, acme)
			return err
		}},
		{name: "Owned", quiet: true, do: func(ctx context.Context, w *world, a models.Actor) error {
			_, err := w.orgs.Owned(ctx, a, acme)
			return err
		}},
		{name: "Person", quiet: true, do: func(ctx context.Context, w *world, a models.Actor) error {
			_, _, err := w.orgs.Person(ctx, a, acme, "bob")
			return err
		}},
		{name: "Offers", quiet: true, do: func(ctx context.Context, w *world, a models.Actor) error {
			_, _, err := w.orgs.Offers(ctx, a, acme)
			return err
		}},
		{name: "Unprotected", quiet: true, do: func(ctx context.Context, w *world, a models.Actor) error {
			_, _, err := w.orgs.Unprotected(ctx, a, acme)
			return err
		}},
		{name: "Domains", quiet: true, do: func(ctx context.Context, w *world, a models.Actor) error {
			_, _, err := w.orgs.Domains(ctx, a, acme)
			return err
		}},
		{name: "Deleting", quiet: true, do: func(ctx context.Context, w *world, a models.Actor) error {
			_, _, err := w.orgs.Deleting(ctx, a, acme)
			return err
		}},
		{name: "Invite", who: "people", do: func(ctx context.Context, w *world, a models.Actor) error {
			return w.orgs.Invite(ctx, a, acme, orgs.NewInvitation{Invitee: "guest@example.test", Role: models.RoleMember})
		}},
		{name: "SetProfile", do: func(ctx context.Context, w *world, a models.Actor) error {
			return w.orgs.SetProfile(ctx, a, acme, orgs.Profile{Name: "Acme"})
		}},
		{name: "SetMail", do: func(ctx context.Context, w *world, a models.Actor) error {
			return w.orgs.SetMail(ctx, a, acme, "other@example.test")
		}},
		{name: "SetPrivileges", do: func(ctx context.Context, w *world, a models.Actor) error {
			return w.orgs.SetPrivileges(ctx, a, acme, orgs.Privileges{BasePermission: "write", OAuthPolicy: models.OAuthOpen})
		}},
		{name: "ChangeRole", sure: true, do: func(ctx context.Context, w *world, a models.Actor) error {
			return w.orgs.ChangeRole(ctx, a, acme, "bob", models.RoleBillingManager)
		}},
		{name: "RequireTwoFactor", sure: true, do: func(ctx context.Context, w *world, a models.Actor) error {
			return w.orgs.RequireTwoFactor(ctx, a, acme, true)
		}},
		{name: "AddDomain", sure: true, do: func(ctx context.Context, w *world, a models.Actor) error {
			_, err := w.orgs.AddDomain(ctx, a, acme, "example.org")
			return err
		}},
		{name: "Remove", do: func(ctx context.Context, w *world, a models.Actor) error { return w.orgs.Remove(ctx, a, acme, "carl") }},
		{name: "AddMember", who: "operator", do: func(ctx context.Context, w *world, a models.Actor) error {
			return w.orgs.AddMember(ctx, a, acme, "eve", models.RoleMember)
		}},
		{name: "Rename", sure: true, do: func(ctx context.Context, w *world, a models.Actor) error {
			_, err := w.orgs.Rename(ctx, a, acme, "acme-two")
			return err
		}},
		{name: "Delete", sure: true, do: func(ctx context.Context, w *world, a models.Actor) error {
			return w.orgs.Delete(ctx, a, acme, acme)
		}},
	}
	for _, v := range verbs {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			carl, sam, sue := dbtest.User(t, w.db, "carl"), dbtest.User(t, w.db, "sam"), dbtest.User(t, w.db, "sue")
			dbtest.Member(t, w.db, w.acme, carl, models.RoleMember)
			dbtest.Member(t, w.db, w.acme, sam, models.RoleOwner)
			dbtest.Member(t, w.db, w.acme, sue, models.RoleOwner)
			dbtest.Suspend(t, w.db, sam)
			w.exec(`UPDATE memberships SET suspended_at = now() WHERE account_id = ?`, sue.ID)
			w.exec(`UPDATE users SET two_factor_at = now() WHERE account_id = ?`, w.ada.ID)
			inside, outsider := error(models.ErrForbidden), error(models.ErrNotFound)
			owner, operator, banned := error(nil), error(nil), error(models.ErrSuspended)
			switch v.who {
			case "members":
				inside, banned = nil, nil
			case "people":
				operator = models.ErrForbidden
			case "operator":
				inside, outsider, owner, banned = models.ErrForbidden, models.ErrForbidden, models.ErrForbidden, models.ErrForbidden
			}
			nobody := error(models.ErrSignInNeeded)
			if v.who == "operator" {
				nobody = models.ErrForbidden
			}
			token := w.as(w.eve)
			token.TokenID, token.SessionID = 1, 0
			for _, who := range []struct {
				name  string
				actor models.Actor
				want  error
			}{
				{"anonymous", models.Actor{}, nobody},
				{"stranger", w.as(w.eve), outsider},
				{"member", w.as(w.bob), inside},
				{"billing manager", w.as(w.bill), inside},
				{"an owner suspended by staff", w.as(sam), banned},
				{"an owner suspended for want of a factor", w.as(sue), outsider},
			} {
				before := w.logged()
				w.must(v.name+" by "+who.name, v.do(t.Context(), w, who.actor), who.want)
				if after := w.logged(); who.want != nil && after != before {
					t.Errorf("%s by %s: the log grew from %q to %q", v.name, who.name, before, after)
				}
			}
			if v.sure {
				w.must(v.name+" without a confirmed session", v.do(t.Context(), w, w.session(w.ada, false)), models.ErrSudoNeeded)
			}
			before := w.logged()
			if operator == nil && owner != nil {
				w.must(v.name+" by an owner", v.do(t.Context(), w, w.as(w.ada)), owner)
				w.must(v.name+" by the operator", v.do(t.Context(), w, models.Operator()), nil)
			} else {
				w.must(v.name+" by the operator", tried(operator, func() error { return v.do(t.Context(), w, models.Operator()) }), operator)
				w.must(v.name+" by an owner", v.do(t.Context(), w, w.as(w.ada)), owner)
			}
			if after := w.logged(); (after != before) == v.quiet {
				t.Errorf("%s left %q in the log", v.name, after[len(before):])
			}
		})
	}
}

// tried does what is refused, and leaves what would be done to someone else.
func tried(want error, do func() error) error {
	if want == nil {
		return nil
	}
	return do()
}

// A session that began with rights loses them with the next thing it does.
func TestDemotionDuringASession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.Member(t, w.db, w.acme, w.eve, models.RoleOwner)
	open := w.as(w.eve) // what the request knew when it began
	w.must("demoting", w.orgs.ChangeRole(t.Context(), w.as(w.ada), "acme", "eve", models.RoleMember), nil)
	w.must("changing the profile", w.orgs.SetProfile(t.Context(), open, "acme", orgs.Profile{Name: "Mine"}), models.ErrForbidden)
	w.must("promoting oneself", w.orgs.ChangeRole(t.Context(), open, "acme", "eve", models.RoleOwner), models.ErrForbidden)
	w.must("removing", w.orgs.Remove(t.Context(), w.as(w.ada), "acme", "eve"), nil)
	w.must("inviting", w.orgs.Invite(t.Context(), open, "acme", orgs.NewInvitation{Invitee: "bob", Role: models.RoleOwner}), models.ErrNotFound)
	if got := w.told(w.eve); got != "removed_from_organization role_changed" {
		t.Errorf("eve was told %q", got)
	}
}

func TestNothingChangesInASuspendedOrganization(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.Suspend(t, w.db, w.acme)
	w.must("a change", w.orgs.SetProfile(t.Context(), w.as(w.ada), "acme", orgs.Profile{Name: "x"}), models.ErrSuspended)
	w.must("by the operator", w.orgs.SetProfile(t.Context(), models.Operator(), "acme", orgs.Profile{Name: "x"}), nil)
}
