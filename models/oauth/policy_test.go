package oauth_test

import (
	"strings"
	"sync"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/oauth"
	"souk/models/repos"
)

// reaches reports whether a token opens acme's private repository.
func (w *world) reaches(token string) bool {
	w.t.Helper()
	actor, g := w.acting(token)
	if g == nil {
		w.t.Fatal("the token doesn't hold")
	}
	l, err := repos.New(w.db, nil, nil, w.now).Mine(w.t.Context(), actor, repos.Filter{Page: 1, PerPage: 10, Order: repos.ByName})
	w.must(err)
	return l.Total > 0
}

func TestAnOrganizationLetsInWhatItsOwnersApproved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	owner, cleo := w.token(w.owner(), w.signer, "repo", "public_repo").Token, w.token(w.as(w.cleo), w.signer, "repo").Token
	for who, token := range map[string]string{"an owner": owner, "a collaborator": cleo} {
		if w.reaches(token) {
			t.Errorf("%s opens it before anybody approved", who)
		}
	}
	w.must(w.AskApproval(t.Context(), w.member(), "Ov23signer", "acme", "for releases"))
	w.must(w.AskApproval(t.Context(), w.member(), "Ov23signer", "acme", "again"))
	if w.reaches(owner) || w.count(`SELECT count(*) FROM notifications WHERE account_id = $1 AND kind = 'oauth_approval_asked'`, w.ada.ID) != 1 {
		t.Error("asking opens it, or tells owners twice")
	}
	w.must(w.Decide(t.Context(), w.owner(), "acme", "signer", models.ApprovalApproved, "fine"))
	for who, token := range map[string]string{"an owner": owner, "a collaborator": cleo} {
		if !w.reaches(token) {
			t.Errorf("%s doesn't open it", who)
		}
	}
	w.refused("what is approved", w.AskApproval(t.Context(), w.member(), "Ov23signer", "acme", ""), models.ErrApprovalNeedless)
	w.must(w.Decide(t.Context(), w.owner(), "acme", "signer", models.ApprovalDenied, "no more"))
	if w.reaches(owner) {
		t.Error("what was denied later stays open")
	}
	w.refused("what is denied", w.AskApproval(t.Context(), w.member(), "Ov23signer", "acme", ""), models.ErrApprovalDenied)
	w.must(w.SetPolicy(t.Context(), w.owner(), "acme", models.OAuthOpen))
	if !w.reaches(owner) {
		t.Error("an open organization isn't")
	}
	w.must(w.SetPolicy(t.Context(), w.owner(), "acme", models.OAuthApproval))
	if w.reaches(owner) || w.count(`SELECT count(*) FROM notifications WHERE account_id = $1 AND kind IN ('oauth_approval_given', 'oauth_approval_refused')`, w.bob.ID) != 2 {
		t.Error("it stays open, or nobody was told")
	}
	for _, one := range []models.ApprovalState{models.ApprovalRequested, models.ApprovalApproved, ""} {
		p, err := w.Policy(t.Context(), w.owner(), "acme", one, 1)
		w.must(err)
		if want := map[models.ApprovalState]int{"": 1}[one]; p.Total != want {
			t.Errorf("%q has %d", one, p.Total)
		}
	}
}

func TestItsOwnAppsAndPolicyDecideToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own := dbtest.App(t, w.db, w.acme, "own", dbtest.OAuth, func(a *models.App) { a.ClientID = new("Ov23own") })
	w.exec(`INSERT INTO authorizations (app_id, account_id, scopes, created_at, updated_at) VALUES ($1, $2, '{repo}', now(), now())`, own.ID, w.ada.ID)
	if ok, err := w.Reaches(t.Context(), own.ID, w.acme.ID); err != nil || !ok {
		t.Errorf("its own app: %v, %v", ok, err)
	}
	w.refused("its own", w.Decide(t.Context(), w.owner(), "acme", "own", models.ApprovalDenied, ""), models.ErrApprovalNeedless)
	token := w.token(w.owner(), w.signer, "repo").Token
	w.must(w.Decide(t.Context(), w.owner(), "acme", "signer", models.ApprovalApproved, ""))
	w.exec(`INSERT INTO app_policies (organization_id, rules, version, updated_at) VALUES ($1, '{"rules": [{"decision": "deny", "permission": "repo"}]}', 1, now())`, w.acme.ID)
	if w.reaches(token) {
		t.Error("the rule about the scope isn't heard")
	}
	w.exec(`UPDATE app_policies SET rules = '{"rules": [{"decision": "deny", "permission": "gist"}]}'`)
	if !w.reaches(token) {
		t.Error("another rule is")
	}
}

