//go:build linux

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"souk/web/paths"
)

// address is a page to ask for, with what its body must hold. A target that
// only ever asks one address measures a cache.
type address struct {
	uri   string
	head  []string // further header lines
	cards int      // at least; -1: not a list
	holds string
	json  bool
}

// rowMark begins every card of a list of results.
const rowMark = `<li class="row"`

func (a address) check(status int, body []byte) error {
	switch {
	case status != http.StatusOK:
		return fmt.Errorf("%s answers %d: %s", a.uri, status, tail(body))
	case !a.json && bytes.Count(body, []byte(rowMark)) < a.cards:
		return fmt.Errorf("%s has %d cards, not %d", a.uri, bytes.Count(body, []byte(rowMark)), a.cards)
	case a.json && bytes.Count(body, []byte(`"slug":`)) < a.cards:
		return fmt.Errorf("%s has %d items, not %d", a.uri, bytes.Count(body, []byte(`"slug":`)), a.cards)
	case !bytes.Contains(body, []byte(a.holds)):
		return fmt.Errorf("%s doesn't hold %q", a.uri, a.holds)
	case a.json && bytes.Contains(body, []byte(`"degraded":true`)):
		return errFellBack
	}
	return nil
}

// errFellBack means that Postgres answered because Meilisearch took too long.
var errFellBack = errors.New("the fall-back answered")

func (a address) request() []byte { return get(a.uri, a.head...) }

func requests(list []address) [][]byte {
	out := make([][]byte, len(list))
	for i, a := range list {
		out[i] = a.request()
	}
	return out
}

func uris(list []address) []string {
	out := make([]string, len(list))
	for i, a := range list {
		out[i] = a.uri
	}
	return out
}

// with adds header lines to every address.
func with(list []address, head ...string) []address {
	out := slices.Clone(list)
	for i := range out {
		out[i].head = append(slices.Clone(out[i].head), head...)
	}
	return out
}

// assert asks for every address once and looks at what comes.
func assert(ctx context.Context, base string, list []address) error {
	if len(list) < leastAddresses {
		return fmt.Errorf("only %d addresses, not %d", len(list), leastAddresses)
	}
	for _, a := range list {
		if err := a.ask(ctx, base); err != nil {
			return err
		}
	}
	return nil
}

func (a address) ask(ctx context.Context, base string) error {
	head := http.Header{}
	for _, line := range a.head {
		if name, value, _ := strings.Cut(line, ": "); name != "Accept-Encoding" {
			head.Add(name, value)
		}
	}
	for range 10 {
		status, p, err := fetch(ctx, base+a.uri, head)
		if err != nil {
			return err
		}
		if err = a.check(status, p.Body); !errors.Is(err, errFellBack) {
			return err
		}
		time.Sleep(time.Second) // the breaker closes again by then
	}
	return fmt.Errorf("%s: %w", a.uri, errFellBack)
}

// leastAddresses is how many different ones a target asks for, at least.
const leastAddresses = 100

// mostlyFound makes sure that misspelt queries do find something: at least
// nine of ten.
func mostlyFound(ctx context.Context, base string, list []address) error {
	found := 0
	var last string
	for _, a := range list {
		a.cards = 1
		if a.ask(ctx, base) == nil {
			found++
		} else {
			last = a.uri
		}
	}
	if found < len(list)*9/10 {
		return fmt.Errorf("only %d of %d misspelt queries find anything; %s doesn't", found, len(list), last)
	}
	return nil
}

// homes are the first page in every language and theme, as visitors reach it
// from different places.
func homes() []address {
	var out []address
	for _, lang := range []string{"en", "zh-CN", "ja", "fr"} {
		for _, theme := range []string{"", "Cookie: theme=light", "Cookie: theme=dark"} {
			for from := range 9 {
				a := address{uri: fmt.Sprintf("%s?ref=%d", paths.Localized(lang, paths.Home), from), cards: -1, holds: "</html>"}
				if theme != "" {
					a.head = []string{theme}
				}
				out = append(out, a)
			}
		}
	}
	return out
}

