package listings_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is a site with an app of an organization that two own.
type world struct {
	*apptest.App
	org      models.Account
	ada, bob models.Account
	app      models.App
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{App: apptest.New(t)}
	w.ada, w.bob = dbtest.User(t, w.DB, "ada"), dbtest.User(t, w.DB, "bob")
	w.org = dbtest.Organization(t, w.DB, "tools", w.ada, w.bob)
	w.app = dbtest.App(t, w.DB, w.org, "hammer")
	dbtest.Category(t, w.DB, "testing")
	dbtest.Category(t, w.DB, "deployment")
	return w
}

// begun is a world with a draft.
func begun(t *testing.T) (*world, *apptest.Browser) {
	t.Helper()
	w := newWorld(t)
	b := w.As(t, w.ada)
	if a := b.Post("/marketplace/new", url.Values{"app": {"hammer"}}); a.Status != http.StatusSeeOther || a.Location != "/marketplace/manage/hammer/text" {
		t.Fatalf("%d %s %s", a.Status, a.Location, a.Body)
	}
	return w, b
}

var inputs = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// hidden are the hidden values of a page's form.
func hidden(body string) url.Values {
	form := url.Values{}
	for _, m := range inputs.FindAllStringSubmatch(body, -1) {
		form.Set(m[1], html.UnescapeString(m[2]))
	}
	return form
}

// open opens a page of the editor and returns what its form would send, with
// some fields typed.
func open(t *testing.T, b *apptest.Browser, page string, typed ...string) url.Values {
	t.Helper()
	a := b.Get("/marketplace/manage/hammer/" + page)
	if a.Status != http.StatusOK {
		t.Fatalf("%s: %d %s", page, a.Status, a.Body)
	}
	form := hidden(a.Body)
	for i := 0; i < len(typed); i += 2 {
		form.Set(typed[i], typed[i+1])
	}
	return form
}

func save(t *testing.T, b *apptest.Browser, page string, form url.Values) apptest.Answer {
	t.Helper()
	return b.Post("/marketplace/manage/hammer/"+page, form)
}

func TestFromNothingToADraft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.As(t, w.ada)
	if a := b.Get("/marketplace/manage"); !strings.Contains(a.Body, "No listings yet") || !strings.Contains(a.Body, `href="/marketplace/new"`) {
		t.Errorf("the empty list doesn't teach: %s", a.Body)
	}
	dbtest.App(t, w.DB, w.ada, "saw")
	if a := b.Get("/marketplace/new?app=saw"); !strings.Contains(a.Body, `value="saw" checked`) || strings.Contains(a.Body, `value="hammer" checked`) {
		t.Errorf("%d: the app isn't chosen: %s", a.Status, a.Body)
	}
	for app, want := range map[string]int{"": http.StatusUnprocessableEntity, "nothing": http.StatusNotFound} {
		if a := b.Post("/marketplace/new", url.Values{"app": {app}}); a.Status != want {
			t.Errorf("%q: %d, want %d", app, a.Status, want)
		}
	}
	if a := b.Post("/marketplace/new", url.Values{"app": {"hammer"}}); a.Location != "/marketplace/manage/hammer/text" {
		t.Fatalf("%d %s", a.Status, a.Location)
	}
	if a := b.Get("/marketplace/manage/hammer/text"); !strings.Contains(a.Body, "The draft is there.") || !strings.Contains(a.Body, `value="Hammer"`) {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	if a := b.Post("/marketplace/new", url.Values{"app": {"hammer"}}); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "has a listing already") {
		t.Errorf("%d", a.Status)
	}
	a := w.As(t, w.bob).Get("/marketplace/manage")
	if !strings.Contains(a.Body, "Hammer") || !strings.Contains(a.Body, "Finish the draft") || strings.Contains(a.Body, "Saw") {
		t.Errorf("the other owner’s list: %s", a.Body)
	}
}

