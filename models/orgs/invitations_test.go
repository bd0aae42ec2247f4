package orgs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/orgs"
)

func (w *world) invite(by models.Account, invitee string, role models.OrganizationRole) {
	w.t.Helper()
	w.must("inviting "+invitee, w.orgs.Invite(w.t.Context(), w.as(by), "acme", orgs.NewInvitation{Invitee: invitee, Role: role}), nil)
}

// link is what the mail of the latest invitation has in it.
func (w *world) link() string {
	w.t.Helper()
	token, err := w.identity.Mint(w.t.Context(), models.PurposeInvitation, nil, w.text(`SELECT args -> 'token' ->> 'subject' FROM river_job
		WHERE kind = 'send_mail' AND args ->> 'message' = 'invitation' ORDER BY id DESC LIMIT 1`))
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

func TestInvite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, ada := t.Context(), w.as(w.ada)
	for in, want := range map[orgs.NewInvitation]error{
		{Invitee: "nobody", Role: models.RoleMember}:              models.ErrNoSuchAccount,
		{Invitee: "acme", Role: models.RoleMember}:                models.ErrNoSuchAccount,
		{Invitee: "bob", Role: models.RoleMember}:                 models.ErrAlreadyMember,
		{Invitee: "", Role: models.RoleMember}:                    models.ErrMissing,
		{Invitee: "no mail@", Role: models.RoleMember}:            models.ErrMailForm,
		{Invitee: "a@example.test\r\nBcc: b@example.test"}:        models.ErrMailForm,
		{Invitee: "eve", Role: "king"}:                            models.ErrUnknownRole,
		{Invitee: "not a login", Role: models.RoleMember}:         models.ErrNoSuchAccount,
		{Invitee: "<script>@example.test", Role: "member"}:        models.ErrMailForm,
		{Invitee: "Eve <eve@example.test>", Role: "member"}:       models.ErrMailForm,
		{Invitee: "eve@example.test,bob@example.test", Role: "x"}: models.ErrMailForm,
	} {
		w.must(in.Invitee, w.orgs.Invite(ctx, ada, "acme", in), want)
	}
	if n := w.text(`SELECT count(*) FROM invitations`); n != "0" {
		t.Fatalf("%s invitations were written down", n)
	}
	w.invite(w.ada, " @Eve ", models.RoleMember)
	w.invite(w.ada, "guest@Example.TEST", models.RoleOwner)
	w.invite(w.ada, "bob@example.test", models.RoleMember) // a member, which must not be told
	for _, again := range []string{"eve", "GUEST@example.test"} {
		w.must("once more "+again, w.orgs.Invite(ctx, ada, "acme", orgs.NewInvitation{Invitee: again, Role: models.RoleMember}), models.ErrAlreadyInvited)
	}
	if w.told(w.eve) != "invitation" || w.sent("invitation") != "guest@example.test" {
		t.Errorf("eve was told %q, mail went to %q", w.told(w.eve), w.sent("invitation"))
	}
	if got := w.text(`SELECT params::text || link FROM notifications WHERE account_id = ?`, w.eve.ID); !strings.Contains(got, `"inviter": "ada"`) || !strings.HasSuffix(got, "/orgs/acme/invitation") {
		t.Error(got)
	}
	_, list, err := w.orgs.Offers(ctx, ada, "acme")
	if err != nil || len(list) != 3 || list[2].Login != "eve" || list[1].Mail != "guest@example.test" || list[0].Login != "" || list[0].Inviter != "ada" {
		t.Errorf("%+v, %v", list, err)
	}

	// An invitation that expired makes room for another one, and can be sent again.
	w.pass(models.InvitationLifetime)
	if _, list, _ := w.orgs.Offers(ctx, ada, "acme"); len(list) != 3 || !list[0].Expired {
		t.Errorf("%+v", list)
	}
	w.invite(w.ada, "eve", models.RoleOwner)
	w.must("sending again", w.orgs.Resend(ctx, ada, "acme", list[1].ID), nil)
	if w.sent("invitation") != "guest@example.test guest@example.test" {
		t.Errorf("mail went to %q", w.sent("invitation"))
	}
	w.must("withdrawing", w.orgs.Withdraw(ctx, ada, "acme", list[1].ID), nil)
	w.must("withdrawing twice", w.orgs.Withdraw(ctx, ada, "acme", list[1].ID), models.ErrInvitationClosed)
	w.must("sending what is withdrawn", w.orgs.Resend(ctx, ada, "acme", list[1].ID), models.ErrInvitationClosed)
	other := dbtest.Organization(t, w.db, "other", w.eve)
	_ = other
	w.must("another organization's", w.orgs.Withdraw(ctx, w.as(w.eve), "other", list[0].ID), models.ErrNotFound)
}

