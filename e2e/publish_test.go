package e2e

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
)

// The people of the story: an integrator, those of the staff, somebody who
// reports, and who takes the app over.
const (
	asIntegrator = "iris"
	asReviewer   = "rex"
	asAdmin      = "ada"
	asVisitor    = "vera"
	asReceiver   = "pat"
)

// publishers makes the people of the story.
func (s *souk) publishers(t testing.TB) secrets {
	t.Helper()
	d := dbtest.Open(t, s.database)
	cookies := secrets{}
	person := func(login string) models.Account {
		a := dbtest.User(t, d, login)
		cookies[login] = dbtest.Session(t, d, a, time.Now(), true)
		return a
	}
	dbtest.Organization(t, d, "lantern-works", person(asIntegrator))
	dbtest.Organization(t, d, "beacon-house", person(asReceiver))
	dbtest.MakeStaff(t, d, person(asReviewer), models.StaffReviewer)
	dbtest.MakeStaff(t, d, person(asAdmin), models.StaffAdministrator)
	person(asVisitor)
	return cookies
}

// set puts values into the fields of a form by their names, as a person would
// who has typed them: texts, choices, and "true" for boxes.
func (b *tab) set(values map[string]string) {
	b.t.Helper()
	for name, value := range values {
		found := eval[bool](b, `((name, value) => {
			const all = [...document.getElementsByName(name)].filter((e) => e.form);
			const e = all.length > 1 ? all.find((e) => e.value === value) : all[0];
			if (!e) return false;
			if (e.type === 'radio' || e.type === 'checkbox') e.checked = true; else e.value = value;
			e.dispatchEvent(new Event('input', {bubbles: true}));
			e.dispatchEvent(new Event('change', {bubbles: true}));
			return e.type !== 'select-one' || e.value === value;
		})(%q, %q)`, name, value)
		if !found {
			b.t.Fatalf("%s has no field %s that takes %q", b.path(), name, value)
		}
	}
}

// upload chooses a file for a field, without sending it.
func (b *tab) upload(selector, name string, content []byte) {
	b.t.Helper()
	eval[bool](b, `((selector, name, data) => {
		const files = new DataTransfer();
		files.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name));
		document.querySelector(selector).files = files.files;
		return true;
	})(%q, %q, %q)`, selector, name, base64.StdEncoding.EncodeToString(content))
}

// wants expects the page to say something.
func (b *tab) wants(texts ...string) {
	b.t.Helper()
	got := b.text("main")
	for _, want := range texts {
		if !strings.Contains(got, want) {
			b.t.Fatalf("%s doesn't say %q: %s", b.path(), want, tail(got))
		}
	}
}

// wantRefused expects the form again, with what is wrong.
func (b *tab) wantRefused(what string) {
	b.t.Helper()
	if !b.has("[aria-invalid=true], .summary, .form-problems, [role=alert]") {
		b.t.Fatalf("%s: %s takes it: %s", what, b.path(), tail(b.text("main")))
	}
}