func TestWritingEveryPage(t *testing.T) {
	t.Parallel()
	_, b := begun(t)
	for page, fields := range map[string][]string{
		"text": {"name", "Hammer <2>", "tagline", "Drives nails & screws", "introduction", "One\r\nTwo", "description", "# Title\n\n**bold**",
			"categories.0", "testing", "categories.1", "deployment", "languages", "Go,  TypeScript , Go", "keywords", "nail、 釘"},
		"translations/ja": {"translations.ja.name", "ハンマー", "translations.ja.tagline", "釘を打つ"},
		"links": {"homepage_url", "https://h.example", "links.support", "mailto:help@h.example", "links.privacy", "https://h.example/p", "links.status", "https://h.example/s",
			"contacts.0.role", "security", "contacts.0.name", "Ada", "contacts.0.mail", "ada@h.example", "contacts.1.role", "technical"},
		"data": {"data.accessed", "Code", "data.stored", "no", "data.third_parties", "nobody"},
	} {
		a := save(t, b, page, open(t, b, page, fields...))
		if a.Status != http.StatusSeeOther || a.Location != "/marketplace/manage/hammer/"+page {
			t.Fatalf("%s: %d %s %s", page, a.Status, a.Location, a.Body)
		}
		again := b.Get(a.Location)
		if !strings.Contains(again.Body, "The draft is saved.") {
			t.Errorf("%s doesn't say that it is saved", page)
		}
		for i := 0; i < len(fields); i += 2 {
			want := map[string]string{"languages": "Go, TypeScript", "keywords": "nail, 釘", "contacts.1.role": ""}
			value, changed := want[fields[i]]
			if !changed {
				value = strings.ReplaceAll(fields[i+1], "\r\n", "\n")
			}
			if value != "" && !strings.Contains(again.Body, html.EscapeString(value)) && !strings.Contains(html.UnescapeString(again.Body), value) {
				t.Errorf("%s: %s isn’t %q", page, fields[i], value)
			}
		}
		if n := len(again.Body); n > 60_000 {
			t.Errorf("%s weighs %d bytes", page, n)
		}
	}
	a := b.Get("/marketplace/manage/hammer/translations")
	if !strings.Contains(a.Body, "2 of 4 texts") || !strings.Contains(a.Body, "Missing, so in English: Introduction and Detailed description") {
		t.Errorf("%s", a.Body)
	}
	if a := b.Get("/marketplace/manage/hammer/translations/ja"); strings.Count(a.Body, "Missing: readers see the English text.") != 2 || !strings.Contains(a.Body, "Drives nails &amp; screws") {
		t.Errorf("%s", a.Body)
	}
	for _, lang := range []string{"en", "de", "x"} {
		if a := b.Get("/marketplace/manage/hammer/translations/" + lang); a.Status != http.StatusNotFound {
			t.Errorf("%s: %d", lang, a.Status)
		}
	}
}