func TestInvitationsAreThrottled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.as(w.ada)
	var err error
	for i := 0; err == nil && i < 200; i++ {
		err = w.orgs.Invite(t.Context(), ada, "acme", orgs.NewInvitation{Invitee: fmt.Sprintf("guest%d@example.test", i), Role: models.RoleMember})
	}
	w.must("inviting a crowd", err, models.ErrTooManyTries)
	w.must("and others", w.orgs.Invite(t.Context(), w.as(w.bob), "acme", orgs.NewInvitation{Invitee: "eve", Role: models.RoleMember}), models.ErrForbidden)
}

func TestAccept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.invite(w.ada, "eve", models.RoleBillingManager)
	w.invite(w.ada, "eve@example.test", models.RoleOwner)
	if got, err := w.orgs.Received(ctx, w.as(w.eve)); err != nil || len(got) != 2 || got[0].Login != "acme" {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := w.orgs.Received(ctx, w.as(w.bob)); err != nil || len(got) != 0 {
		t.Errorf("bob has %+v, %v", got, err)
	}
	_, err := w.orgs.ReceivedFrom(ctx, w.as(w.bob), "acme")
	w.must("bob looks at it", err, models.ErrNotFound)
	w.must("bob accepts it", w.orgs.Answer(ctx, w.as(w.bob), "acme", orgs.Accepted), models.ErrNotFound)
	w.must("nobody accepts it", w.orgs.Answer(ctx, models.Actor{}, "acme", orgs.Accepted), models.ErrSignInNeeded)
	w.must("eve accepts", w.orgs.Answer(ctx, w.as(w.eve), "acme", orgs.Accepted), nil)
	if w.role(w.eve) != "owner" {
		t.Errorf("eve is %q", w.role(w.eve))
	}
	if w.told(w.ada) != "invitation_accepted" {
		t.Errorf("ada was told %q", w.told(w.ada))
	}
	// The other invitation to the same person went with it.
	if got, err := w.orgs.Received(ctx, w.as(w.eve)); err != nil || len(got) != 0 {
		t.Errorf("eve still has %+v, %v", got, err)
	}
	w.must("eve accepts again", w.orgs.Answer(ctx, w.as(w.eve), "acme", orgs.Accepted), models.ErrInvitationClosed)
}

func TestDecline(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.invite(w.ada, "eve", models.RoleMember)
	w.must("declining", w.orgs.Answer(t.Context(), w.as(w.eve), "acme", orgs.Declined), nil)
	w.must("accepting afterwards", w.orgs.Answer(t.Context(), w.as(w.eve), "acme", orgs.Accepted), models.ErrInvitationClosed)
	if w.role(w.eve) != "" || w.told(w.ada) != "invitation_declined" {
		t.Errorf("eve is %q, ada was told %q", w.role(w.eve), w.told(w.ada))
	}
	w.invite(w.ada, "eve", models.RoleMember)
	w.must("the suspended", w.orgs.Answer(t.Context(), suspended(w, w.eve), "acme", orgs.Accepted), models.ErrSuspended)
}

func suspended(w *world, user models.Account) models.Actor {
	dbtest.Suspend(w.t, w.db, user)
	return w.as(user)
}