func TestAGitHubAppReachesWhereItIsInstalled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.token(w.owner(), w.helper).Token
	role := func() models.OrganizationRole {
		actor, _ := w.acting(token)
		return actor.RoleIn(w.acme.ID)
	}
	if role() != "" {
		t.Error("it reaches it before it is installed")
	}
	i := dbtest.Install(t, w.db, w.helper, w.acme)
	if ok, err := w.Reaches(t.Context(), w.helper.ID, w.acme.ID); role() != models.RoleOwner || !ok || err != nil {
		t.Errorf("it doesn't afterwards: %v, %v", ok, err)
	}
	w.exec(`UPDATE installations SET suspended_at = now() WHERE id = $1`, i.ID)
	if role() != "" {
		t.Error("a suspended one does")
	}
}

func TestWhoMayAskAndAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ask := func(a models.Actor, login string) error {
		return w.AskApproval(t.Context(), a, "Ov23signer", login, "")
	}
	w.refused("a stranger", ask(w.as(w.cleo), "acme"), models.ErrNotFound)
	w.refused("nobody", ask(models.Actor{}, "acme"), models.ErrSignInNeeded)
	w.refused("somebody's program", func() error { a := w.member(); a.TokenID = 1; return ask(a, "acme") }(), models.ErrForbidden)
	w.refused("of a person", ask(w.member(), "cleo"), models.ErrNotFound)
	w.refused("a hostile name", ask(w.member(), "\x00"), models.ErrNotFound)
	w.refused("too many words", w.AskApproval(t.Context(), w.member(), "Ov23signer", "acme", strings.Repeat("a", models.MaxApprovalReason+1)), models.ErrApprovalReason)
	w.refused("a GitHub App", w.AskApproval(t.Context(), w.member(), "Iv23helper", "acme", ""), models.ErrNotFound)
	w.exec(`UPDATE organizations SET members_may_request_apps = false`)
	w.refused("where that is off", ask(w.member(), "acme"), models.ErrRequestsOff)
	w.refused("a member who answers", w.Decide(t.Context(), w.member(), "acme", "signer", models.ApprovalApproved, ""), models.ErrForbidden)
	w.refused("a stranger who answers", w.Decide(t.Context(), w.as(w.cleo), "acme", "signer", models.ApprovalApproved, ""), models.ErrNotFound)
	w.refused("an answer that is none", w.Decide(t.Context(), w.owner(), "acme", "signer", models.ApprovalRequested, ""), models.ErrUnknownChoice)
	w.refused("a member's policy", w.SetPolicy(t.Context(), w.member(), "acme", models.OAuthOpen), models.ErrForbidden)
	w.refused("a policy that is none", w.SetPolicy(t.Context(), w.owner(), "acme", "ajar"), models.ErrUnknownChoice)
	dbtest.Suspend(t, w.db, w.acme)
	w.refused("a suspended organization", w.Decide(t.Context(), w.owner(), "acme", "signer", models.ApprovalApproved, ""), models.ErrSuspended)
}

func TestAskingWhileAuthorizing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.Allow(t.Context(), w.member(), oauth.Ask{ClientID: "Ov23signer", Places: []string{"acme", "acme", "elsewhere"}})
	w.must(err)
	if n := w.count(`SELECT count(*) FROM oauth_approvals WHERE state = 'requested' AND requester_id = $1`, w.bob.ID); n != 1 {
		t.Errorf("%d wait", n)
	}
	w.refused("somebody else's", w.WithdrawApproval(t.Context(), w.owner(), "Ov23signer", "acme"), models.ErrNotFound)
	w.must(w.WithdrawApproval(t.Context(), w.member(), "Ov23signer", "acme"))
	_, err = w.Allow(t.Context(), w.owner(), oauth.Ask{ClientID: "Ov23signer", Places: []string{"acme"}})
	w.must(err)
	if n := w.count(`SELECT count(*) FROM oauth_approvals WHERE state = 'approved' AND decider_id = $1`, w.ada.ID); n != 1 {
		t.Error("an owner has to ask")
	}
}

func TestTwoOwnersAnswerAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(w.AskApproval(t.Context(), w.member(), "Ov23signer", "acme", ""))
	var all sync.WaitGroup
	var errs [2]error
	for i, state := range []models.ApprovalState{models.ApprovalApproved, models.ApprovalDenied} {
		all.Go(func() { errs[i] = w.Decide(t.Context(), w.owner(), "acme", "signer", state, "") })
	}
	all.Wait()
	w.must(errs[0])
	w.must(errs[1])
	var state models.ApprovalState
	var action string
	w.must(w.db.Pool().QueryRow(t.Context(), `SELECT v.state, (SELECT action FROM audit_events WHERE action LIKE 'oauth_approval.%' ORDER BY id DESC LIMIT 1) FROM oauth_approvals v`).Scan(&state, &action))
	if (state == models.ApprovalApproved) != (action == "oauth_approval.approve") {
		t.Errorf("it is %s, and the log says %s", state, action)
	}
}
