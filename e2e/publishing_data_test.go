package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"souk/models"
	"souk/models/catalog"
	"souk/models/db"
	"souk/models/db/dbtest"
)

// Who looks at the pages of publishing.
const (
	byIntegrator = "iris"
	byManager    = "mia"
	byTaker      = "pat"
	byReader     = "vera"
	byReviewer   = "rex"
	byAdmin      = "ada"
)

// desk is the people and listings of the pages of publishing.
type desk struct {
	t       testing.TB
	site    *souk
	db      *db.DB
	cookies secrets
	who     map[string]models.Account
	makers  models.Account // the integrator's organization
	ids     map[string]string
	now     time.Time
}

// furnish makes listings in every state.
func (s *souk) furnish(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t, site: s, db: dbtest.Open(t, s.database), cookies: secrets{}, who: map[string]models.Account{}, ids: map[string]string{}, now: time.Now().UTC()}
	for _, login := range []string{byIntegrator, byManager, byTaker, byReader, byReviewer, byAdmin} {
		d.who[login] = dbtest.User(t, d.db, login)
		d.cookies[login] = dbtest.Session(t, d.db, d.who[login], d.now, true)
	}
	dbtest.MakeStaff(t, d.db, d.who[byReviewer], models.StaffReviewer)
	dbtest.MakeStaff(t, d.db, d.who[byAdmin], models.StaffAdministrator)
	d.makers = dbtest.Organization(t, d.db, "lantern-works", d.who[byIntegrator])
	for _, c := range []string{"deployment", "monitoring"} {
		dbtest.Category(t, d.db, c)
	}
	d.apps()
	d.live()
	d.unfinished()
	d.handedIn()
	d.gone()
	d.claimed()
	return d
}

func (d *desk) write(sql string, args ...any) {
	d.t.Helper()
	write(d.t, d.db, sql, args...)
}

// row writes a row and keeps what it returns under a name.
func (d *desk) row(name, sql string, args ...any) {
	d.t.Helper()
	var id int64
	if err := d.db.Pool().QueryRow(d.t.Context(), sql, args...).Scan(&id); err != nil {
		d.t.Fatalf("%s: %v", name, err)
	}
	d.ids[name] = fmt.Sprint(id)
}