// The link of a mail lets in the person who has the address, and nobody else.
func TestTheWrongPersonCantAccept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.invite(w.ada, "guest@example.test", models.RoleOwner)
	link := w.link()
	for name, test := range map[string]struct {
		actor models.Actor
		want  orgs.Standing
	}{"anonymous": {models.Actor{}, orgs.StandingAnonymous}, "eve": {w.as(w.eve), orgs.StandingOther}} {
		if r, standing, err := w.orgs.ReceivedByMail(ctx, test.actor, link); err != nil || standing != test.want || r.Mail != "guest@example.test" {
			t.Errorf("%s stands %q: %+v, %v", name, standing, r, err)
		}
	}
	_, err := w.orgs.AnswerByMail(ctx, w.as(w.eve), link, orgs.Accepted)
	w.must("eve accepts", err, models.ErrInvitationOther)
	_, err = w.orgs.AnswerByMail(ctx, models.Actor{}, link, orgs.Accepted)
	w.must("nobody accepts", err, models.ErrSignInNeeded)

	// Somebody typed the address without having it. Without the link that is
	// worth nothing.
	mallory := dbtest.User(t, w.db, "mallory")
	w.exec(`UPDATE users SET mail = 'guest@example.test', mail_verified_at = NULL WHERE account_id = ?`, mallory.ID)
	if got, err := w.orgs.Received(ctx, w.as(mallory)); err != nil || len(got) != 0 {
		t.Errorf("mallory has %+v, %v", got, err)
	}
	w.must("mallory accepts", w.orgs.Answer(ctx, w.as(mallory), "acme", orgs.Accepted), models.ErrNotFound)

	// The person joins with the address, and comes back with the link.
	guest := dbtest.User(t, w.db, "guest")
	w.exec(`UPDATE users SET mail = 'Guest@example.test', mail_verified_at = NULL WHERE account_id = ?`, guest.ID)
	if _, standing, err := w.orgs.ReceivedByMail(ctx, w.as(guest), link); err != nil || standing != orgs.StandingUnproven {
		t.Errorf("the guest stands %q, %v", standing, err)
	}
	if login, err := w.orgs.AnswerByMail(ctx, w.as(guest), link, orgs.Accepted); err != nil || login != "acme" {
		t.Errorf("the guest: %q, %v", login, err)
	}
	if w.role(guest) != "owner" || w.role(w.eve) != "" || w.role(mallory) != "" {
		t.Errorf("guest %q, eve %q, mallory %q", w.role(guest), w.role(w.eve), w.role(mallory))
	}
	if got := w.text(`SELECT mail_verified_at IS NOT NULL FROM users WHERE account_id = ?`, guest.ID); got != "true" {
		t.Error("the link didn't confirm the address")
	}
	_, err = w.orgs.AnswerByMail(ctx, w.as(guest), link, orgs.Accepted)
	w.must("once more", err, models.ErrLinkUsed)
	_, _, err = w.orgs.ReceivedByMail(ctx, w.as(guest), link)
	w.must("looking at it once more", err, models.ErrLinkUsed)
}

// An address that another account has confirmed stays that account's.
func TestALinkTakesNoAddressAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.invite(w.ada, "guest@example.test", models.RoleMember)
	link := w.link()
	dbtest.User(t, w.db, "guest")
	mallory := dbtest.User(t, w.db, "mallory")
	w.exec(`UPDATE users SET mail = 'guest@example.test', mail_verified_at = NULL WHERE account_id = ?`, mallory.ID)
	_, err := w.orgs.AnswerByMail(t.Context(), w.as(mallory), link, orgs.Accepted)
	w.must("mallory accepts", err, models.ErrInvitationOther)
	if w.role(mallory) != "" || w.text(`SELECT count(*) FROM single_use_tokens WHERE used_at IS NOT NULL`) != "0" {
		t.Error("it was for nothing, and cost the link")
	}
}

func TestDecliningNeedsTheLinkAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.invite(w.ada, "guest@example.test", models.RoleMember)
	link := w.link()
	_, err := w.orgs.AnswerByMail(t.Context(), models.Actor{}, "AAAAAAAAAAAAAAAAAAAAAAAAAA", orgs.Declined)
	w.must("a made-up link", err, models.ErrLinkUsed)
	_, err = w.orgs.AnswerByMail(t.Context(), models.Actor{}, link, orgs.Declined)
	w.must("declining", err, nil)
	if w.told(w.ada) != "invitation_declined" {
		t.Errorf("ada was told %q", w.told(w.ada))
	}
}

