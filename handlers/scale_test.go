package handlers_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

// asked is an address, and the header that says who asks for it.
type asked struct{ address, header, value string }

// manyAddresses are the pages about installations that people of a large organization
// look at, and what an app asks the API. Each must take as many statements there as in a
// small one, and weigh what a page may.
func manyAddresses(w *manyWorld) (all []asked) {
	org, last := "/organizations/"+w.login+"/settings", strconv.Itoa((w.repositories+99)/100)
	choosing := fmt.Sprintf("/apps/%s-tool-%d/installations/new/permissions?target_id=%d", w.login, w.installations+1, w.account)
	for _, address := range []string{
		org + "/installations",
		org + "/installations?page=2",
		fmt.Sprintf("%s/installations/%d", org, w.all),
		fmt.Sprintf("%s/installations/%d", org, w.selected),
		fmt.Sprintf("%s/installations/%d/permissions/update", org, w.behind),
		org + "/installations/requests",
		fmt.Sprintf("%s/installations/requests/%d", org, w.request),
		choosing,
		choosing + "&q=19",
		org + "/integrations",
		org + "/integrations?sort=risk",
		org + "/integrations/revoke?all=true",
		org + "/app_policy",
		org + "/oauth_application_policy",
		fmt.Sprintf("/settings/apps/%s-tool-2/installations", w.login),
	} {
		all = append(all, asked{address, "Cookie", "souk_session=bench-" + w.login})
	}
	return append(all, asked{choosing, "Cookie", "souk_session=bench-" + w.login + "-member-1"},
		asked{"/api/v3/installation/repositories?per_page=100&page=" + last, "Authorization", "token " + w.token},
		asked{fmt.Sprintf("/api/v3/user/installations/%d/repositories?per_page=100&page=%s", w.all, last), "Authorization", "token " + w.userToken})
}

func sha256Of(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

type manyWorld struct {
	*apptest.App
	login, token, userToken                 string
	repositories, installations             int
	account, all, selected, behind, request int64
}

// newManyWorld makes an organization as bench measures it.
func newManyWorld(t *testing.T, login string, repositories, installations int) *manyWorld {
	t.Helper()
	w := &manyWorld{App: apptest.New(t), login: login, repositories: repositories, installations: installations,
		token: models.NewSecret(models.PrefixInstallationToken), userToken: models.NewSecret(models.PrefixUserToken)}
	sql, err := os.ReadFile("../bench/installations_world.sql")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.DB.Pool().Exec(t.Context(), string(sql), login, repositories, installations, sha256Of(w.token), sha256Of(w.userToken)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.DB.Pool().Exec(t.Context(), `ANALYZE`); err != nil {
		t.Fatal(err)
	}
	err = w.DB.Pool().QueryRow(t.Context(), `SELECT a.id, min(i.id) FILTER (WHERE i.selection = 'all'), min(i.id) FILTER (WHERE i.selection = 'selected'),
			min(i.id) FILTER (WHERE i.lacks), (SELECT min(q.id) FROM installation_requests q WHERE q.organization_id = a.id)
		FROM accounts a JOIN installations i ON i.account_id = a.id WHERE a.login = $1 GROUP BY a.id`, login).
		Scan(&w.account, &w.all, &w.selected, &w.behind, &w.request)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestManyInstallations holds the pages of an organization with 20,000 repositories and
// 500 installations to the statements that they take in a small one.
func TestManyInstallations(t *testing.T) {
	t.Parallel()
	small, large := newManyWorld(t, "cove", 60, 70), newManyWorld(t, "haven", 20_000, 500)
	var rows int
	if err := large.DB.Pool().QueryRow(t.Context(), `SELECT count(*) FROM installation_repositories r JOIN installations i ON i.id = r.installation_id WHERE i.selection = 'all'`).Scan(&rows); err != nil || rows != 0 {
		t.Fatalf("all repositories have %d rows: %v", rows, err)
	}
	little, much := small.count(t), large.count(t)
	for i, a := range manyAddresses(large) {
		if much[i] != little[i] {
			t.Errorf("%s takes %d statements, and %d where there is little", a.address, much[i], little[i])
		}
		if much[i] > 8 {
			t.Errorf("%s takes %d statements", a.address, much[i])
		}
	}
}

// count asks for everything and returns how many statements each took.
func (w *manyWorld) count(t *testing.T) (statements []int64) {
	t.Helper()
	for _, asked := range manyAddresses(w) {
		b := w.Visitor(t)
		b.Header().Set(asked.header, asked.value)
		b.Get(asked.address) // what is remembered after the first time isn't what this is about
		var a apptest.Answer
		statements = append(statements, dbtest.Statements(w.DB, func() { a = b.Get(asked.address) }))
		if a.Status != http.StatusOK {
			t.Errorf("%s: %d %s", asked.address, a.Status, a.Location)
		}
		if len(a.Body) > 120<<10 && asked.header == "Cookie" {
			t.Errorf("%s weighs %d bytes", asked.address, len(a.Body))
		}
	}
	return statements
}
