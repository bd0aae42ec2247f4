package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"souk/handlers/api"
	"souk/models"
	"souk/models/catalog"
	"souk/models/db/dbtest"
	"souk/models/jobs"
	"souk/models/listingfile"
)

const hammerFile = `slug: hammer
name: Hammer
type: github_app
tagline: Drives nails into every pull request
categories: [tools]
plans:
  - name: Free
    kind: free
  - name: Team
    kind: flat_rate
    monthly_minor: 400
`

// desk is a site with an integrator ada, who has registered the app hammer, and
// a token of hers.
func desk(t testing.TB) (s *site, app models.App, auth []string) {
	t.Helper()
	s = newSite(t)
	dbtest.Category(t, s.db, "tools")
	ada := dbtest.User(t, s.db, "ada")
	app = dbtest.App(t, s.db, ada, "hammer")
	return s, app, []string{"Authorization", "Bearer " + dbtest.AccessToken(t, s.db, ada, "marketplace")}
}

// picture stores a picture and returns its hash.
func (s *site) picture() string {
	hash := strings.Repeat("ab", 32)
	s.exec("INSERT INTO images (hash, media_type, bytes, width, height) VALUES (?, 'image/png', 'x', 400, 400)", hash)
	return hash
}

func answerOf[T any](t testing.TB, w *httptest.ResponseRecorder) (v T) {
	t.Helper()
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAFileBecomesADraft(t *testing.T) {
	s, _, auth := desk(t)
	made := answerOf[api.PushedDraft](t, s.send("PUT", "/api/v1/apps/hammer/listing", hammerFile, auth...))
	if !made.Created || made.Slug != "hammer" || made.Ready || !slices.Contains(made.Changed, "plans") || made.URL != base+"/marketplace/manage/hammer" {
		t.Errorf("%+v", made)
	}
	if !slices.ContainsFunc(made.Findings, func(f api.Finding) bool {
		return f.Rule == "plan_one_period" && f.Line == 9 && f.Field == "plans[1]" && f.Text != "" && f.Mend != "" && f.Severity == "hint"
	}) {
		t.Errorf("findings %+v", made.Findings)
	}
	w := s.get("/api/v1/listings/hammer/draft", auth...)
	draft := answerOf[api.ListingDraft](t, w)
	if w.Header().Get("ETag") != `"`+strconv.Itoa(made.Version)+`"` || draft.Version != made.Version || draft.Author != "ada" || draft.State != "draft" ||
		draft.App != "hammer" || draft.Content.Tagline != "Drives nails into every pull request" || len(draft.Content.Plans) != 2 {
		t.Errorf("%+v", draft)
	}
	again := answerOf[api.PushedDraft](t, s.send("PUT", "/api/v1/listings/hammer/draft", hammerFile, append(auth, "If-Match", w.Header().Get("ETag"))...))
	if again.Version != made.Version || len(again.Changed) != 0 || again.Created {
		t.Errorf("the same again: %+v", again)
	}
	if w := s.get("/api/v1/listings/hammer/draft", append(auth, "If-None-Match", w.Header().Get("ETag"))...); w.Code != http.StatusNotModified {
		t.Errorf("If-None-Match answers %d", w.Code)
	}
}

func TestAPushMergesAndNeverOverwrites(t *testing.T) {
	s, _, auth := desk(t)
	first := answerOf[api.PushedDraft](t, s.send("PUT", "/api/v1/apps/hammer/listing", hammerFile, auth...))
	push := func(match, old, new string) *httptest.ResponseRecorder {
		headers := auth
		if match != "" {
			headers = append(slices.Clone(auth), "If-Match", match)
		}
		return s.send("PUT", "/api/v1/listings/hammer/draft", strings.Replace(hammerFile, old, new, 1), headers...)
	}
	at := strconv.Itoa(first.Version)
	theirs := answerOf[api.PushedDraft](t, push(at, "Drives nails", "Puts nails"))
	merged := answerOf[api.PushedDraft](t, push(at, "name: Hammer", "name: Mallet"))
	if merged.Version <= theirs.Version || !slices.Contains(merged.Merged, "tagline") {
		t.Errorf("merged %+v", merged)
	}
	conflict := problemOf(t, push(at, "Drives nails", "Glues nails"), http.StatusConflict)
	if conflict.Code != "draft_conflict" || len(conflict.Errors) != 1 || conflict.Errors[0].Field != "tagline" {
		t.Errorf("%+v", conflict)
	}
	if p := problemOf(t, push("", "", ""), http.StatusBadRequest); p.Code != "draft_base" || p.Errors[0].Field != "If-Match" {
		t.Errorf("%+v", p)
	}
	if p := problemOf(t, push("yesterday", "", ""), http.StatusBadRequest); p.Code != "bad_parameter" {
		t.Errorf("%+v", p)
	}
	if p := problemOf(t, s.send("PUT", "/api/v1/apps/hammer/listing", hammerFile, auth...), http.StatusBadRequest); p.Code != "draft_base" {
		t.Errorf("%+v", p)
	}
	if got := answerOf[api.PushedDraft](t, push("*", "Drives nails", "Glues nails")); !slices.Contains(got.Changed, "tagline") {
		t.Errorf("%+v", got)
	}
}

func TestAFileThatIsNoDraftIsRefusedWithEveryPlace(t *testing.T) {
	s, _, auth := desk(t)
	for text, want := range map[string][]string{
		"nmae: x\nlinks: 5\n":                        {"file line 1: file_key_near", "links line 2: file_want_fields"},
		"name: \"a\\0b\"\n":                          {"name line 1: control"},
		"type: oauth_app\n":                          {"type line 1: file_foreign"},
		"logo: {file: a.png}\n":                      {"logo.file line 1: picture_unsent"},
		"logo:\n  hash: " + strings.Repeat("0", 64):  {"logo.hash line 2: picture_hash"},
		"name: &a x\n":                               {"file line 1: file_anchor"},
		strings.Repeat("x", listingfile.MaxBytes+10): {"file file_large"},
	} {
		p := problemOf(t, s.send("PUT", "/api/v1/apps/hammer/listing", text, auth...), http.StatusBadRequest)
		if p.Code != "listing_file" || len(p.Errors) != len(want) {
			t.Errorf("%.40q: %+v", text, p)
			continue
		}
		for i, e := range p.Errors {
			if !strings.HasPrefix(e.Field+" "+e.Detail, want[i]) {
				t.Errorf("%.40q: %+v, want %s", text, e, want[i])
			}
		}
	}
	if w := s.get("/api/v1/listings/hammer/draft", auth...); w.Code != http.StatusNotFound {
		t.Errorf("a file that is no good began a listing: %d", w.Code)
	}
}

func TestPlansKeepTheirNumbers(t *testing.T) {
	s, app, auth := desk(t)
	dbtest.Draft(t, s.db, app, models.ListingContent{Plans: []models.PlanTerm{{Number: 1, Name: "Team", Kind: models.PlanFlatRate}, {Number: 2, Name: "Free", Kind: models.PlanFree}}})
	answerOf[api.PushedDraft](t, s.send("PUT", "/api/v1/listings/hammer/draft", hammerFile, append(auth, "If-Match", "*")...))
	got := answerOf[api.ListingDraft](t, s.get("/api/v1/listings/hammer/draft", auth...)).Content.Plans
	if len(got) != 2 || got[0].Name != "Free" || got[0].Number != 2 || got[1].Number != 1 {
		t.Errorf("%+v", got)
	}
}

func TestWhoMayPush(t *testing.T) {
	s, app, _ := desk(t)
	dbtest.Draft(t, s.db, app, models.ListingContent{})
	eve, bob := dbtest.User(t, s.db, "eve"), dbtest.User(t, s.db, "bob")
	dbtest.Manager(t, s.db, app, bob)
	var ada int64
	if err := s.db.Pool().QueryRow(t.Context(), "SELECT id FROM accounts WHERE login = 'ada'").Scan(&ada); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		token  string
		status int
		code   string
	}{
		"nobody":            {"", 401, "sign_in_needed"},
		"another":           {dbtest.AccessToken(t, s.db, eve, "marketplace"), 404, "not_found"},
		"a manager":         {dbtest.AccessToken(t, s.db, bob, "marketplace"), 403, "forbidden"},
		"without scope":     {dbtest.AccessToken(t, s.db, models.Account{ID: ada, Login: "ada"}, "repo", "user"), 403, "scope_needed"},
		"without a scope":   {dbtest.AccessToken(t, s.db, models.Account{ID: ada, Login: "ada"}), 403, "scope_needed"},
		"who doesn't exist": {"soukp_x", 401, "bad_token"},
	} {
		for _, r := range [][2]string{{"GET", "/api/v1/listings/hammer/draft"}, {"PUT", "/api/v1/listings/hammer/draft"}, {"PUT", "/api/v1/apps/hammer/listing"}, {"POST", "/api/v1/listings/hammer/submit"}} {
			var headers []string
			if c.token != "" {
				headers = []string{"Authorization", "Bearer " + c.token}
			}
			if p := problemOf(t, s.send(r[0], r[1], "", append(headers, "If-Match", "*")...), c.status); p.Code != c.code {
				t.Errorf("%s %s: %+v", name, r, p)
			}
		}
	}
}

