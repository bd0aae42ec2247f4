package meili

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"souk/search"
	"souk/search/analyze"
	"souk/search/rank"
)

// window is how many candidates are put in order where there are too many
// matches to put all of them; enough is how many results with every word make
// a search do without the others.
const (
	window = 40
	enough = 20
)

// The ids of all matches are asked for where about listedBelow are expected:
// of more, Meilisearch is quicker to count facets. Where they are more than
// maxListed after all, it would read every id of the index to list them.
const (
	listedBelow = 500
	maxListed   = 3000
)

// Search answers one query with one request, or two where few listings hold
// every word.
func (e *Engine) Search(ctx context.Context, q search.Query) (search.Result, error) {
	if err := ctx.Err(); err != nil {
		return search.Result{}, err
	}
	q = q.Sane()
	view := e.set.View()
	var plan *rank.Plan
	if !q.Browses() {
		if plan = view.Plan(q.Text); plan == nil {
			return search.Result{Engine: e.Name(), Counts: q.NoCounts()}, nil
		}
		defer plan.Close()
	}
	if plan != nil && plan.Expected() < listedBelow {
		r, ok, err := e.all(ctx, q, plan)
		if err != nil {
			return search.Result{}, fmt.Errorf("meili: search: %w", err)
		}
		if ok {
			return r, nil
		}
	}
	r, ids, unfiltered, err := e.ask(ctx, q, plan, everyWord)
	if err == nil && plan.Words() > 1 && unfiltered < enough {
		r, err = e.widen(ctx, q, plan, ids)
		if err == nil {
			return r, nil
		}
	}
	if err != nil {
		return search.Result{}, fmt.Errorf("meili: search: %w", err)
	}
	if ranks(q) {
		ids = view.Ranked(plan, ids)
		from := (q.Page - 1) * q.PerPage % windowOf(q)
		ids = ids[min(from, len(ids)):min(from+q.PerPage, len(ids))]
	}
	for _, id := range ids {
		r.Hits = append(r.Hits, search.Hit{ID: id})
	}
	if plan != nil {
		view.Complete(plan, r.Hits, q.Explain)
	} else if q.Explain {
		search.ExplainSort(&r)
	}
	return r, nil
}

// all asks for the ids of all matches and leaves filters, counts and order to
// the columns. The ids are read as the values of a facet, which takes
// Meilisearch about a microsecond each, and a hit takes twenty. It returns
// false where there are too many.
func (e *Engine) all(ctx context.Context, q search.Query, plan *rank.Plan) (search.Result, bool, error) {
	one := e.request(q, everyWord)
	one.Sort, one.Facets, one.HitsPerPage = nil, []string{"id"}, new(0)
	answers, err := e.searches.ask(ctx, []*request{one})
	if err != nil {
		return search.Result{}, false, because(ctx, err)
	}
	ids, ok := answers[0].listed()
	if !ok {
		return search.Result{}, false, nil
	}
	if plan.Words() > 1 && len(ids) < enough {
		r, err := e.widen(ctx, q, plan, ids)
		return r, true, err
	}
	r := e.set.View().Every(q, plan, ids)
	r.Engine = e.Name()
	return r, true, nil
}

// widened bounds the candidates for each word of a query that few listings
// answer in full.
const widened = 300

// widen asks for the listings that hold any of the words, and leaves the rest
// to the columns. All are listings that hold every word.
func (e *Engine) widen(ctx context.Context, q search.Query, plan *rank.Plan, all []int64) (search.Result, error) {
	var requests []*request
	add := func(text string, how strategy, list bool, most int) {
		one := e.request(q, how)
		one.Query, one.Sort, one.Limit = text, nil, most
		if list {
			one.Facets, one.HitsPerPage, one.Limit = []string{"id"}, new(0), 0
		}
		requests = append(requests, one)
	}
	text := queryText(q.Text)
	var words []string
	if !strings.Contains(text, `"`) {
		words = wordsOf(text, q.Text)
	}
	together := widened
	if len(words) > 0 {
		together = window // the others are among those for each word
	}
	add(text, rarestWords, false, together)
	if hasCJK(text) {
		add(text, firstWords, false, widened)
	}
	for _, w := range words {
		add(w, rarestWords, e.rare(w), widened)
		if hasCJK(w) {
			add(w, firstWords, false, widened)
		}
	}
	answers, err := e.searches.ask(ctx, requests)
	if err != nil {
		return search.Result{}, because(ctx, err)
	}
	var some []int64
	for i := range answers {
		listed, _ := answers[i].listed()
		some = append(append(some, answers[i].ids()...), listed...)
	}
	r := e.set.View().Among(q, plan, all, some)
	r.Engine = e.Name()
	return r, nil
}