// picture is a PNG of a size, in two colours.
func pictureOf(t testing.TB, width, height int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{0x0c, 0x65, 0x5d, 0xff}
			if (x*8/width+y*8/height)%2 == 0 {
				c = color.RGBA{0xfb, 0xe8, 0xb0, 0xff}
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

// TestPublishing is how an app comes to the marketplace and what may become of
// its listing there: registered, written, refused and mended, reviewed by
// somebody else, found, changed, reported, taken down, restored, handed on.
func TestPublishing(t *testing.T) {
	t.Parallel()
	site := start(t, meilisearch(t)...)
	cookies := site.publishers(t)
	b := open(t, site, desktop)
	b.tolerate = append(b.tolerate, "422", "410", "404")
	as := func(who string) { b.become(cookies, who) }

	as(asIntegrator)
	b.registers()
	b.writes(t)
	b.handsIn("Please look at the permissions first.")
	b.wants("1 of 1")

	as(asReviewer)
	b.decides("request_changes", "unclear", "Say which pull requests it comments on.")
	as(asIntegrator)
	b.visit("/marketplace/manage/lantern/review")
	b.wants("Say which pull requests it comments on.")
	b.visit("/marketplace/manage/lantern/text")
	b.set(map[string]string{"description": "## What it does\n\nIt comments on every pull request that changes a deployment, and says what the change lights up and what it leaves dark.\n"})
	b.saves()
	b.handsIn("It says so now.")

	as(asReviewer)
	b.decides("approve", "", "")
	b.become(cookies, asNobody)
	b.finds("Lantern", true)
	b.visit("/marketplace/lantern")
	b.wants("Lights up what a change touches", "€12.00")

	as(asIntegrator)
	b.changes()
	b.become(cookies, asNobody)
	b.visit("/marketplace/lantern")
	b.wants("Lights up what a change touches", "€12.00")
	as(asReviewer)
	b.decides("approve", "", "")
	b.become(cookies, asNobody)
	b.visit("/marketplace/lantern")
	b.wants("Shows what a change touches", "€15.00")
	b.visit("/marketplace/lantern/prices")
	b.wants("€12.00", "€15.00")

	as(asVisitor)
	b.visit("/marketplace/lantern/report")
	b.set(map[string]string{"reason": "misleading", "words": "It lights up nothing."})
	b.send("#f-words")
	as(asReviewer)
	b.takesDown()
	b.become(cookies, asNobody)
	b.finds("Lantern", false)
	b.visit("/marketplace/lantern")
	b.wants("It doesn’t do what its page says.")
	as(asIntegrator)
	b.visit("/marketplace/manage/lantern/appeal")
	b.set(map[string]string{"words": "It does; the reporter had it switched off."})
	b.send("#f-words")
	as(asAdmin)
	b.visit("/staff/listings/lantern/appeal")
	b.set(map[string]string{"decision": "granted", "answer": "You are right. We are sorry."})
	b.send("#f-answer")
	b.become(cookies, asNobody)
	b.finds("Lantern", true)

	as(asIntegrator)
	b.visit("/settings/apps/lantern/transfer")
	b.set(map[string]string{"account": "beacon-house", "confirm_name": "Lantern"})
	b.send("#f-account")
	as(asReceiver)
	b.visit("/settings/apps/lantern/offer")
	b.send(`form[action$="/offer/accept"] button`)
	b.wantFlash()
	b.become(cookies, asNobody)
	b.visit("/marketplace/lantern")
	b.wants("beacon-house", "lantern-works")
	b.visit("/marketplace/lantern/permissions")
	b.wants("lantern-works", "beacon-house")
}

// registers makes an app of each kind for an organization.
func (b *tab) registers() {
	b.t.Helper()
	b.visit("/organizations/lantern-works/settings/apps/new")
	b.set(map[string]string{"name": "github", "url": "ftp://lantern.example"})
	b.send("#f-name")
	b.wantRefused("a name of somebody else and no address")
	b.set(map[string]string{"name": "Lantern", "url": "https://lantern.example", "public": "true"})
	b.send("#f-name")
	b.visit("/settings/apps/lantern/permissions")
	b.set(map[string]string{"permission.pull_requests": "write", "permission.deployments": "read"})
	b.send(`[name="permission.pull_requests"]`)

	b.visit("/organizations/lantern-works/settings/applications/new")
	b.set(map[string]string{"name": "Lantern Keeper", "url": "https://lantern.example/keeper", "callback_urls": "https://lantern.example/callback"})
	b.send("#f-name")
	b.visit("/settings/apps/lantern-keeper")
	b.wants("Lantern Keeper")
}

// writes begins a listing, is told what is missing, and mends it.
func (b *tab) writes(t *testing.T) {
	b.t.Helper()
	b.visit("/marketplace/new?app=lantern")
	b.send(`[name="app"]`)
	b.visit("/marketplace/manage/lantern/review")
	if b.has("#f-agree") {
		b.t.Fatal("an empty listing can be handed in")
	}
	b.visit("/marketplace/manage/lantern/text")
	b.set(map[string]string{"name": "Lantern", "tagline": strings.Repeat("x", 121)})
	b.tries()
	b.wants("120")
	b.set(map[string]string{"tagline": "Lights up what a change touches", "introduction": "Lantern shows for every change which parts of a system it reaches, and who is on watch there.",
		"description": "## What it does\n\nIt comments on pull requests with what the change lights up.\n", "categories.0": "deployment"})
	b.saves()
	b.visit("/marketplace/manage/lantern/links")
	b.set(map[string]string{"links.support": "javascript:alert(1)", "links.privacy": "https://lantern.example/privacy"})
	b.tries()
	b.wants("doesn’t begin with https://")
	b.set(map[string]string{"links.support": "https://lantern.example/help", "links.terms": "https://lantern.example/terms",
		"contacts.0.role": "technical", "contacts.0.name": "Iris", "contacts.0.mail": "iris@example.test"})
	b.saves()
	b.visit("/marketplace/manage/lantern/data")
	b.set(map[string]string{"data.accessed": "Titles of pull requests", "data.stored": "no", "data.third_parties": "Nobody"})
	b.saves()
	b.visit("/marketplace/manage/lantern/plans/new")
	b.set(map[string]string{"name": "Crew", "kind": "flat_rate", "monthly_minor": "12.00", "yearly_minor": "120", "currency": "EUR", "trial_days": "14"})
	b.send("#f-name")
	b.illustrates(t)
}

// saves sends a page of the editor, which takes it.
func (b *tab) saves() {
	b.t.Helper()
	b.tries()
	if b.has(".field [aria-invalid=true]") {
		b.t.Fatalf("%s takes none of it: %s", b.path(), tail(b.text("main")))
	}
}

// tries sends a page of the editor, by the button that everyone has.
func (b *tab) tries() {
	b.t.Helper()
	b.leave("the draft as it was saved", func() {
		eval[bool](b, "(document.querySelector('main form').requestSubmit([...document.querySelectorAll('main form button')].find((e) => !e.name && e.type === 'submit')), true)")
	})
}

// illustrates uploads what is no picture, and then pictures.
func (b *tab) illustrates(t *testing.T) {
	b.t.Helper()
	good := pictureOf(t, 400, 400)
	for name, bad := range map[string][]byte{
		"logo.png":  []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
		"half.png":  good[:len(good)/2],
		"small.png": pictureOf(t, 20, 20),
		"text.jpg":  []byte("just words"),
	} {
		b.visit("/marketplace/manage/lantern/media")
		b.upload("#f-logo-picture", name, bad)
		b.send("#f-logo-picture")
		b.wantRefused(name)
	}
	b.visit("/marketplace/manage/lantern/media")
	b.upload("#f-logo-picture", "logo.png", good)
	b.send("#f-logo-picture")
	b.visit("/marketplace/manage/lantern/media")
	b.upload("#f-shot-picture", "shot.png", pictureOf(t, 1280, 800))
	b.set(map[string]string{"caption": "A change and what it lights up"})
	b.send("#f-shot-picture")
	b.wantFlash()
}

// handsIn hands the draft in.
func (b *tab) handsIn(note string) {
	b.t.Helper()
	b.visit("/marketplace/manage/lantern/review")
	b.set(map[string]string{"note": note, "agree": "true"})
	b.send("#f-note")
	if b.has("#f-agree") {
		b.t.Fatalf("it isn't handed in: %s", tail(b.text("main")))
	}
}

// decides takes up what waits longest and decides on it.
func (b *tab) decides(decision, reason, words string) {
	b.t.Helper()
	b.visit("/staff/reviews")
	b.follow(`main a[href*="/staff/reviews/"]`)
	b.await("the automatic checks", "document.querySelector('main')")
	b.send(`form[action$="/claim"] button`)
	b.set(map[string]string{"decision": decision})
	if reason != "" {
		b.set(map[string]string{"reasons": reason, "words": words})
	}
	b.send("#f-decision")
	b.wantFlash()
}

// finds expects a search to lead to the listing, or not, once the index has
// followed.
func (b *tab) finds(words string, found bool) {
	b.t.Helper()
	began := time.Now()
	until(b.t, "the index to follow", func() bool {
		b.visit("/marketplace?query=" + url.QueryEscape(words))
		return b.has(`main a[href="/marketplace/lantern"]`) == found
	})
	b.t.Logf("the search knew after %s", time.Since(began).Round(time.Millisecond))
}

// changes writes another price and another text, and hands them in.
func (b *tab) changes() {
	b.t.Helper()
	b.visit("/marketplace/manage/lantern/text")
	b.set(map[string]string{"tagline": "Shows what a change touches, and who is on watch"})
	b.saves()
	b.visit("/marketplace/manage/lantern/plans/1")
	b.set(map[string]string{"monthly_minor": "15.00", "yearly_minor": "150.00"})
	b.send("#f-monthly_minor")
	b.handsIn("Another price.")
}

// takesDown acts on the report and takes the listing down.
func (b *tab) takesDown() {
	b.t.Helper()
	b.visit("/staff/reports")
	b.wants("Lantern")
	b.visit("/staff/listings/lantern")
	b.set(map[string]string{"decision": "acted", "answer": "Thank you, we took it down."})
	b.send("#f-answer")
	b.visit("/staff/listings/lantern/take-down")
	b.set(map[string]string{"reason": "misleading", "note": "It doesn’t do what its page says."})
	b.send("#f-note")
}