func TestFindingsStandBesideTheirFields(t *testing.T) {
	t.Parallel()
	_, b := begun(t)
	long := strings.Repeat("a", models.MaxTagline+7)
	if a := save(t, b, "text", open(t, b, "text", "tagline", long, "keywords", strings.Repeat("x", 60))); a.Status != http.StatusSeeOther {
		t.Fatalf("what is too long isn't kept: %d", a.Status)
	}
	body := b.Get("/marketplace/manage/hammer/text").Body
	beside := func(name string) string {
		_, rest, _ := strings.Cut(body, `data-beside="`+name+`"`)
		found, _, _ := strings.Cut(rest, "</div>")
		return found
	}
	if !strings.Contains(beside("tagline"), "finding-error") || !strings.Contains(beside("keywords"), "finding-error") || !strings.Contains(beside("introduction"), "finding-missing") || strings.Contains(beside("name"), "error") {
		t.Errorf("%s\n%s\n%s\n%s", beside("tagline"), beside("keywords"), beside("introduction"), beside("name"))
	}
	if !strings.Contains(body, ">127 / 120<") || !strings.Contains(body, `class="counter over"`) || !strings.Contains(body, "127 of 120 characters") {
		t.Errorf("the counter: %s", body)
	}
	auto := open(t, b, "text", "act", "auto", "turn", "1", "tagline", "short")
	a := save(t, b, "text", auto)
	if a.Status != http.StatusOK || strings.Contains(a.Body, "<html") || !strings.Contains(a.Body, `data-version="3"`) {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	body = a.Body
	if strings.Contains(beside("tagline"), "too") && strings.Contains(beside("tagline"), "finding-error") {
		t.Errorf("what was mended is still found: %s", beside("tagline"))
	}
}

func TestTwoEditors(t *testing.T) {
	t.Parallel()
	w, ada := begun(t)
	bob := w.As(t, w.bob)
	first := open(t, ada, "text", "tagline", "by ada", "introduction", "ada’s <introduction>")
	second := open(t, bob, "text", "tagline", "by bob", "description", "bob’s description")
	if a := save(t, bob, "text", second); a.Status != http.StatusSeeOther {
		t.Fatalf("%d", a.Status)
	}

	// The script is told, and nothing is overwritten.
	auto := url.Values{}
	for k, v := range first {
		auto[k] = v
	}
	auto.Set("act", "auto")
	if a := save(t, ada, "text", auto); a.Status != http.StatusConflict || !strings.Contains(a.Body, "Somebody else has changed Tagline meanwhile") {
		t.Errorf("%d %s", a.Status, a.Body)
	}

	// Without it one sees both, and chooses.
	a := save(t, ada, "text", first)
	if a.Status != http.StatusConflict || strings.Count(a.Body, `name="choose.`) != 3 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	for _, want := range []string{"by ada", "by bob", "ada’s &lt;introduction&gt;", "bob’s description", "bob has saved other words"} {
		if !strings.Contains(a.Body, want) {
			t.Errorf("%q is missing", want)
		}
	}
	for choice, want := range map[string]string{"mine": "by ada", "theirs": "by bob", "edit": "by both"} {
		form := hidden(a.Body)
		base := form.Get("base")
		form.Set("choose.tagline", choice)
		form.Set("tagline", "by both")
		got := save(t, ada, "text", form)
		if got.Status != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", choice, got.Status, got.Body)
		}
		body := html.UnescapeString(ada.Get(got.Location).Body)
		if !strings.Contains(body, `value="`+want+`"`) || !strings.Contains(body, "ada’s <introduction>") || !strings.Contains(body, "bob’s description") {
			t.Errorf("%s: %s", choice, body)
		}
		// Back to where the choice was, for the next one.
		if got := ada.Post("/marketplace/manage/hammer/history/"+base+"/restore", url.Values{}); got.Status != http.StatusSeeOther {
			t.Fatalf("%d", got.Status)
		}
		a = save(t, ada, "text", first)
		if a.Status != http.StatusConflict {
			t.Fatalf("%d", a.Status)
		}
	}
}