// rare reports whether so few listings hold the word that listing them all is
// quicker than asking for the best of them.
func (e *Engine) rare(word string) bool {
	plan := e.set.View().Plan(word)
	if plan == nil {
		return true
	}
	defer plan.Close()
	return plan.Expected() < listedBelow
}

// wordsOf lists the words of a query and the notions that they express, unless
// there is only one.
func wordsOf(text, original string) []string {
	words := strings.Fields(text)
	for _, w := range strings.Fields(analyze.Fold(original)) {
		if !slices.Contains(words, w) && !analyze.IsStop(w) {
			words = append(words, strings.TrimLeft(w, operators))
		}
	}
	if len(words) < 2 {
		return nil
	}
	return words[:min(len(words), maxWords)]
}

// operators mean something to Meilisearch before a word.
const operators = "-+#._'"

// Suggest answers search-as-you-type.
func (e *Engine) Suggest(ctx context.Context, text, lang string, n int) ([]search.Hit, error) {
	r, err := e.Search(ctx, search.Suggestion(text, lang, n))
	return r.Hits, err
}

// ranks reports whether the page lies among the candidates that are put in
// order by package rank; pages after them are in Meilisearch's order.
func ranks(q search.Query) bool {
	return q.Sort == search.BestMatch && !q.Browses() && q.Page*q.PerPage <= windowOf(q)
}

// windowOf is the window as a number of whole pages, so that no page lies half
// in it.
func windowOf(q search.Query) int { return window / q.PerPage * q.PerPage }

// ask sends the query, and one more for each facet that has a filter of its own
// and so is counted without it. Unfiltered is how many listings hold the words,
// whatever the filters.
func (e *Engine) ask(ctx context.Context, q search.Query, plan *rank.Plan, how strategy) (r search.Result, ids []int64, unfiltered int, err error) {
	main := e.request(q, how)
	main.Filter = e.filter(q.Filters, "")
	main.HitsPerPage, main.Page = new(q.PerPage), q.Page
	if ranks(q) {
		main.HitsPerPage, main.Page = new(windowOf(q)), 1
	}
	requests := []*request{main}
	facets := [][]search.Facet{nil}
	for _, f := range q.CountedFacets() {
		if len(q.Filters[f]) == 0 {
			facets[0] = append(facets[0], f)
			main.Facets = append(main.Facets, attribute(f))
			continue
		}
		one := e.request(q, how)
		one.Facets, one.Filter, one.HitsPerPage = []string{attribute(f)}, e.filter(q.Filters, f), new(0)
		requests, facets = append(requests, one), append(facets, []search.Facet{f})
	}
	probes := main.Filter != nil && plan.Words() > 1 && how == everyWord
	if probes {
		probe := e.request(q, how)
		probe.HitsPerPage = new(0)
		requests, facets = append(requests, probe), append(facets, nil)
	}
	answers, err := e.searches.ask(ctx, requests)
	if err != nil {
		return r, nil, 0, because(ctx, err)
	}
	if r, err = e.read(q, answers, facets); err != nil {
		return r, nil, 0, err
	}
	unfiltered = r.Total
	if probes {
		unfiltered = answers[len(answers)-1].TotalHits
	}
	return r, answers[0].ids(), unfiltered, nil
}

func (e *Engine) request(q search.Query, how strategy) *request {
	text := queryText(q.Text)
	r := &request{Index: e.index, Query: text, Strategy: how, Retrieve: []string{"id"}, Sort: sorting(q)}
	switch {
	case !hasCJK(text):
	case hasKana(text):
		r.Locales = []string{"jpn"}
	case q.Lang == "zh-CN":
		r.Locales = []string{"cmn"}
	}
	return r
}

