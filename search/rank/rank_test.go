package rank_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"souk/models"
	"souk/search"
	"souk/search/rank"
)

func document(name, tagline string, more ...func(*search.Document)) *search.Document {
	d := &search.Document{Name: name, Slug: strings.ToLower(name), Taglines: map[string]string{"en": tagline},
		Names: map[string]string{}, Introductions: map[string]string{}, Descriptions: map[string]string{}}
	for _, change := range more {
		change(d)
	}
	return d
}

func installs(n int64) func(*search.Document) {
	return func(d *search.Document) { d.Installs = &n }
}

func in(slug, name string) func(*search.Document) {
	return func(d *search.Document) {
		d.Categories, d.CategoryNames = append(d.Categories, slug), append(d.CategoryNames, models.Texts{"en": name})
	}
}

// best returns the names of the documents that answer a query, best first.
func best(t *testing.T, query string, docs ...*search.Document) []string {
	t.Helper()
	lex := rank.NewLexicon()
	texts := make([]*rank.Text, len(docs))
	for i, d := range docs {
		texts[i] = lex.Add(d)
	}
	p := lex.Plan(query)
	if p == nil {
		return nil
	}
	defer p.Close()
	type one struct {
		name  string
		score rank.Score
		text  *rank.Text
	}
	var all []one
	for i, d := range docs {
		if s := p.Score(texts[i], 0); s.Cover > 0 {
			all = append(all, one{d.Name, s, texts[i]})
		}
	}
	slices.SortStableFunc(all, func(a, b one) int { return rank.Compare(&a.score, a.text, &b.score, b.text) })
	var out []string
	for _, o := range all {
		out = append(out, o.name)
	}
	return out
}

// Each case lists the documents in the order in which they must be found.
func TestOrder(t *testing.T) {
	t.Parallel()
	popular := installs(9_000_000)
	for name, c := range map[string]struct {
		query string
		docs  []*search.Document
	}{
		"an exact name before popularity": {"stale", []*search.Document{
			document("Stale", "Closes issues"), document("Stale Branches", "stale stale stale", popular)}},
		"a name with a slip before names that hold it": {"renovtae", []*search.Document{
			document("Renovate", "Updates"), document("Renovate Approve", "For Renovate", popular)}},
		"a joined name": {"merge when green", []*search.Document{
			document("MergeWhenGreen", "Bot"), document("Merge Bot", "Merges when checks are green", popular)}},
		"a name before a tagline": {"review", []*search.Document{
			document("Review", "Bot"), document("Helper", "Helps with review", popular)}},
		"the first category before the second, and both before words": {"code review", []*search.Document{
			document("Alpha", "Bot", in("code-review", "Code review")),
			document("Beta", "Bot", in("testing", "Testing"), in("code-review", "Code review"), popular),
			document("Gamma", "Looks at code before a review", popular)}},
		"a publisher before words": {"acme", []*search.Document{
			document("Alpha", "Bot", func(d *search.Document) { d.PublisherName = "Acme" }), document("Beta", "Connects to Acme", popular)}},
		"all words before some": {"visual regression", []*search.Document{
			document("Alpha", "Finds visual regression"), document("Beta", "Visual tests", popular)}},
		"words before what means the same": {"lint", []*search.Document{
			document("Alpha", "Can lint"), document("Beta", "Static analysis", popular)}},
		"neighbours before words apart": {"pull request", []*search.Document{
			document("Alpha", "Labels a pull request"), document("Beta", "On request it will pull")}},
		"popularity where all else is equal": {"label", []*search.Document{
			document("Alpha", "Adds a label", installs(5000)), document("Beta", "Adds a label", installs(50))}},
	} {
		var want []string
		for _, d := range c.docs {
			want = append(want, d.Name)
		}
		reversed := slices.Clone(c.docs)
		slices.Reverse(reversed)
		if got := best(t, c.query, reversed...); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func TestPlanFindsWhatWasMeant(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ query, tagline string }{
		{"codereview", "Does code review"}, {"code-review", "Does code review"}, {"dependancies", "Updates a dependency"},
		{"backup", "Backs up: makes a back-up"}, {"持续集成", "Continuous integration"}, {"continuous integration", "在云端进行持续集成"},
		{"intégration continue", "CI server"}, {"ブックマーク", "Keeps bookmarks"}, {"图", "地图工具"}, {"図", "地図ツール"},
		{`"leaked keys"`, "Finds leaked keys"},
	} {
		if got := best(t, c.query, document("Alpha", c.tagline)); len(got) != 1 {
			t.Errorf("%q doesn't find %q", c.query, c.tagline)
		}
	}
	for _, c := range []struct{ query, tagline string }{
		{`"keys leaked"`, "Finds leaked keys"}, {"cat", "A cart"}, {"author ", "Authorization"},
	} {
		if got := best(t, c.query, document("Alpha", c.tagline)); len(got) != 0 {
			t.Errorf("%q finds %q", c.query, c.tagline)
		}
	}
}

func TestSynonymsAreWellFormed(t *testing.T) {
	t.Parallel()
	related := rank.RelatedTo(document("Alpha", "Backs up and monitors; makes pull requests"))
	if len(related.Notions) < 3 || !slices.Contains(related.Words["zh-CN"], "备份") || !slices.Contains(related.Words["ja"], "バックアップ") {
		t.Errorf("related: %+v", related)
	}
	if a, ok := rank.Notion([]string{"merge", "requests"}); !ok || !slices.Contains(related.Notions, a) {
		t.Errorf("merge requests are %q, %v; mentioned are %v", a, ok, related.Notions)
	}
	if _, ok := rank.Notion([]string{"no", "such", "thing"}); ok {
		t.Error("nonsense is a notion")
	}
}

func TestWhyNamesOnlyKnownRules(t *testing.T) {
	t.Parallel()
	lex := rank.NewLexicon()
	text := lex.Add(document("Code Review", "Does code review", in("code-review", "Code review"), installs(10), func(d *search.Document) {
		d.PublisherName, d.Discontinued = "Code Reviewers", true
	}))
	for _, query := range []string{"code review", "code", "reviewer", "cod"} {
		p := lex.Plan(query)
		s := p.Score(text, 0)
		for _, r := range p.Why(&s, text).Rules {
			if !slices.Contains(search.RuleCodes(), r.Code) || r.Score <= 0 {
				t.Errorf("%q: %+v", query, r)
			}
		}
		p.Close()
	}
}

func FuzzPlan(f *testing.F) {
	lex := rank.NewLexicon()
	text := lex.Add(document("GitGuardian", "Finds secrets; サーバーの監視, 持续集成 c++", in("code-review", "Code review")))
	for _, s := range []string{"git guardian", `"find secrets" x`, "監視サーバ", "''", strings.Repeat("a b ", 60)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		p := lex.Plan(query)
		if p == nil {
			return
		}
		defer p.Close()
		s := p.Score(text, 0)
		if total := s.Total(); total < 0 || total != total {
			t.Fatalf("%q scores %v", query, total)
		}
		for _, q := range p.Queries() {
			if strings.ContainsAny(q, "\x00\\") {
				t.Fatalf("%q asks for %q", query, q)
			}
		}
		_ = fmt.Sprint(p.Terms(text), p.Why(&s, text))
	})
}

func BenchmarkScore(b *testing.B) {
	lex := rank.NewLexicon()
	text := lex.Add(document("GitGuardian", strings.Repeat("Finds secrets in the source code of pull requests ", 4), in("security", "Security")))
	p := lex.Plan("secrets in pull requests")
	defer p.Close()
	for b.Loop() {
		p.Score(text, 0)
	}
}