func TestMergedSavesSaySo(t *testing.T) {
	t.Parallel()
	w, ada := begun(t)
	first := open(t, ada, "text", "tagline", "by ada")
	if a := save(t, w.As(t, w.bob), "text", open(t, w.As(t, w.bob), "text", "introduction", "by <bob>")); a.Status != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	first.Set("act", "auto")
	first.Set("turn", "1")
	a := save(t, ada, "text", first)
	if a.Status != http.StatusOK || !strings.Contains(a.Body, `data-merged="introduction" value="by &lt;bob&gt;"`) || strings.Contains(a.Body, `data-merged="tagline"`) {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	// The same page goes on from its old base, as if the answer had been lost.
	first.Set("turn", "2")
	first.Set("keywords", "x")
	if a := save(t, ada, "text", first); a.Status != http.StatusOK || !strings.Contains(a.Body, `data-version="4"`) {
		t.Errorf("%d %s", a.Status, a.Body)
	}
}

// TestHostileTexts stores scripts in every field and looks for them on every
// page.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	_, b := begun(t)
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>[a](javascript:alert(1))`
	pages := map[string][]string{
		"text":            {"name", "tagline", "introduction", "description", "languages", "keywords", "categories.0"},
		"translations/fr": {"translations.fr.name", "translations.fr.tagline", "translations.fr.introduction", "translations.fr.description"},
		"links": {"homepage_url", "links.support", "links.privacy", "links.terms", "links.installation", "links.documentation", "links.status", "links.pricing", "links.company",
			"links.repository", "contacts.0.role", "contacts.0.name", "contacts.0.mail"},
		"data": {"data.accessed", "data.where", "data.retention", "data.third_parties"},
	}
	for page, fields := range pages {
		form := open(t, b, page)
		for _, f := range fields {
			form.Set(f, evil+f)
			if strings.HasPrefix(f, "links.") || f == "homepage_url" {
				form.Set(f, `javascript:alert("`+f+`")`)
			}
		}
		if a := save(t, b, page, form); a.Status != http.StatusSeeOther {
			t.Fatalf("%s: %d", page, a.Status)
		}
	}
	old := open(t, b, "text", "name", "x"+evil, "base", "1", "editor", "")
	conflict := save(t, b, "text", old)
	if conflict.Status != http.StatusConflict {
		t.Fatalf("%d", conflict.Status)
	}
	answers := map[string]string{"conflict": conflict.Body,
		"markdown": b.Post("/marketplace/manage/hammer/markdown", url.Values{"text": {evil}}).Body}
	for _, page := range []string{"", "/new", "/manage", "/manage/hammer/text?show=description", "/manage/hammer/links", "/manage/hammer/data", "/manage/hammer/translations",
		"/manage/hammer/translations/fr?show=description", "/manage/hammer/history", "/manage/hammer/history/1", "/manage/hammer/preview", "/fr"} {
		address := "/marketplace" + page
		if page == "/fr" {
			address = "/fr/marketplace/manage/hammer/preview"
		}
		a := b.Get(address)
		if a.Status != http.StatusOK {
			t.Errorf("%s: %d", address, a.Status)
		}
		answers[address] = a.Body
	}
	for where, body := range answers {
		for _, bad := range []string{"<script>", "<img src=x", `href="javascript:`, `action="javascript:`} {
			if strings.Contains(strings.ToLower(body), bad) {
				t.Errorf("%s has %s", where, bad)
			}
		}
	}
	if !strings.Contains(answers["/marketplace/manage/hammer/text?show=description"], "&lt;script&gt;") {
		t.Error("what was typed isn't shown again")
	}
}

func TestOddInput(t *testing.T) {
	t.Parallel()
	_, b := begun(t)
	for name, form := range map[string]url.Values{
		"a null":         {"base": {"1"}, "tagline": {"a\x00b"}},
		"no UTF-8":       {"base": {"1"}, "tagline": {"a\xff\xfeb"}},
		"a lone half":    {"base": {"1"}, "tagline": {"\xed\xa0\x80"}},
		"no base":        {"tagline": {"x"}},
		"a base to come": {"base": {"999"}, "tagline": {"x"}},
		"a negative one": {"base": {"-1"}, "tagline": {"x"}},
		"a word as base": {"base": {"x"}, "tagline": {"x"}},
		"nothing":        {},
		"a long editor":  {"base": {"1"}, "editor": {strings.Repeat("é", 500)}, "tagline": {"y"}},
		"huge":           {"base": {"1"}, "description": {strings.Repeat("a", models.MaxDraftBytes)}},
	} {
		if a := save(t, b, "text", form); a.Status >= 500 {
			t.Errorf("%s: %d", name, a.Status)
		}
	}
	a := save(t, b, "text", open(t, b, "text", "description", strings.Repeat("a", models.MaxDraftBytes), "tagline", "kept"))
	if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "more than a draft can hold") || !strings.Contains(a.Body, `value="kept"`) {
		t.Errorf("%d", a.Status)
	}
	for _, version := range []string{"0", "99", "-1", "x", "99999999999999999999"} {
		if a := b.Get("/marketplace/manage/hammer/history/" + version); a.Status != http.StatusNotFound {
			t.Errorf("version %s: %d", version, a.Status)
		}
	}
}

func TestHistoryPages(t *testing.T) {
	t.Parallel()
	w, ada := begun(t)
	w.Clock.Pass(time.Hour)
	if a := save(t, ada, "text", open(t, ada, "text", "tagline", "second")); a.Status != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	w.Clock.Pass(time.Hour)
	bob := w.As(t, w.bob)
	if a := save(t, bob, "links", open(t, bob, "links", "links.terms", "https://t.example")); a.Status != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	a := ada.Get("/marketplace/manage/hammer/history")
	for _, want := range []string{"Changed: Tagline", "Changed: Terms of service", ">ada<", ">bob<", "Present"} {
		if !strings.Contains(a.Body, want) {
			t.Errorf("%q is missing in %s", want, a.Body)
		}
	}
	a = ada.Get("/marketplace/manage/hammer/history/1")
	if !strings.Contains(a.Body, "second") || !strings.Contains(a.Body, "https://t.example") {
		t.Errorf("%s", a.Body)
	}
	if a := ada.Post("/marketplace/manage/hammer/history/1/restore", url.Values{}); a.Location != "/marketplace/manage/hammer/text" {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	if a := ada.Get("/marketplace/manage/hammer/text"); strings.Contains(a.Body, `value="second"`) {
		t.Error("the old version isn't there")
	}
}

func TestPreviewIsThePage(t *testing.T) {
	t.Parallel()
	w, b := begun(t)
	save(t, b, "text", open(t, b, "text", "name", "Hammer", "tagline", "Drives nails", "introduction", "For walls", "description", "## How\n\n*well*",
		"categories.0", "testing", "languages", "Go"))
	save(t, b, "translations/ja", open(t, b, "translations/ja", "translations.ja.name", "ハンマー", "translations.ja.tagline", "釘を打つ"))
	save(t, b, "links", open(t, b, "links", "links.support", "https://h.example/help"))
	save(t, b, "data", open(t, b, "data", "data.accessed", "Code of repositories", "data.stored", "no"))
	a := b.Get("/marketplace/manage/hammer/preview")
	for _, want := range []string{"This is a preview", "Drives nails", "For walls", "<em>well</em>", "https://h.example/help", "Code of repositories", "noindex", "Go"} {
		if !strings.Contains(a.Body, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if a.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%q", a.Header.Get("Cache-Control"))
	}
	ja := b.Get("/ja/marketplace/manage/hammer/preview")
	if !strings.Contains(ja.Body, "釘を打つ") || !strings.Contains(ja.Body, `<html lang="ja"`) || !strings.Contains(ja.Body, "For walls") {
		t.Errorf("%d %s", ja.Status, ja.Body)
	}
	if got := w.Visitor(t).Get("/marketplace/hammer"); got.Status != http.StatusNotFound {
		t.Errorf("a draft is public: %d", got.Status)
	}
	if n := len(a.Body); n > 60_000 {
		t.Errorf("%d bytes", n)
	}
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	_, b := begun(t)
	for text, want := range map[string]string{
		"":           "There is no description yet.",
		"# A\n\n*b*": "<em>b</em>",
		"<b>x</b>":   "x",
	} {
		a := b.Post("/marketplace/manage/hammer/markdown", url.Values{"text": {text}})
		if a.Status != http.StatusOK || !strings.Contains(a.Body, want) || strings.Contains(a.Body, "<html") {
			t.Errorf("%q: %d %s", text, a.Status, a.Body)
		}
	}
	a := save(t, b, "text", open(t, b, "text", "description", "*shown*", "act", "show"))
	if a.Status != http.StatusSeeOther || !strings.Contains(b.Get(strings.Split(a.Location, "#")[0]).Body, "<em>shown</em>") {
		t.Errorf("%d %s", a.Status, a.Location)
	}
}

func TestStatementsOfTheList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.As(t, w.ada)
	count := func() int64 {
		before := w.DB.Statements()
		if a := b.Get("/marketplace/manage"); a.Status != http.StatusOK {
			t.Fatal(a.Status)
		}
		return w.DB.Statements() - before
	}
	few := count()
	for i := range 5 {
		dbtest.Draft(t, w.DB, dbtest.App(t, w.DB, w.org, fmt.Sprintf("app-%d", i)), models.ListingContent{})
	}
	if many := count(); many != few {
		t.Errorf("%d statements with one listing, %d with six", few, many)
	}
}