// browses are candidates for pages of results without words: filters, sorts,
// pages. Which of them are full in the smallest catalogue is found out by
// asking.
func (g *generator) browses() []address {
	var choices []string
	for _, c := range g.categories[:12] {
		choices = append(choices, "category="+c, "category="+c+"&type=github_app", "category="+c+"&pricing=unknown")
	}
	choices = append(choices, "", "type=github_app", "type=oauth_app", "pricing=free", "pricing=paid", "pricing=unknown",
		"pricing=free&type=github_app", "verified=true", "permission=no-code-write", "permission=unknown",
		"permission=pull_requests", "language=javascript", "language=python", "verified=true&pricing=unknown",
		"category="+g.categories[0]+"&category="+g.categories[1], "language=go&language=rust", "permission=no-code-write&type=github_app")
	var out []address
	for _, c := range choices {
		for _, sort := range []string{"", "installs", "added", "updated", "name"} {
			for _, number := range []int{1, 2, 3, 7, 20} {
				q := c
				if sort != "" {
					q += "&sort=" + sort
				}
				if number > 1 {
					q += "&page=" + strconv.Itoa(number)
				}
				if q = strings.TrimPrefix(q, "&"); q != "" {
					out = append(out, address{uri: paths.Browse + "?" + q, cards: perPage})
				}
			}
		}
	}
	r := rand.New(rand.NewPCG(g.seed, 77))
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// full keeps the first n addresses that answer as they must.
func full(ctx context.Context, base string, candidates []address, n int) ([]address, error) {
	var out []address
	var last error
	for _, a := range candidates {
		if len(out) == n {
			break
		}
		if last = a.ask(ctx, base); last == nil {
			out = append(out, a)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	if len(out) < n {
		return nil, fmt.Errorf("only %d of %d addresses answer as they must; the last that didn't: %w", len(out), n, errors.Join(last))
	}
	return out, nil
}

// listings are pages of listings, spread over a catalogue of n.
func (g *generator) listings(n, count int) []address {
	var out []address
	for k := range count {
		i := k * n / count
		e := g.listing(i)
		out = append(out, address{uri: paths.Listing(e.Slug), cards: -1, holds: html.EscapeString(e.Name)})
	}
	return out
}

// queries are searches by words: how many listings hold a word decides what it
// costs, so the mix says how many of each kind there are.
type queries struct{ mid, rare, common, two, prefix, foreign, typo []string }

// mix is what people search for: 40 % a word of middle frequency, 20 % two
// words, 10 % each a rare word, a common word, the beginning of a word, one in
// another language; and 10 % have a slip of the pen.
func (q queries) mix() []query {
	var out []query
	add := func(words []string, n int, lang string) {
		for _, w := range words[:n] {
			out = append(out, query{text: w, lang: lang})
		}
	}
	add(q.mid, 48, "en")
	add(q.two, 24, "en")
	add(q.rare, 12, "en")
	add(q.common, 12, "en")
	add(q.prefix, 12, "en")
	for i, w := range q.foreign[:12] {
		out = append(out, query{text: w, lang: []string{"zh-CN", "ja", "fr"}[i%3]})
	}
	return append(out, q.typos()[:12]...)
}

func (q queries) typos() []query {
	var out []query
	for _, w := range q.typo[:110] {
		out = append(out, query{w, "en", true})
	}
	return out
}

// query is what somebody searches for. A misspelt one may find nothing in a
// small catalogue, where hardly any listing holds the word that was meant.
type query struct {
	text, lang string
	misspelt   bool
}

// least is how many results q has at least.
func (q query) least() int {
	if q.misspelt {
		return 0
	}
	return 1
}

func searches(list []query) []address {
	out := make([]address, len(list))
	for i, q := range list {
		out[i] = address{uri: paths.Localized(q.lang, paths.Browse) + "?query=" + url.QueryEscape(q.text), cards: q.least()}
	}
	return out
}

func apiSearches(list []query) []address {
	out := make([]address, len(list))
	for i, q := range list {
		out[i] = address{uri: paths.APIListings + "?query=" + url.QueryEscape(q.text) + "&lang=" + q.lang, cards: q.least(), json: true}
	}
	return out
}

func apiOf(browses []address) []address {
	out := make([]address, len(browses))
	for i, a := range browses {
		out[i] = address{uri: strings.Replace(a.uri, paths.Browse, paths.APIListings, 1), cards: perPage, json: true}
	}
	return out
}

func suggestions(list []query) []address {
	var out []address
	for _, q := range list {
		if q.lang == "en" {
			text := q.text[:min(len(q.text), 5)]
			out = append(out, address{uri: paths.Suggest + "?q=" + url.QueryEscape(text), cards: -1})
		}
	}
	return out
}

// queries counts words in a catalogue of n listings and chooses by frequency.
func (g *generator) queries(n int) queries {
	counts := map[string]int{}
	for i := range n {
		e := g.listing(i)
		seen := map[string]bool{}
		text := strings.ToLower(e.Name + " " + e.Tagline + " " + e.Introduction + " " + e.Description + " " + strings.Join(e.Keywords, " "))
		for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
			if len(w) > 3 && !seen[w] {
				seen[w] = true
				counts[w]++
			}
		}
	}
	r := rand.New(rand.NewPCG(g.seed, 99))
	band := func(from, to float64) []string {
		var out []string
		for w, c := range counts {
			if f := float64(c) / float64(n); f >= from && f < to && slices.Contains(english.words, w) {
				out = append(out, w)
			}
		}
		slices.Sort(out)
		r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
		return out
	}
	var q queries
	q.mid, q.common = band(0.006, 0.016), band(0.06, 0.15)
	// Rare, but in the smallest catalogue too, which is the beginning of all.
	q.rare = slices.DeleteFunc(band(0.0005, 0.002), func(w string) bool { return !g.early()[w] })
	for i, w := range q.mid {
		q.two = append(q.two, w+" "+q.common[i%len(q.common)])
		if len(w) > 5 {
			q.prefix = append(q.prefix, w[:len(w)-2])
			q.typo = append(q.typo, slip(r, w))
		}
	}
	for len(q.typo) < 110 {
		w := q.common[len(q.typo)%len(q.common)]
		q.typo = append(q.typo, slip(r, w))
	}
	for i := range 12 {
		q.foreign = append(q.foreign, languages[[]string{"zh-CN", "ja", "fr"}[i%3]].nouns.words[i/3*7+3])
	}
	return q
}

// early holds the coined words in texts of the first 1,000 listings.
func (g *generator) early() map[string]bool {
	if g.seenEarly == nil {
		g.seenEarly = map[string]bool{}
		for i := range 1000 {
			e := g.listing(i)
			for _, w := range strings.Fields(strings.ToLower(e.Tagline + " " + strings.Join(e.Keywords, " "))) {
				g.seenEarly[w] = true
			}
		}
	}
	return g.seenEarly
}

// slip makes one mistake in a word: two letters swapped, one left out, doubled
// or wrong; never in the first letter, where people make few.
func slip(r *rand.Rand, w string) string {
	i := 2 + r.IntN(len(w)-3)
	switch r.IntN(4) {
	case 0:
		return w[:i-1] + w[i:i+1] + w[i-1:i] + w[i+1:]
	case 1:
		return w[:i] + w[i+1:]
	case 2:
		return w[:i] + w[i:i+1] + w[i:]
	}
	return w[:i] + "x" + w[i+1:]
}