// apps are the integrator's apps that have no listing of their own yet.
func (d *desk) apps() {
	d.t.Helper()
	compass := dbtest.App(d.t, d.db, d.makers, "compass", func(a *models.App) {
		a.Permissions = models.Grants{"contents": models.LevelWrite, "pull_requests": models.LevelWrite, "single_file": models.LevelRead, "members": models.LevelRead,
			"administration": models.LevelWrite, "metadata": models.LevelRead}
		a.Events = []string{"pull_request", "push", "issue_comment"}
		a.CallbackURLs = []string{"https://compass.example/callback", "https://compass.example/another/callback"}
		a.WebhookActive, a.WebhookURL = true, "https://compass.example/hooks"
	})
	d.write(`UPDATE apps SET single_file_paths = '{.compass.yml,.github/compass.yml}', description = 'Shows **where north is**.' WHERE id = $1`, compass.ID)
	dbtest.Manager(d.t, d.db, compass, d.who[byManager])
	for i := range 2 {
		d.row(fmt.Sprintf("secret%d", i), `INSERT INTO app_secrets (app_id, secret_hash, tail, creator_id, created_at, used_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
			compass.ID, fmt.Sprintf("a hash %d", i), fmt.Sprintf("abcdef0%d", i), d.who[byIntegrator].ID, d.now.AddDate(0, -i, 0), d.now)
		d.row(fmt.Sprintf("key%d", i), `INSERT INTO app_keys (app_id, public_key, fingerprint, creator_id, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
			compass.ID, fmt.Sprintf("a key %d", i), fmt.Sprintf("SHA256:%d7YQnXBTTvaxv/cpBYs4BL1GzXmFVMJuUz5iTV1IFHk=", i), d.who[byIntegrator].ID, d.now)
	}
	dbtest.App(d.t, d.db, d.makers, "keeper", dbtest.OAuth, func(a *models.App) { a.Scopes = []string{"repo", "read:org", "user:email"} })
	dbtest.App(d.t, d.db, d.who[byIntegrator], "sextant")
	beacon := dbtest.App(d.t, d.db, d.makers, "beacon")
	d.write(`INSERT INTO app_transfers (app_id, account_id, requester_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
		beacon.ID, d.who[byTaker].ID, d.who[byIntegrator].ID, d.now, d.now.AddDate(0, 0, 7))
}

// wholeContent is a listing's content in which nothing is missing.
func wholeContent(slug, name string) models.ListingContent {
	return models.ListingContent{
		Slug: slug, Name: name, Type: models.GitHubApp, Publisher: "lantern-works",
		Tagline:      "Lights up what a change touches, before somebody merges it",
		Introduction: name + " shows for every change which parts of a system it reaches, who is on watch there, and what went dark the last time.",
		Description: "## What it does\n\nIt comments on pull requests with what the change lights up:\n\n| Part | Reach |\n|---|---|\n| Harbour | 12 |\n\n" +
			"- the services behind it\n- the people on watch\n\n```yaml\nlantern:\n  watch: [harbour, pier]\n```\n\n> Nobody reads the code but you.\n",
		Keywords: []string{"deployment", "ownership", "review"}, Categories: []string{"deployment", "monitoring"}, Languages: []string{"Go", "TypeScript"},
		Translations: map[string]models.ListingTexts{
			"ja": {Name: name, Tagline: "マージする前に、変更の影響を照らし出します", Introduction: "変更ごとに、システムのどの部分に届くか、誰が当番かを示します。", Description: "## できること\n\nプルリクエストにコメントします。\n"},
			"fr": {Tagline: "Éclaire ce qu’une modification touche", Introduction: "Montre pour chaque modification les parties du système qu’elle atteint."},
		},
		HomepageURL: "https://lantern.example",
		Links: models.Links{Support: "https://lantern.example/help", Documentation: "https://lantern.example/docs", Status: "https://status.lantern.example",
			Privacy: "https://lantern.example/privacy", Terms: "https://lantern.example/terms"},
		Contacts: []models.Contact{{Role: models.ContactTechnical, Name: "Iris", Mail: "iris@example.test"}, {Role: models.ContactFinance, Mail: "books@example.test"}},
		Data: models.DataHandling{Accessed: "Titles of pull requests and names of services", Stored: new(true), Where: "Germany and Japan", Retention: "30 days",
			ThirdParties: "The hosting company"},
		Purchase: models.PurchaseHere,
		Plans: []models.PlanTerm{
			{Number: 1, Name: "Watch", Kind: models.PlanFree, Description: "For one harbour.", Bullets: []string{"Public repositories", "One service"}},
			{Number: 2, Name: "Crew", Kind: models.PlanFlatRate, Description: "For a team.", MonthlyMinor: new(int64(1200)), YearlyMinor: new(int64(12000)), Currency: "EUR", TrialDays: 14,
				Bullets: []string{"Everything of Watch", "Private repositories", "Who is on watch"}},
			{Number: 3, Name: "Fleet", Kind: models.PlanPerUnit, Description: "For every ship.", MonthlyMinor: new(int64(400)), YearlyMinor: new(int64(4000)), Currency: "EUR", UnitName: "ship",
				MinUnits: new(int64(2)), MaxUnits: new(int64(500)), Audience: models.AudienceOrganizations, PricePolicy: models.PriceMove},
		},
	}
}

// live is the listing lantern, which has everything, a past, and visitors.
func (d *desk) live() {
	d.t.Helper()
	c := wholeContent("lantern", "Lantern")
	e := dbtest.Listing(d.t, d.db, dbtest.Named(c.Slug, c.Name), dbtest.By(d.makers), dbtest.In(c.Categories...), dbtest.Translated("ja", c.Translations["ja"].Tagline, c.Translations["ja"].Introduction),
		func(e *dbtest.Entry) {
			e.Tagline, e.Introduction, e.Description, e.Keywords, e.Programming, e.Links = c.Tagline, c.Introduction, c.Description, c.Keywords, c.Languages, c.Links
			e.App.Permissions, e.App.Events = models.Grants{"pull_requests": models.LevelWrite, "deployments": models.LevelRead, "metadata": models.LevelRead}, []string{"pull_request"}
			e.App.HomepageURL, e.Installs = c.HomepageURL, new(int64(4321))
			for _, p := range c.Plans {
				e.Plans = append(e.Plans, models.Plan{Number: p.Number, Name: p.Name, Kind: p.Kind, Description: p.Description, MonthlyMinor: p.MonthlyMinor, YearlyMinor: p.YearlyMinor,
					Currency: p.Currency, UnitName: p.UnitName, TrialDays: p.TrialDays, Bullets: p.Bullets, Audience: p.Audience})
			}
		})
	d.write(`UPDATE apps SET registered_at = $2, client_id = 'Iv23lantern', version = 2, permissions = permissions || '{"contents": "read", "checks": "write"}',
		events = '{pull_request,deployment}' WHERE id = $1`, e.App.ID, d.now)
	d.write(`INSERT INTO app_proposals (app_id, permissions, events, note, proposer_id, created_at)
		SELECT id, permissions || '{"contents": "write"}', events, 'To mend what it finds.', $2, $3 FROM apps WHERE id = $1`, e.App.ID, d.who[byIntegrator].ID, d.now)
	d.write(`UPDATE plans SET monthly_minor = 1500, yearly_minor = 15000 WHERE listing_id = $1 AND number = 2`, e.ID)
	d.write(`UPDATE plans SET monthly_minor = 500 WHERE listing_id = $1 AND number = 3`, e.ID)
	d.draft(e.ID, 1, c)
	for i, version := range []string{"Shows what a change touches", "Shows what a change touches, and who is on watch"} {
		c.Tagline = version
		c.Description += "\nIt also knows the tides.\n"
		d.draft(e.ID, i+2, c)
	}
	shown := d.illustrate("lantern")
	text, err := catalog.RenderMarkdown(c.Description)
	if err != nil {
		d.t.Fatal(err)
	}
	d.write(`UPDATE listings SET description_html = $7, claimed_at = $2, revision = 3, data_handling = $3, contacts = $4, purchase = 'here', logo_hash = $5, feature_hash = $6, feature_color = 'ffffff',
		previous_publisher = 'beacon-house', transferred_at = $2 WHERE id = $1`, e.ID, d.now, c.Data, c.Contacts, shown.Logo.Hash, shown.Feature.Hash, text)
	for i, shot := range shown.Screenshots {
		d.write(`INSERT INTO screenshots (listing_id, position, image_hash, caption) VALUES ($1, $2, $3, $4)`, e.ID, i, shot.Hash, shot.Caption)
	}
	d.row("lantern", `INSERT INTO listing_submissions (listing_id, state, content, live, note, submitter_id, submitted_at, checked_at, reviewer_id, claimed_at)
		VALUES ($1, 'in_review', $2, $3, 'Another tagline, and one more permission.', $4, $5, $5, $6, $7) RETURNING id`,
		e.ID, d.proposed(shown), wholeContent("lantern", "Lantern"), d.who[byIntegrator].ID, d.now.Add(-30*time.Hour), d.who[byReviewer].ID, d.now)
	d.checked("lantern", map[models.CheckName][]models.Finding{models.CheckLinks: {{Rule: "dead_link", Severity: models.SeverityError, Field: "links.status",
		Params: map[string]string{"address": "https://lantern.example/status", "status": "404"}}}})
	d.event(e.ID, models.ActApprove, models.ListingInReview, models.ListingPublished, "")
	d.write(`INSERT INTO listing_notes (listing_id, author_id, body, created_at) VALUES ($1, $2, 'They answered our questions by mail.', $3)`, e.ID, d.who[byAdmin].ID, d.now)
	d.write(`INSERT INTO listing_reports (listing_id, reporter_id, reason, words, created_at) SELECT $1, id, r, 'It says it lights up everything; it lights up half.', $2
		FROM (VALUES ($3::bigint, 'misleading'), ($4, 'broken')) v(id, r)`, e.ID, d.now, d.who[byTaker].ID, d.who[byManager].ID)
	d.visits(e.ID)
}

// proposed is what an app's submission says: another text, price and permission.
func (d *desk) proposed(c models.ListingContent) models.ListingContent {
	c.Permissions = models.Grants{"pull_requests": models.LevelWrite, "deployments": models.LevelRead, "contents": models.LevelWrite, "metadata": models.LevelRead}
	c.Events = []string{"pull_request", "deployment"}
	c.Plans = append([]models.PlanTerm(nil), c.Plans...)
	c.Plans[1].MonthlyMinor, c.Links.Status = new(int64(1800)), "https://lantern.example/status"
	return c
}

// visits are a hundred days of figures.
func (d *desk) visits(listing int64) {
	d.t.Helper()
	d.write(`INSERT INTO listing_days (listing_id, day, country, language, currency, visitors, views, clicks, installs, uninstalls, purchases, trials, cancellations, revenue_minor)
		SELECT $1, current_date - n, p.country, p.language, p.currency, 20 + (n * 7 % 40), 30 + (n * 11 % 60), n * 3 % 9, n % 5, n % 2, n % 3, n % 4, n % 2, 1200 * (n % 3)
		FROM generate_series(0, 99) n, (VALUES ('DE', 'en', 'EUR'), ('JP', 'ja', 'USD'), ('', 'fr', '')) p(country, language, currency)`, listing)
}

// draft writes a version of a listing's draft.
func (d *desk) draft(listing int64, version int, c models.ListingContent) {
	d.t.Helper()
	d.write(`INSERT INTO listing_drafts (listing_id, version, content, author_id, created_at) VALUES ($1, $2, $3, $4, $5)`, listing, version, c, d.who[byIntegrator].ID, d.now)
}

func (d *desk) event(listing int64, act models.ListingAct, from, to models.ListingState, words string, reasons ...string) {
	d.t.Helper()
	if reasons == nil {
		reasons = []string{}
	}
	d.row(string(act)+fmt.Sprint(listing), `INSERT INTO listing_events (listing_id, at, act, from_state, to_state, actor_id, by_staff, reasons, words)
		VALUES ($1, $2, $3, $4, $5, $6, $3 <> 'submit', $7, $8) RETURNING id`, listing, d.now, act, from, to, d.who[byAdmin].ID, reasons, words)
}

// checked lets the automatic checks of a submission have found something.
func (d *desk) checked(submission string, found map[models.CheckName][]models.Finding) {
	d.t.Helper()
	for _, name := range models.CheckNames() {
		outcome, findings := models.CheckPass, found[name]
		switch {
		case models.Blocking(findings):
			outcome = models.CheckFail
		case len(findings) > 0:
			outcome = models.CheckWarn
		}
		if findings == nil {
			findings = []models.Finding{}
		}
		d.write(`INSERT INTO submission_checks (submission_id, name, outcome, findings, ran_at) VALUES ($1, $2, $3, $4, $5)`, d.ids[submission], name, outcome, findings, d.now)
	}
}

// unfinished are listings that are being written: one with everything and one
// with nothing.
func (d *desk) unfinished() {
	d.t.Helper()
	for slug, c := range map[string]models.ListingContent{"foghorn": wholeContent("foghorn", "Foghorn"), "buoy": {}} {
		app := dbtest.App(d.t, d.db, d.makers, slug)
		dbtest.Draft(d.t, d.db, app, c)
	}
	d.illustrate("foghorn")
	d.post(byIntegrator, "/marketplace/manage/foghorn/try", url.Values{"account": {"organization"}, "plan": {"2"}, "period": {"month"}, "units": {"1"}})
}

// handedIn are listings that wait for a reviewer, and that one sent back.
func (d *desk) handedIn() {
	d.t.Helper()
	for slug, state := range map[string]models.ListingState{"pier": models.ListingSubmitted, "anchor": models.ListingChangesRequested, "wreck": models.ListingRejected} {
		c := wholeContent(slug, strings.ToUpper(slug[:1])+slug[1:])
		c.Permissions, c.Events = models.Grants{"issues": models.LevelRead, "metadata": models.LevelRead}, []string{"issues"}
		listing := dbtest.Draft(d.t, d.db, dbtest.App(d.t, d.db, d.makers, slug), c)
		d.write(`UPDATE listings SET state = $2 WHERE id = $1`, listing, state)
		d.row(slug, `INSERT INTO listing_submissions (listing_id, state, content, note, submitter_id, submitted_at, checked_at)
			VALUES ($1, $2, $3, 'The first one.', $4, $5, $5) RETURNING id`, listing, state, c, d.who[byIntegrator].ID, d.now.AddDate(0, 0, -3))
		d.event(listing, models.ActSubmit, models.ListingDraft, models.ListingSubmitted, "")
		if state == models.ListingSubmitted {
			continue
		}
		d.write(`UPDATE listing_submissions SET decider_id = $2, decided_at = $3, reasons = '{unclear,pictures}', words = 'Say which pull requests it comments on.' WHERE listing_id = $1`,
			listing, d.who[byReviewer].ID, d.now)
		act := models.ActRequestChanges
		if state == models.ListingRejected {
			act = models.ActReject
		}
		d.event(listing, act, models.ListingInReview, state, "Say which pull requests it comments on.", "unclear", "pictures")
	}
	d.checked("pier", map[models.CheckName][]models.Finding{
		models.CheckFields: models.LintListing(&models.ListingContent{Slug: "pier", Name: "Pier", Type: models.GitHubApp}),
		models.CheckNamed:  {{Rule: "name_like", Severity: models.SeverityWarning, Field: "name", Params: map[string]string{"name": "Piers", "slug": "piers"}}},
	})
}

// gone are listings that visitors don't find any more.
func (d *desk) gone() {
	d.t.Helper()
	for slug, state := range map[string]models.ListingState{"reef": models.ListingTakenDown, "shoal": models.ListingTakenDown, "quay": models.ListingUnlisted, "hulk": models.ListingArchived} {
		c := wholeContent(slug, strings.ToUpper(slug[:1])+slug[1:])
		e := dbtest.Listing(d.t, d.db, dbtest.Named(slug, c.Name), dbtest.By(d.makers), func(e *dbtest.Entry) { e.State, e.Tagline = state, c.Tagline })
		d.write(`UPDATE apps SET registered_at = $2, client_id = 'Iv23' || slug WHERE id = $1`, e.App.ID, d.now)
		d.write(`UPDATE listings SET claimed_at = $2, revision = 1 WHERE id = $1`, e.ID, d.now)
		d.draft(e.ID, 1, c)
		if state != models.ListingTakenDown {
			continue
		}
		d.write(`UPDATE listings SET taken_down_at = $2, taken_down_reason = 'misleading', taken_down_note = 'It doesn’t do what its page says.' WHERE id = $1`, e.ID, d.now)
		d.event(e.ID, models.ActTakeDown, models.ListingPublished, state, "It doesn’t do what its page says.", "misleading")
		if slug == "reef" {
			d.write(`INSERT INTO listing_appeals (listing_id, event_id, appellant_id, words, created_at) VALUES ($1, $2, $3, 'It does; the reporter had it switched off.', $4)`,
				e.ID, d.ids["take_down"+fmt.Sprint(e.ID)], d.who[byIntegrator].ID, d.now)
		}
	}
}

// claimed are imported listings that somebody says are theirs: one without a proof
// yet, one with it.
func (d *desk) claimed() {
	d.t.Helper()
	for slug, state := range map[string]string{"driftwood": "open", "flotsam": "proven"} {
		e := dbtest.Listing(d.t, d.db, dbtest.Named(slug, strings.ToUpper(slug[:1])+slug[1:]), func(e *dbtest.Entry) { e.App.HomepageURL = "https://shore.example" })
		d.row(slug, `INSERT INTO listing_claims (listing_id, account_id, claimant_id, state, contested, challenge, method, place, created_at, expires_at, proven_at)
			VALUES ($1, $2, $2, $3, false, 'souk-claim=abc', CASE WHEN $3 = 'proven' THEN 'file' ELSE '' END, 'shore.example', $4, $4::timestamptz + interval '14 days',
				CASE WHEN $3 = 'proven' THEN $4::timestamptz END) RETURNING id`, e.ID, d.who[byTaker].ID, state, d.now)
	}
}

// illustrate gives a draft its pictures, and returns it.
func (d *desk) illustrate(slug string) (c models.ListingContent) {
	d.t.Helper()
	at := "/marketplace/manage/" + slug + "/media/"
	d.upload(at+"logo", painted(d.t, slug, 400, 400), nil)
	d.upload(at+"feature", painted(d.t, slug, models.FeatureWidth, models.FeatureHeight), map[string]string{"text_color": "#ffffff"})
	for i, words := range []string{"A change and what it lights up", "Who is on watch"} {
		d.upload(at+"screenshots", painted(d.t, slug+words, 1280+160*i, 800+100*i), map[string]string{"caption": words})
	}
	var text []byte
	if err := d.db.Pool().QueryRow(d.t.Context(), `SELECT content FROM listing_drafts JOIN listings l ON l.id = listing_id WHERE slug = $1 ORDER BY version DESC LIMIT 1`, slug).Scan(&text); err != nil {
		d.t.Fatal(err)
	}
	if err := json.Unmarshal(text, &c); err != nil {
		d.t.Fatal(err)
	}
	if c.Logo == nil || c.Feature == nil || len(c.Screenshots) != 2 {
		d.t.Fatalf("%s has not all of its pictures: %s", slug, text)
	}
	return c
}

// painted is a PNG of a size, in stripes whose colours and number go by a name.
func painted(t testing.TB, name string, width, height int) []byte {
	t.Helper()
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	sum := h.Sum32()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{uint8(sum >> 24 / 2), 0x55, uint8(sum >> 8 / 2), 0xff}
			if (x*int(3+sum%7)/width+y*int(2+sum%5)/height)%2 == 0 {
				c = color.RGBA{0x0c, 0x35, uint8(sum / 3), 0xff}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// upload sends the integrator's picture.
func (d *desk) upload(path string, picture []byte, fields map[string]string) {
	d.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range maps.All(fields) {
		_ = w.WriteField(name, value)
	}
	part, err := w.CreateFormFile("picture", "picture.png")
	if err != nil {
		d.t.Fatal(err)
	}
	_, _ = part.Write(picture)
	_ = w.Close()
	d.send(byIntegrator, path, w.FormDataContentType(), body.String())
}

// post sends a form and returns where it leads to.
func (d *desk) post(who, path string, form url.Values) string {
	d.t.Helper()
	return d.send(who, path, "application/x-www-form-urlencoded", form.Encode())
}

func (d *desk) send(who, path, kind, body string) string {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), http.MethodPost, d.site.address+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	if who != asNobody {
		req.AddCookie(&http.Cookie{Name: "souk_session", Value: d.cookies[who]})
	}
	res, err := client.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		d.t.Fatalf("%s as %q answers %d", path, who, res.StatusCode)
	}
	return strings.TrimPrefix(res.Header.Get("Location"), d.site.address)
}