// read puts answers together. Facets are those that each query counted.
func (e *Engine) read(q search.Query, answers []answer, facets [][]search.Facet) (search.Result, error) {
	r := search.Result{Engine: e.Name(), Total: min(answers[0].TotalHits, search.MaxResults)}
	if len(q.CountedFacets()) > 0 {
		r.Counts = search.Counts{}
	}
	for i := range answers {
		for _, f := range facets[i] {
			counts, err := answers[i].counts(attribute(f))
			if err != nil {
				return r, err
			}
			r.Counts[f] = mostCounted(counts)
		}
	}
	return r, nil
}

// mostCounted leaves the values with the most results, MaxCounted of them.
func mostCounted(counts map[string]int) map[string]int {
	if len(counts) <= search.MaxCounted {
		return counts
	}
	values := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(a, b))
	})
	for _, v := range values[search.MaxCounted:] {
		delete(counts, v)
	}
	return counts
}

// maxWords is how many words Meilisearch reads of a query; maxQuery is how many
// characters are sent, since it takes long over long words without spaces.
const (
	maxWords = 10
	maxQuery = 80
)

// queryText is the text as the index is folded, without words that say nothing
// where there are others. A hyphen before a word would exclude it, and quotation
// marks that aren't closed would make a phrase of the rest.
func queryText(text string) string {
	if r := []rune(text); len(r) > maxQuery {
		text = string(r[:maxQuery])
	}
	var b, all strings.Builder
	for i, part := range rank.Quoted(text) {
		words := strings.Fields(analyze.Fold(part))
		for j := range words {
			words[j] = strings.TrimLeft(words[j], operators)
		}
		if i%2 == 1 {
			if folded := strings.Join(words, " "); folded != "" {
				b.WriteString(`"` + folded + `" `)
			}
			continue
		}
		all.WriteString(strings.Join(words, " ") + " ")
		for _, w := range notions(slices.DeleteFunc(words, analyze.IsStop)) {
			b.WriteString(w + " ")
		}
	}
	if b.Len() == 0 {
		return strings.TrimSpace(all.String())
	}
	return strings.TrimSpace(b.String())
}

// maxExpression is how many words the longest expression of a notion has.
const maxExpression = 4

// notions puts the names of notions in the place of words that express them
// together: "merge request" finds what "pull request" finds.
func notions(words []string) []string {
	var out []string
	for i := 0; i < len(words); {
		n := min(maxExpression, len(words)-i)
		for ; n > 1; n-- {
			if name, ok := rank.Notion(words[i : i+n]); ok {
				out = append(out, name)
				break
			}
		}
		if n <= 1 {
			out = append(out, words[i])
			n = 1
		}
		i += n
	}
	return out
}

func hasCJK(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 0x2E80 })
}

// hasKana tells Japanese from Chinese, whatever the reader's language is.
func hasKana(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana) })
}

// nothing is a filter that no listing passes.
var nothing = attribute(search.Type) + ` = ""`

// filter is what results must pass, but for the choices of facet except: one
// of the values of each facet.
func (e *Engine) filter(chosen search.Filters, except search.Facet) any {
	view := e.set.View()
	var all []string
	for f, values := range chosen {
		if f == except || len(values) == 0 {
			continue
		}
		if !slices.Contains(search.Facets(), f) {
			return []string{nothing}
		}
		quoted := []string{`""`}
		for _, v := range values {
			// Meilisearch compares without regard to case.
			if view.Knows(f, v) {
				quoted = append(quoted, quote(v))
			}
		}
		all = append(all, attribute(f)+" IN ["+strings.Join(quoted, ", ")+"]")
	}
	if len(all) == 0 {
		return nil
	}
	slices.Sort(all)
	return all
}

// quote makes a value a string of the filter language, whatever it holds.
func quote(v string) string {
	v = strings.ToValidUTF8(v, "\uFFFD")
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"`
}

func sorting(q search.Query) []string {
	first := ""
	switch q.Sort {
	case search.Installs:
		first = "installs:desc"
	case search.Added:
		return []string{"added:desc", "standing:desc", "sort_name:asc", "id:asc"}
	case search.Updated:
		return []string{"updated:desc", "standing:desc", "sort_name:asc", "id:asc"}
	case search.Name:
		return []string{"sort_name:asc", "id:asc"}
	default:
		if !q.Browses() {
			return nil
		}
		first = "standing:desc"
	}
	return []string{first, "sort_name:asc", "id:asc"}
}
