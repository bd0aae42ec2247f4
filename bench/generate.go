//go:build linux

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"souk/demo"
	"souk/models"
	"souk/models/catalog"
)

// generator makes catalogues. Listing i depends on the seed and i alone, so a
// catalogue of 1,000 listings is the beginning of one of 100,000: a page that
// is measured in both shows the same listing.
type generator struct {
	seed       uint64
	categories []string
	seenEarly  map[string]bool
}

func newGenerator(seed uint64) *generator {
	return &generator{seed: seed, categories: demoCategories()}
}

// write writes a catalogue of n listings and n/4 publishers in the exchange
// format, with the categories of the demonstration.
func (g *generator) write(w io.Writer, n int) error {
	out := bufio.NewWriterSize(w, 1<<20)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	fmt.Fprintf(out, "{\"souk\":\"catalogue\",\"version\":%d}\n", catalog.FormatVersion)
	for _, line := range demoCategoryLines() {
		fmt.Fprintf(out, "%s\n", line)
	}
	for k := range max(1, n/4) {
		if err := enc.Encode(map[string]catalog.PublisherEntry{"publisher": g.publisher(k)}); err != nil {
			return err
		}
	}
	for i := range n {
		if err := enc.Encode(map[string]catalog.ListingEntry{"listing": g.listing(i)}); err != nil {
			return err
		}
	}
	return out.Flush()
}

func demoCategoryLines() [][]byte {
	all, _ := io.ReadAll(demo.Catalogue())
	return slices.DeleteFunc(bytes.Split(all, []byte("\n")), func(line []byte) bool {
		return !bytes.HasPrefix(line, []byte(`{"category"`))
	})
}

func demoCategories() []string {
	var slugs []string
	for _, line := range demoCategoryLines() {
		var l struct{ Category catalog.CategoryEntry }
		if json.Unmarshal(line, &l) == nil {
			slugs = append(slugs, l.Category.Slug)
		}
	}
	return slugs
}

func (g *generator) publisher(k int) catalog.PublisherEntry {
	r := rand.New(rand.NewPCG(g.seed, 1<<40|uint64(k)))
	word := strings.ReplaceAll(english.words[(k*7919)%len(english.words)], "-", "")
	p := catalog.PublisherEntry{Login: g.login(k), Name: title(word) + " " + pick(r, "Inc.", "Labs", "Software", "GmbH", "Team", "Studio")}
	if chance(r, 60) {
		p.WebsiteURL = "https://" + p.Login + ".example"
	}
	verified := chance(r, 30)
	p.Verified = &verified
	return p
}

func (g *generator) login(k int) string {
	return strings.ReplaceAll(english.words[(k*7919)%len(english.words)], "-", "") + "-" + strconv.Itoa(k)
}

// slug is the address of listing i.
func (g *generator) slug(i int) string {
	head, role := nameParts(i)
	return strings.ToLower(head + "-" + role)
}

// nameParts walks through every pair of a coined word and a role once before
// one comes again, which is after 200,000 names.
func nameParts(i int) (head, role string) {
	coined := english.words[len(english.words)-6000:]
	k := (i * 104_729) % (len(coined) * len(nameRoles))
	head, role = coined[k/len(nameRoles)], nameRoles[k%len(nameRoles)]
	if again := i / (len(coined) * len(nameRoles)); again > 0 {
		role += strconv.Itoa(again + 1)
	}
	return title(head), role
}

func (g *generator) listing(i int) catalog.ListingEntry {
	r := rand.New(rand.NewPCG(g.seed, uint64(i)))
	head, role := nameParts(i)
	e := catalog.ListingEntry{ListingContent: models.ListingContent{Slug: g.slug(i), Name: head + " " + role, Type: models.GitHubApp}}
	if i%2 == 1 {
		e.Name = head + role
	}
	if chance(r, 25) {
		e.Type = models.OAuthApp
	}
	if chance(r, 92) {
		e.Publisher = g.login(r.IntN(i/4 + 1))
		if i < 4 {
			e.Publisher = g.login(0)
		}
	}
	g.texts(r, &e)
	g.facts(r, &e, i)
	if chance(r, 30) {
		e.Plans = plans(r)
	}
	if chance(r, 15) {
		e.Translations = translations(r, e.Name)
	}
	return e
}

func (g *generator) texts(r *rand.Rand, e *catalog.ListingEntry) {
	e.Tagline = clip(title(pick(r, verbs...)+" "+phrase(r)+" "+pick(r, prepositions...)+" "+phrase(r)), models.MaxTagline)
	e.Introduction = clip(paragraph(r, e.Name, 2+r.IntN(2)), models.MaxIntroduction)
	if chance(r, 50) {
		e.Description = description(r, e.Name)
	}
	for range 3 + r.IntN(4) {
		word := english.draw(r)
		if chance(r, 50) {
			word += " " + english.draw(r)
		}
		if !slices.Contains(e.Keywords, word) {
			e.Keywords = append(e.Keywords, word)
		}
	}
}

// phrase is a noun, or an adjective or another noun and a noun.
func phrase(r *rand.Rand) string {
	switch r.IntN(3) {
	case 0:
		return english.draw(r)
	case 1:
		return pick(r, adjectives...) + " " + english.draw(r)
	}
	return english.draw(r) + " " + english.draw(r)
}

func sentence(r *rand.Rand, name string) string {
	subject := pick(r, name, "It", "The app", title(english.draw(r)))
	s := subject + " " + pick(r, verbs...) + " " + phrase(r) + " " + pick(r, prepositions...) + " " + phrase(r)
	if chance(r, 50) {
		s += " and " + pick(r, verbs...) + " the " + phrase(r)
	}
	return s + "."
}

