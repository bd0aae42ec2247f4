// Package enginetest is the contract of search.Engine as tests: whatever
// passes Run can stand behind the search pages. It tests what people can see,
// not scores.
package enginetest

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"souk/search"
)

// Run tests the engines that open returns: each empty, and nobody else's.
func Run(t *testing.T, open func(t *testing.T) search.Engine) {
	t.Run("catalogue", func(t *testing.T) {
		e := open(t)
		must(t, e.Index(t.Context(), Documents()))
		for name, test := range map[string]func(*testing.T, search.Engine){
			"words": words, "order": order, "phrases": phrases, "filters": filters, "counts": counts, "sorts": sorts,
			"terms": terms, "explain": explain, "odd": odd, "versions": versions, "cancelled": cancelled,
			"injection": injection, "suggest": suggest, "browse": browse,
		} {
			t.Run(name, func(t *testing.T) { test(t, e) })
		}
	})
	t.Run("paging", func(t *testing.T) {
		e := open(t)
		must(t, e.Index(t.Context(), many(233)))
		paging(t, e)
	})
	t.Run("ties", func(t *testing.T) { ties(t, open(t)) })
	t.Run("changes", func(t *testing.T) { changes(t, open(t)) })
	t.Run("rebuild", func(t *testing.T) { rebuild(t, open(t)) })
	t.Run("empty", func(t *testing.T) { empty(t, open(t)) })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ask searches and fails on an error or on nonsense.
func ask(t *testing.T, e search.Engine, q search.Query) search.Result {
	t.Helper()
	if q.Page == 0 {
		q.Page = 1
	}
	if q.PerPage == 0 {
		q.PerPage = 20
	}
	if q.Lang == "" {
		q.Lang = "en"
	}
	r, err := e.Search(t.Context(), q)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	if r.Total < len(r.Hits) || len(r.Hits) > q.PerPage || r.Engine != e.Name() || r.Degraded {
		t.Fatalf("%+v: %d hits of %d from %q, degraded %v", q, len(r.Hits), r.Total, r.Engine, r.Degraded)
	}
	return r
}

var slugs = func() map[int64]string {
	m := map[int64]string{}
	for _, d := range Documents() {
		m[d.ID] = d.Slug
	}
	return m
}()

func names(hits []search.Hit) []string {
	out := []string{}
	for _, h := range hits {
		out = append(out, slugs[h.ID])
	}
	return out
}

// words: what is asked, the reader's language, and what must be among the hits.
func words(t *testing.T, e search.Engine) {
	for _, c := range []struct{ text, lang, want string }{
		{"builds", "en", "buildkeeper"}, {"BUILDS", "en", "buildkeeper"}, {"build", "en", "buildkeeper"},
		{"buildk", "en", "buildkeeper"}, {"continuous integ", "en", "buildkeeper"}, {"continous integ", "en", "buildkeeper"},
		{"biuldkeeper", "en", "buildkeeper"}, {"bildkeeper", "en", "buildkeeper"}, {"rennovator", "en", "renovator"},
		{"secrets keys", "en", "gitguard"}, {"leaked secrets source code", "en", "gitguard"},
		{"git guard", "en", "gitguard"}, {"mergewhengreen", "en", "merge-when-green"}, {"merge w", "en", "mergewhenready"},
		{"acme", "en", "buildkeeper"}, {"Acme Corporation", "en", "reviewer"}, {"lone-dev", "en", "merge-when-green"},
		{"dependency updates", "en", "renovator"}, {"dependancy", "en", "renovator"}, {"zymurgy", "en", "silent"},
		{"c++", "en", "cplus"},
		{"持续集成", "zh-CN", "buildkeeper"}, {"服务器监控", "zh-CN", "server-watch"}, {"监控", "zh-CN", "server-watch"},
		{"监控服务器", "zh-CN", "server-watch"}, {"持續集成", "zh-CN", "buildkeeper"}, {"书签", "zh-CN", "bookmark-box"},
		{"代码审查", "en", "reviewer"},
		{"コードレビュー", "ja", "reviewer"}, {"サーバー監視", "ja", "server-watch"}, {"サーバ", "ja", "server-watch"},
		{"めーるさーばー", "ja", "server-watch"}, {"ブックマク", "ja", "bookmark-box"}, {"ﾌﾞｯｸﾏｰｸ", "ja", "bookmark-box"},
		{"déploiement", "fr", "server-watch"}, {"deploiement", "fr", "server-watch"}, {"DÉPLOIEMENT", "fr", "server-watch"},
		{"intégration continue", "fr", "buildkeeper"}, {"l'intégration continue", "fr", "buildkeeper"}, {"sécurité", "fr", "gitguard"},
		{"serveur", "fr", "server-watch"}, {"favoris", "fr", "bookmark-box"},
	} {
		r := ask(t, e, search.Query{Text: c.text, Lang: c.lang})
		if !slices.Contains(names(r.Hits), c.want) {
			t.Errorf("%q (%s) finds %v, not %s", c.text, c.lang, names(r.Hits), c.want)
		}
	}
	for _, text := range []string{"qqxxyyzz", "\"merges builds\""} {
		if r := ask(t, e, search.Query{Text: text}); r.Total != 0 || len(r.Hits) != 0 {
			t.Errorf("%q finds %v of %d", text, names(r.Hits), r.Total)
		}
	}
}

// order: what must come first, whatever is more popular.
func order(t *testing.T, e search.Engine) {
	for _, c := range []struct{ text, first string }{
		{"Renovator", "renovator"}, {"renovator", "renovator"}, {"renovator approve", "renovator-approve"},
		{"reviewer", "reviewer"}, {"Merge When Green", "merge-when-green"}, {"git guard", "gitguard"},
		{"code review", "reviewer"}, {"bookmark-box", "bookmark-box"}, {"rennovator approve", "renovator-approve"},
		{"security", "gitguard"},
	} {
		if got := names(ask(t, e, search.Query{Text: c.text}).Hits); len(got) == 0 || got[0] != c.first {
			t.Errorf("%q finds %v, not %s first", c.text, got, c.first)
		}
	}
}

func phrases(t *testing.T, e search.Engine) {
	for text, want := range map[string][]string{
		`"leaked keys"`:          {"gitguard"},
		`"keys leaked"`:          {},
		`"pull requests" merges`: {"merge-when-green"},
		`"代码审查"`:                 {"reviewer"},
		`"unclosed leaked`:       {"gitguard"},
	} {
		got := names(ask(t, e, search.Query{Text: text}).Hits)
		for _, w := range want {
			if !slices.Contains(got, w) {
				t.Errorf("%s finds %v, not %s", text, got, w)
			}
		}
		if len(want) == 0 && len(got) > 0 {
			t.Errorf("%s finds %v", text, got)
		}
	}
}

func filters(t *testing.T, e search.Engine) {
	for _, c := range []struct {
		text    string
		filters search.Filters
		want    []string
	}{
		{"", search.Filters{search.Category: {"security"}}, []string{"gitguard"}},
		{"", search.Filters{search.Category: {"security", "continuous-integration"}}, []string{"buildkeeper", "gitguard", "reviewer"}},
		{"", search.Filters{search.Category: {"code-review"}, search.Pricing: {"paid"}}, []string{"reviewer"}},
		{"", search.Filters{search.Type: {"oauth_app"}}, []string{"gist-desk", "repo-desk"}},
		{"", search.Filters{search.Pricing: {"trial"}}, []string{"gitguard"}},
		{"", search.Filters{search.Verified: {"true"}, search.Pricing: {"paid"}}, []string{"buildkeeper", "gitguard", "reviewer"}},
		{"", search.Filters{search.Language: {"go"}}, []string{"buildkeeper"}},
		{"", search.Filters{search.Language: {"c++"}}, []string{"cplus"}},
		{"", search.Filters{search.Permission: {"workflows"}}, []string{"renovator"}},
		{"", search.Filters{search.Permission: {search.NoPermissions}}, []string{"silent"}},
		{"", search.Filters{search.Permission: {search.NoCodeWrite}}, []string{"buildkeeper", "gist-desk", "gitguard", "reviewer", "silent"}},
		{"", search.Filters{search.Publisher: {"acme"}}, []string{"buildkeeper", "reviewer"}},
		{"", search.Filters{search.Publisher: {"acme"}, search.Category: {"code-review"}}, []string{"reviewer"}},
		{"", search.Filters{search.Category: {"no-such"}}, []string{}},
		{"", search.Filters{search.Category: {}}, nil},
		{"pull requests", search.Filters{search.Permission: {search.NoCodeWrite}}, []string{"reviewer"}},
		{"merge", search.Filters{search.Language: {"typescript"}}, []string{"merge-when-green"}},
		{"merge", search.Filters{search.Publisher: {"acme"}}, []string{}},
	} {
		r := ask(t, e, search.Query{Text: c.text, Filters: c.filters})
		got := names(r.Hits)
		slices.Sort(got)
		if c.want == nil {
			if r.Total != len(slugs) {
				t.Errorf("%v finds %d", c.filters, r.Total)
			}
			continue
		}
		if !slices.Equal(got, c.want) || r.Total != len(c.want) {
			t.Errorf("%q %v finds %v of %d, want %v", c.text, c.filters, got, r.Total, c.want)
		}
	}
}

// counts are compared with counting by hand over the documents that a search
// without filters finds.
func counts(t *testing.T, e search.Engine) {
	docs := map[int64]search.Document{}
	for _, d := range Documents() {
		docs[d.ID] = d
	}
	for _, text := range []string{"", "pull requests", "merge", "code"} {
		all := ask(t, e, search.Query{Text: text, PerPage: 100}).Hits
		for _, f := range []search.Filters{
			nil,
			{search.Category: {"code-review"}},
			{search.Category: {"code-review", "security"}, search.Pricing: {"free"}},
			{search.Verified: {"true"}, search.Permission: {"contents"}, search.Type: {"github_app"}},
			{search.Publisher: {"acme"}},
			{search.Language: {"no-such"}},
		} {
			q := search.Query{Text: text, Filters: f, Counted: search.Facets(), PerPage: 100}
			r := ask(t, e, q)
			for _, facet := range search.Facets() {
				want := countByHand(docs, all, f, facet)
				if !maps.Equal(r.Counts[facet], want) {
					t.Errorf("%q %v counts of %s are %v, want %v", text, f, facet, r.Counts[facet], want)
				}
			}
		}
	}
	if r := ask(t, e, search.Query{Text: "merge", Counted: []search.Facet{}}); len(r.Counts) != 0 {
		t.Errorf("counts that nobody asked for: %v", r.Counts)
	}
	if _, ok := ask(t, e, search.Query{}).Counts[search.Publisher]; ok {
		t.Error("publishers are counted unasked")
	}
}

func countByHand(docs map[int64]search.Document, hits []search.Hit, f search.Filters, facet search.Facet) map[string]int {
	out := map[string]int{}
	for _, h := range hits {
		d := docs[h.ID]
		passes := true
		for other, values := range f {
			if other == facet {
				continue
			}
			passes = passes && slices.ContainsFunc(d.FacetValues(other), func(v string) bool { return slices.Contains(values, v) })
		}
		if passes {
			for _, v := range d.FacetValues(facet) {
				out[v]++
			}
		}
	}
	return out
}

func sorts(t *testing.T, e search.Engine) {
	for _, text := range []string{"", "pull requests"} {
		for by, want := range map[search.Sort][]string{
			search.Installs: {"renovator-approve", "renovator", "reviewer", "merge-when-green"},
			search.Added:    {"renovator-approve", "renovator", "reviewer", "merge-when-green"},
			search.Updated:  {"merge-when-green", "reviewer", "renovator", "renovator-approve"},
			search.Name:     {"merge-when-green", "renovator", "renovator-approve", "reviewer"},
		} {
			got := names(ask(t, e, search.Query{Text: text, Sort: by}).Hits)
			got = slices.DeleteFunc(got, func(s string) bool { return !slices.Contains(want, s) })
			if !slices.Equal(got, want) {
				t.Errorf("%q by %s: %v, want %v", text, by, got, want)
			}
		}
	}
	unknown := names(ask(t, e, search.Query{Sort: search.Installs}).Hits)
	if i, j := slices.Index(unknown, "merge-when-green"), slices.Index(unknown, "silent"); i > j {
		t.Errorf("unknown installs stand before known ones: %v", unknown)
	}
}

// ties: what came at one moment, as an import's listings do, begins with what
// most people use.
func ties(t *testing.T, e search.Engine) {
	docs := []search.Document{
		document(1, "unknown", "Unknown", "Moments"), document(2, "few", "Few", "Moments", installs(10)),
		document(3, "retired", "Retired", "Moments", installs(90_000)), document(4, "many", "Many", "Moments", installs(5000)),
		document(5, "early", "Early", "Moments", installs(1_000_000)), document(6, "another", "Another", "Moments"),
	}
	for i := range docs {
		docs[i].PublishedAt, docs[i].UpdatedAt = epoch, epoch
	}
	docs[2].Discontinued = true
	docs[4].PublishedAt, docs[4].UpdatedAt = epoch.AddDate(0, 0, -1), epoch.AddDate(0, 0, -1)
	must(t, e.Index(t.Context(), docs))
	want := []int64{4, 2, 6, 1, 3, 5}
	for _, text := range []string{"", "moments"} {
		for _, by := range []search.Sort{search.Added, search.Updated} {
			var got []int64
			for _, h := range ask(t, e, search.Query{Text: text, Sort: by}).Hits {
				got = append(got, h.ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q by %s: %v, want %v", text, by, got, want)
			}
		}
	}
}

func browse(t *testing.T, e search.Engine) {
	r := ask(t, e, search.Query{})
	if r.Total != len(slugs) || len(r.Hits) != len(slugs) || names(r.Hits)[0] != "renovator-approve" {
		t.Errorf("browsing finds %v of %d", names(r.Hits), r.Total)
	}
	if r := ask(t, e, search.Query{Text: "  \t\n"}); r.Total != len(slugs) {
		t.Errorf("blank text finds %d", r.Total)
	}
	if r := ask(t, e, search.Query{Page: 3}); len(r.Hits) != 0 || r.Total != len(slugs) {
		t.Errorf("a page beyond the end has %d hits of %d", len(r.Hits), r.Total)
	}
}

func terms(t *testing.T, e search.Engine) {
	for text, want := range map[string][]string{
		"secrets": {"secrets"}, "biulds": {"builds"}, "leak": {"leaked"}, "serveurs": {"serveurs"},
		"監視": {"监视"}, "服务器": {"服务", "务器"},
	} {
		found := false
		for _, h := range ask(t, e, search.Query{Text: text}).Hits {
			all := true
			for _, w := range want {
				all = all && slices.Contains(h.Terms, w)
			}
			found = found || all
		}
		if !found {
			t.Errorf("%q: no hit has the terms %v", text, want)
		}
	}
}

func explain(t *testing.T, e search.Engine) {
	r := ask(t, e, search.Query{Text: "renovator", Explain: true})
	if len(r.Hits) == 0 {
		t.Fatal("no hits")
	}
	first := r.Hits[0]
	if first.Why == nil || len(first.Why.Rules) == 0 || first.Why.Rules[0].Code != "exact_name" {
		t.Errorf("the exact name stands first because of %+v", first.Why)
	}
	for _, h := range ask(t, e, search.Query{Explain: true}).Hits {
		if h.Why == nil {
			t.Error("browsing isn't explained")
		}
	}
	for _, h := range ask(t, e, search.Query{Text: "renovator"}).Hits {
		if h.Why != nil {
			t.Error("explained unasked")
		}
	}
}

func odd(t *testing.T, e search.Engine) {
	if got := names(ask(t, e, search.Query{Text: "Odd Näme's"}).Hits); !slices.Contains(got, "odd") {
		t.Errorf("the odd document is not found: %v", got)
	}
	queries := []string{
		"\x00", "\xff\xfe", "'", "\"", "\"\"", "\\", "a\\", "(", "a & b | !c", "<->", ":*", "''':*", "%", "_", "🙂", "🙂🙂 merge",
		strings.Repeat("a", 100_000), strings.Repeat("merge ", 5_000), strings.Repeat("コ", 5000), "\u202emerge", "-", "--merge", "merge -pull", "*", "a*", "NULL",
		"ı İ ﬀ ½ ①", "\u0301\u0301\u0301", "   merge   ", "merge\u00a0when", "1", "0", "C", "\"merge", "「merge」", "«merge»",
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		b := make([]rune, 1+r.IntN(12))
		for i := range b {
			b[i] = rune([]int{0x20, 0x2f, 0x3040, 0x4e00, 0xac00, 0x1f600, 0x600, 0xe000, 0x300}[r.IntN(9)] + r.IntN(90))
		}
		queries = append(queries, string(b))
	}
	for _, text := range queries {
		for _, lang := range []string{"en", "ja", "xx'\""} {
			ask(t, e, search.Query{Text: text, Lang: lang, Counted: []search.Facet{}})
		}
	}
	for _, q := range []search.Query{
		{Text: "merge", Page: -3, PerPage: -1}, {Page: 1 << 40, PerPage: 20}, {Text: "merge", Page: 1 << 40}, {Sort: "nonsense"},
		{Text: "merge", Sort: "nonsense"}, {Filters: search.Filters{"nonsense": {"x"}}},
	} {
		if _, err := e.Search(t.Context(), q); err != nil {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

func versions(t *testing.T, e search.Engine) {
	got, err := e.Versions(t.Context())
	must(t, err)
	want := map[int64]string{}
	for _, d := range Documents() {
		want[d.ID] = d.Version
	}
	if !maps.Equal(got, want) {
		t.Errorf("versions are %v", got)
	}
}

func cancelled(t *testing.T, e search.Engine) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Search(ctx, search.Query{Text: "merge", Page: 1, PerPage: 20}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled search says %v", err)
	}
	if _, err := e.Suggest(ctx, "merge", "en", 5); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled suggestion says %v", err)
	}
	if err := e.Index(ctx, Documents()[:1]); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled indexing says %v", err)
	}
}

// injection: a filter value is a value, whatever it looks like.
func injection(t *testing.T, e search.Engine) {
	for _, value := range []string{
		`security" OR categories = "monitoring`, `security' OR '1'='1`, `") OR (id > 0`, `\" OR id > 0 OR slug = \"`, "*", `x\`, `\\`, "'", `"`,
		"security OR monitoring", "TRUE", "security\x00", "security\" EXISTS", "NOT security", "', 'monitoring", "{}", "$1", "\xff",
	} {
		for _, facet := range search.Facets() {
			for _, text := range []string{"", "code"} {
				if r := ask(t, e, search.Query{Text: text, Filters: search.Filters{facet: {value}}}); r.Total != 0 {
					t.Errorf("%s %q finds %v", facet, value, names(r.Hits))
				}
			}
		}
	}
}

func suggest(t *testing.T, e search.Engine) {
	for text, want := range map[string]string{"buildk": "buildkeeper", "merge when g": "merge-when-green", "renov": "renovator", "biuldkeep": "buildkeeper"} {
		hits, err := e.Suggest(t.Context(), text, "en", 3)
		must(t, err)
		if len(hits) == 0 || len(hits) > 3 || !slices.Contains(names(hits), want) {
			t.Errorf("%q suggests %v, not %s", text, names(hits), want)
		}
	}
}

// paging walks all pages in every order: every result once.
func paging(t *testing.T, e search.Engine) {
	for _, text := range []string{"", "common", "common crowd"} {
		for _, by := range search.Sorts() {
			for _, per := range []int{7, 30, 100} {
				seen := map[int64]bool{}
				total := -1
				for page := 1; ; page++ {
					r := ask(t, e, search.Query{Text: text, Sort: by, Page: page, PerPage: per, Counted: []search.Facet{}})
					if total >= 0 && r.Total != total {
						t.Fatalf("%q by %s: page %d says %d results, others %d", text, by, page, r.Total, total)
					}
					total = r.Total
					for _, h := range r.Hits {
						if seen[h.ID] {
							t.Fatalf("%q by %s, %d a page: %d twice", text, by, per, h.ID)
						}
						seen[h.ID] = true
					}
					if len(r.Hits) < per {
						break
					}
				}
				if len(seen) != total || total != 233 {
					t.Errorf("%q by %s, %d a page: %d results on all pages of %d", text, by, per, len(seen), total)
				}
			}
		}
	}
}

func changes(t *testing.T, e search.Engine) {
	ctx := t.Context()
	docs := Documents()
	must(t, e.Index(ctx, docs))
	changed := document(2, "gitguard", "Keyfinder", "Another text altogether: xylophones", in("monitoring"))
	changed.Version = "2-2"
	must(t, e.Index(ctx, []search.Document{changed}))
	if got := names(ask(t, e, search.Query{Text: "xylophones"}).Hits); !slices.Equal(got, []string{"gitguard"}) {
		t.Errorf("the new text finds %v", got)
	}
	if got := names(ask(t, e, search.Query{Text: "leaked secrets"}).Hits); slices.Contains(got, "gitguard") {
		t.Errorf("the old text finds %v", got)
	}
	if r := ask(t, e, search.Query{Filters: search.Filters{search.Category: {"security"}}}); r.Total != 0 {
		t.Errorf("the old category finds %v", names(r.Hits))
	}
	must(t, e.Remove(ctx, []int64{2, 77_777}))
	must(t, e.Remove(ctx, nil))
	if r := ask(t, e, search.Query{Text: "xylophones"}); r.Total != 0 {
		t.Errorf("a removed document is found: %v", names(r.Hits))
	}
	got, err := e.Versions(ctx)
	must(t, err)
	if len(got) != len(docs)-1 {
		t.Errorf("%d documents are left of %d", len(got), len(docs))
	}
}

// rebuild swaps a new index in while searches go on: each is answered whole,
// from the old or from the new.
func rebuild(t *testing.T, e search.Engine) {
	ctx := t.Context()
	must(t, e.Index(ctx, many(50)))
	stop := make(chan struct{})
	var searches atomic.Int64
	var wait sync.WaitGroup
	for range 2 {
		wait.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				r, err := e.Search(ctx, search.Query{Text: "common", Page: 1, PerPage: 20})
				if err != nil || r.Total != 50 && r.Total != 80 && r.Total != 81 {
					t.Errorf("a search in between finds %d: %v", r.Total, err)
					return
				}
				searches.Add(1)
			}
		})
	}
	rest := many(80)
	must(t, e.Rebuild(ctx, func(context.Context) ([]search.Document, error) {
		n := min(30, len(rest))
		docs := rest[:n]
		rest = rest[n:]
		return docs, nil
	}))
	if r := ask(t, e, search.Query{Text: "common"}); r.Total != 80 {
		t.Errorf("after the rebuild %d are found", r.Total)
	}
	extra := document(5000, "extra", "Extra", "Common words in a crowd of listings")
	must(t, e.Index(ctx, []search.Document{extra}))
	if r := ask(t, e, search.Query{Text: "common"}); r.Total != 81 {
		t.Errorf("after one more %d are found", r.Total)
	}
	close(stop)
	wait.Wait()
	if searches.Load() == 0 {
		t.Error("no search was answered meanwhile")
	}
	failing := errors.New("the source fails")
	if err := e.Rebuild(ctx, func(context.Context) ([]search.Document, error) { return nil, failing }); !errors.Is(err, failing) {
		t.Errorf("a failing source gives %v", err)
	}
	if r := ask(t, e, search.Query{Text: "common"}); r.Total != 81 {
		t.Errorf("after a failed rebuild %d are found", r.Total)
	}
	if got, err := e.Versions(ctx); err != nil || len(got) != 81 {
		t.Errorf("%d versions: %v", len(got), err)
	}
}

func empty(t *testing.T, e search.Engine) {
	for _, text := range []string{"", "merge"} {
		if r := ask(t, e, search.Query{Text: text}); r.Total != 0 || len(r.Hits) != 0 {
			t.Errorf("an empty index finds %d", r.Total)
		}
	}
	must(t, e.Index(t.Context(), nil))
	got, err := e.Versions(t.Context())
	must(t, err)
	if len(got) != 0 {
		t.Errorf("an empty index has %v", got)
	}
	must(t, e.Rebuild(t.Context(), func(context.Context) ([]search.Document, error) { return nil, nil }))
}
