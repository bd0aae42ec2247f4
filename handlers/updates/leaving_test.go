package updates_test

import (
	"testing"

	"souk/models/db/dbtest"
)

// TestWhoLeavesTakesEverythingBack ends what is installed, authorized and asked for with
// the account, and tells the apps, each of each once.
func TestWhoLeavesTakesEverythingBack(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	dbtest.Install(t, c.DB, c.helper, c.bob)
	authorization := dbtest.Authorize(t, c.DB, c.helper, c.bob)
	dbtest.Authorize(t, c.DB, dbtest.App(t, c.DB, c.zoe, "signer", dbtest.OAuth), c.bob)
	dbtest.Authorize(t, c.DB, c.helper, c.carl)
	c.exec(`INSERT INTO authorization_tokens (authorization_id, token_hash, tail, created_at) VALUES ($1, 'x', 'tail', now())`, authorization)
	c.exec(`INSERT INTO installation_requests (app_id, organization_id, requester_id, selection, digest, state, created_at, expires_at)
		VALUES ($1, $2, $3, 'all', 'x', 'open', now(), now() + interval '1 day')`, c.helper.ID, c.acme.ID, c.bob.ID)
	c.exec(`INSERT INTO installation_request_votes (request_id, account_id, reason, created_at) SELECT id, requester_id, 'We need it.', now() FROM installation_requests`)
	c.exec(`INSERT INTO oauth_approvals (organization_id, app_id, state, requester_id, requested_at) VALUES ($1, $2, 'requested', $3, now())`, c.acme.ID, c.helper.ID, c.bob.ID)

	c.must(c.Verbs.Profiles.Delete(t.Context(), c.actor(c.bob), "bob"))
	if p := c.payload("github_app_authorization"); dig(p, "action") != "revoked" || dig(p, "sender", "login") != "bob" {
		t.Error(p)
	}
	c.expectTold("the account is deleted", "organization.member_removed", "installation.deleted", "github_app_authorization.revoked")
	for what, sql := range map[string]string{
		"installed":      `SELECT count(*) FROM installations WHERE account_id = $1`,
		"authorized":     `SELECT count(*) FROM authorizations WHERE account_id = $1`,
		"votes":          `SELECT count(*) FROM installation_request_votes WHERE account_id = $1`,
		"open requests":  `SELECT count(*) FROM installation_requests WHERE state = 'open' AND $1::bigint > 0`,
		"tokens":         `SELECT count(*) FROM authorization_tokens WHERE $1::bigint > 0`,
		"asked approval": `SELECT count(*) FROM oauth_approvals WHERE requester_id = $1`,
	} {
		var left int
		if c.get(&left, sql, c.bob.ID); left != 0 {
			t.Errorf("%s: %d are left", what, left)
		}
	}
	var others int
	if c.get(&others, `SELECT count(*) FROM authorizations`); others != 1 {
		t.Errorf("%d authorizations of others", others)
	}
}