func paragraph(r *rand.Rand, name string, sentences int) string {
	out := make([]string, sentences)
	for i := range out {
		out[i] = sentence(r, name)
	}
	return strings.Join(out, " ")
}

// description is Markdown of half a page to two pages.
func description(r *rand.Rand, name string) string {
	var b strings.Builder
	b.WriteString(paragraph(r, name, 3+r.IntN(3)))
	for range 1 + r.IntN(3) {
		fmt.Fprintf(&b, "\n\n## %s\n\n%s\n", title(phrase(r)), paragraph(r, name, 3+r.IntN(4)))
		for range r.IntN(5) {
			fmt.Fprintf(&b, "\n- **%s**: %s %s", title(english.draw(r)), pick(r, verbs...), phrase(r))
		}
	}
	if chance(r, 30) {
		fmt.Fprintf(&b, "\n\n```yaml\n%s:\n  enabled: true\n  %s: %d\n```\n", english.draw(r), english.draw(r), r.IntN(100))
	}
	return b.String()
}

// facts are everything but words and prices.
func (g *generator) facts(r *rand.Rand, e *catalog.ListingEntry, i int) {
	shelves := newVocabulary(g.categories)
	for range 1 + r.IntN(2) {
		if c := shelves.draw(r); !slices.Contains(e.Categories, c) {
			e.Categories = append(e.Categories, c)
		}
	}
	if chance(r, 30) {
		e.Languages = some(r, programmingLanguages, 1+r.IntN(3))
	}
	if chance(r, 70) {
		e.HomepageURL = "https://" + e.Slug + ".example"
		e.Links.Documentation = e.HomepageURL + "/docs"
		e.Links.Support = "mailto:help@" + e.Slug + ".example"
	}
	if chance(r, 40) {
		access(r, e)
	}
	day := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -r.IntN(3000))
	e.PublishedAt = day.Add(time.Duration(i) * time.Second).Format(time.RFC3339)
	if chance(r, 60) {
		n := int64(1) << r.IntN(17)
		n += r.Int64N(n)
		e.Installs, e.InstallsAsOf = &n, "2026-10-01"
	}
	if chance(r, 30) {
		n := r.Int64N(20_000)
		e.Stars, e.StarsAsOf = &n, "2026-10-01"
	}
	e.Discontinued = chance(r, 2)
}

var programmingLanguages = strings.Fields(`JavaScript TypeScript Python Go Java Ruby C++ Rust PHP Kotlin Swift Scala Elixir HCL Shell`)

// usualGrants are the permissions that apps ask for most, in that order.
var usualGrants = newVocabulary(strings.Fields(`pull_requests metadata contents issues statuses checks members administration
	single_file actions workflows repository_hooks deployments vulnerability_alerts security_events
	organization_administration discussions repository_projects pages merge_queues packages environments`))

var usualScopes = newVocabulary(strings.Fields(`repo read:org user:email public_repo read:user repo:status gist admin:repo_hook workflow`))

func access(r *rand.Rand, e *catalog.ListingEntry) {
	if e.Type == models.OAuthApp {
		e.Scopes = []string{}
		for range r.IntN(4) {
			if s := usualScopes.draw(r); !slices.Contains(e.Scopes, s) {
				e.Scopes = append(e.Scopes, s)
			}
		}
		return
	}
	e.Permissions, e.Events = models.Grants{}, []string{}
	for range r.IntN(7) {
		key := usualGrants.draw(r)
		p, _ := models.PermissionByKey(key)
		e.Permissions[key] = p.Levels[r.IntN(len(p.Levels))]
	}
	for range r.IntN(4) {
		if ev := pick(r, "push", "pull_request", "issues", "issue_comment", "check_run", "status", "release"); !slices.Contains(e.Events, ev) {
			e.Events = append(e.Events, ev)
		}
	}
}

func plans(r *rand.Rand) []models.PlanTerm {
	var out []models.PlanTerm
	if chance(r, 60) {
		out = append(out, models.PlanTerm{Name: "Free", Kind: models.PlanFree, Bullets: []string{title(phrase(r))}})
	}
	for _, name := range []string{"Team", "Business", "Enterprise"}[:r.IntN(4)] {
		month := int64(1+r.IntN(100)) * 100
		year := month * 10
		p := models.PlanTerm{Name: name, Kind: models.PlanFlatRate, MonthlyMinor: &month, YearlyMinor: &year,
			Description: paragraph(r, name, 1), Bullets: []string{title(phrase(r)), title(phrase(r) + " and more")}}
		if chance(r, 50) {
			p.Kind, p.UnitName = models.PlanPerUnit, "seat"
		}
		if chance(r, 40) {
			p.TrialDays = 14
		}
		out = append(out, p)
	}
	return out
}

func translations(r *rand.Rand, name string) map[string]models.ListingTexts {
	out := map[string]models.ListingTexts{}
	for _, lang := range []string{"zh-CN", "ja", "fr"} {
		f := languages[lang]
		t := models.ListingTexts{
			Tagline:      clip(strings.TrimRight(f.sentence(r, name), "。."), models.MaxTagline),
			Introduction: clip(f.sentence(r, name)+" "+f.sentence(r, name), models.MaxIntroduction),
		}
		if chance(r, 40) {
			t.Description = "## " + f.nouns.draw(r) + "\n\n" + f.sentence(r, name) + f.sentence(r, name) + "\n\n" + f.sentence(r, name)
		}
		out[lang] = t
	}
	return out
}

func chance(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }

func pick(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }

func some(r *rand.Rand, from []string, n int) []string {
	var out []string
	for range n {
		if s := pick(r, from...); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// clip cuts at a character.
func clip(s string, limit int) string {
	if runes := []rune(s); len(runes) > limit {
		return string(runes[:limit])
	}
	return s
}