func TestLintingKeepsNothing(t *testing.T) {
	s, _, auth := desk(t)
	got := answerOf[api.Lint](t, s.send("POST", "/api/v1/lint", "name: Hammer\ncategories:\n  - tools\n  - nothing\npermissions: {}\n", append(auth, "Accept-Language", "ja")...))
	rules := map[string]int{}
	for _, f := range got.Findings {
		rules[f.Rule] = f.Line
		if f.Rule == "category_unknown" && f.Text != "カテゴリー「nothing」はありません。" {
			t.Errorf("text %q", f.Text)
		}
	}
	if got.Ready || rules["category_unknown"] != 4 || rules["file_ignored"] != 5 {
		t.Errorf("%+v", got)
	}
	if p := problemOf(t, s.send("POST", "/api/v1/lint", hammerFile), http.StatusUnauthorized); p.Code != "sign_in_needed" {
		t.Errorf("%+v", p)
	}
	if got := answerOf[api.Lint](t, s.send("POST", "/api/v1/lint", "", auth...)); got.Ready || got.Findings[0].Rule != "file_empty" {
		t.Errorf("%+v", got)
	}
}

func TestHandingInByTheAPI(t *testing.T) {
	s, _, auth := desk(t)
	made := answerOf[api.PushedDraft](t, s.send("PUT", "/api/v1/apps/hammer/listing", hammerFile, auth...))
	if p := problemOf(t, s.send("POST", "/api/v1/listings/hammer/submit", `{"agreed": true}`, auth...), http.StatusBadRequest); p.Code != "listing_not_ready" || len(p.Errors) < 5 ||
		p.Errors[0].Field != "introduction" || !strings.HasPrefix(p.Errors[0].Detail, "required: This is missing.") {
		t.Errorf("a listing that lacks nearly everything: %+v", p)
	}
	if p := problemOf(t, s.send("POST", "/api/v1/listings/hammer/submit", `{"agree": true}`, auth...), http.StatusBadRequest); p.Code != "bad_parameter" {
		t.Errorf("%+v", p)
	}
	whole := strings.Replace(hammerFile, "plans:", `introduction: Looks at each pull request and drives nails wherever two boards meet.
description: "## What it does\n\nIt drives nails."
links:
  support: mailto:help@acme.dev
  privacy: https://acme.dev/privacy
contacts:
  - role: technical
    mail: ada@acme.dev
data:
  accessed: Pull requests
  stored: false
  third_parties: Nobody
logo:
  hash: `+s.picture()+"\nplans:", 1)
	done := answerOf[api.PushedDraft](t, s.send("PUT", "/api/v1/listings/hammer/draft", whole, append(auth, "If-Match", strconv.Itoa(made.Version))...))
	if !done.Ready {
		t.Fatalf("%+v", done.Findings)
	}
	in := answerOf[api.HandedIn](t, s.send("POST", "/api/v1/listings/hammer/submit", `{"agreed": true, "note": "Hello", "version": `+strconv.Itoa(done.Version)+`}`, auth...))
	if in.Live || in.URL != base+"/marketplace/manage/hammer/review" {
		t.Errorf("%+v", in)
	}
	var state string
	if err := s.db.Pool().QueryRow(t.Context(), "SELECT state FROM listing_submissions").Scan(&state); err != nil || state != "submitted" {
		t.Errorf("%s %v", state, err)
	}
}

func TestAPublicListingAsAFile(t *testing.T) {
	s := newSite(t)
	queue, err := jobs.NewQueue(s.db)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := catalog.New(s.db, queue, time.Now, nil).Import(t.Context(), strings.NewReader(`{"souk":"catalogue","version":1}
{"listing":{"slug":"builder","name":"Builder","type":"github_app","description":"## What\n\nBuilds.","permissions":{"contents":"read"},`+
		`"contacts":[{"role":"security","mail":"secret@acme.dev"}],"plans":[{"name":"Free","kind":"free"},{"name":"Old","kind":"free","state":"retired"}]}}
`), catalog.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	w := s.get("/api/v1/listings/builder/file")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/yaml; charset=utf-8" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	f, found := listingfile.Read(w.Body.Bytes())
	if len(found) > 0 || f.Content.Slug != "builder" || f.Content.Name != "Builder" ||
		f.Content.Permissions["contents"] != models.LevelRead || len(f.Content.Plans) != 1 || f.Content.Contacts != nil {
		t.Errorf("%+v\n%s", found, w.Body)
	}
	if w := s.get("/api/v1/listings/nothing/file"); w.Code != http.StatusNotFound {
		t.Errorf("%d", w.Code)
	}
}