// A link is used once, by one of many who hold it at the same moment.
func TestLinksRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	guest := dbtest.User(t, w.db, "guest")
	w.exec(`UPDATE users SET mail_verified_at = NULL WHERE account_id = ?`, guest.ID) // so that the mail has a link
	for round := range 5 {
		w.exec(`DELETE FROM memberships WHERE account_id = ?`, guest.ID)
		w.exec(`DELETE FROM throttles`)
		w.invite(w.ada, "guest@example.test", models.RoleMember)
		link, again := w.link(), w.link()
		actor := w.as(guest)
		var acts []func() error
		for i := range 6 {
			token := link
			if i%2 == 1 {
				token = again
			}
			acts = append(acts, func() error {
				_, err := w.orgs.AnswerByMail(t.Context(), actor, token, orgs.Accepted)
				return err
			})
		}
		got := strings.Fields(codes(together(acts...)))
		slices.Sort(got)
		if got[0] != "<nil>" || got[1] == "<nil>" || w.role(guest) != "member" {
			t.Errorf("round %d: %v, and the guest is %q", round, got, w.role(guest))
		}
		w.exec(`UPDATE users SET mail_verified_at = NULL WHERE account_id = ?`, guest.ID)
	}
}

// An invitation stands and falls with whoever sent it.
func TestInvitationsOfThoseWhoLost(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(w *world, rogue models.Account){
		"demoted": func(w *world, _ models.Account) {
			w.must("demoting", w.orgs.ChangeRole(w.t.Context(), w.as(w.ada), "acme", "rogue", models.RoleMember), nil)
		},
		"removed": func(w *world, _ models.Account) {
			w.must("removing", w.orgs.Remove(w.t.Context(), w.as(w.ada), "acme", "rogue"), nil)
		},
		"suspended by staff": func(w *world, rogue models.Account) { dbtest.Suspend(w.t, w.db, rogue) },
		"suspended for want of a factor": func(w *world, _ models.Account) {
			w.exec(`UPDATE memberships SET suspended_at = now() WHERE role = 'owner'`)
		},
		"in an organization staff suspended": func(w *world, _ models.Account) { dbtest.Suspend(w.t, w.db, w.acme) },
		"too late":                           func(w *world, _ models.Account) { w.pass(models.InvitationLifetime) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			rogue := dbtest.User(t, w.db, "rogue")
			dbtest.Member(t, w.db, w.acme, rogue, models.RoleOwner)
			w.invite(rogue, "eve", models.RoleOwner)
			w.invite(rogue, "guest@example.test", models.RoleOwner)
			link := w.link()
			lose(w, rogue)
			w.must("eve", w.orgs.Answer(t.Context(), w.as(w.eve), "acme", orgs.Accepted), models.ErrInvitationClosed)
			guest := dbtest.User(t, w.db, "guest")
			if _, err := w.orgs.AnswerByMail(t.Context(), w.as(guest), link, orgs.Accepted); err == nil {
				t.Error("the guest got in")
			}
			if w.role(w.eve) != "" || w.role(guest) != "" {
				t.Errorf("eve is %q, the guest %q", w.role(w.eve), w.role(guest))
			}
		})
	}
}

// Staff who act for a person can't confirm that person's address.
func TestStaffDontProveAddresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.invite(w.ada, "guest@example.test", models.RoleMember)
	link := w.link()
	guest := dbtest.User(t, w.db, "guest")
	w.exec(`UPDATE users SET mail_verified_at = NULL WHERE account_id = ?`, guest.ID)
	acting := w.as(guest)
	acting.ActingFor = &models.ActingFor{StaffID: w.eve.ID, Login: "eve"}
	_, err := w.orgs.AnswerByMail(t.Context(), acting, link, orgs.Accepted)
	w.must("accepting", err, models.ErrInvitationOther)
}

func TestALinkEndsWithItsToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.invite(w.ada, "guest@example.test", models.RoleMember)
	link := w.link()
	w.pass(models.PurposeInvitation.Lifetime() + time.Second)
	_, _, err := w.orgs.ReceivedByMail(t.Context(), models.Actor{}, link)
	w.must("an old link", err, models.ErrLinkUsed)
}
