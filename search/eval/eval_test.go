package eval_test

import (
	"os"
	"strings"
	"testing"

	"souk/demo"
	"souk/models/db/dbtest"
	"souk/search"
	"souk/search/columns"
	"souk/search/eval"
	"souk/search/meili"
	"souk/search/meili/meilitest"
	"souk/search/pg"
)

func TestMain(m *testing.M) { os.Exit(meilitest.Main(m)) }

// floors are what both engines reach at least on the demonstration catalogue,
// as mean nDCG@10. Raise them when the rules get better; a change that needs
// them lower makes search worse.
var floors = map[string]float64{
	"apps":       0.93,
	"translated": 0.92,
}

func TestRankingStaysAboveItsFloors(t *testing.T) {
	t.Parallel()
	queries, err := os.ReadFile("../../demo/queries.json")
	if err != nil {
		t.Fatal(err)
	}
	for collection, floor := range floors {
		var table strings.Builder
		reports, err := eval.Evaluate(t.Context(), demo.Catalogue(), strings.NewReader(string(queries)), engines(t), &table, collection)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s:\n%s", collection, table.String())
		for _, r := range reports {
			if r.All.NDCG < floor {
				t.Errorf("%s on %s: %.3f, below %.2f; the worst:\n%s", r.Engine, collection, r.All.NDCG, floor, r.Worst(floor))
			}
			for _, l := range r.Lines {
				if l.Query.Kind == "exact" && l.Metrics.MRR < 1 {
					t.Errorf("%s: the exact name %q doesn't stand first but %v", r.Engine, l.Query.Text, l.Found)
				}
			}
		}
	}
}

func engines(t *testing.T) []search.Engine {
	t.Helper()
	one, two := columns.New(), columns.New()
	m := meili.New(meili.Config{URL: meilitest.URL(t), Index: meilitest.Index(t)}, two)
	if err := m.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return []search.Engine{columns.Fed(pg.New(dbtest.New(t), one), one), columns.Fed(m, two)}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	const catalogue = `[{"slug":"a","name":"Alpha","short_description":"one"},{"slug":"b","name":"Beta","short_description":"one"}]`
	const queries = `[{"id":"1","q":"alpha","lang":"en","kind":"exact","collection":"x","relevant":[{"slug":"a","grade":3}]},
		{"id":"2","q":"nothing at all","lang":"en","kind":"typo","collection":"x","relevant":[{"slug":"b","grade":1}]},
		{"id":"3","q":"alpha","lang":"fr","kind":"exact","collection":"y","relevant":[{"slug":"b","grade":3}]}]`
	set := columns.New()
	e := columns.Fed(pg.New(dbtest.New(t), set), set)
	var table strings.Builder
	reports, err := eval.Evaluate(t.Context(), strings.NewReader(catalogue), strings.NewReader(queries), []search.Engine{e}, &table, "x")
	if err != nil {
		t.Fatal(err)
	}
	r := reports[0]
	if r.All != (eval.Metrics{Queries: 2, NDCG: 0.5, MRR: 0.5, Recall: 0.5}) || r.Kinds["exact"].NDCG != 1 || r.Kinds["typo"].NDCG != 0 {
		t.Errorf("the report is %+v", r)
	}
	if !strings.Contains(table.String(), "kind exact") || !strings.Contains(r.Worst(0.5), "nothing at all") {
		t.Errorf("the table is\n%s", table.String())
	}
	for name, broken := range map[string]string{"not JSON": "[{", "no name": `[{"slug":"a"}]`, "nothing": ""} {
		if _, err := eval.Evaluate(t.Context(), strings.NewReader(broken), strings.NewReader(queries), nil, &table, ""); err == nil {
			t.Errorf("%s is read as a catalogue", name)
		}
	}
}

func TestCataloguesOfAllShapes(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"exchange format": `{"souk":"catalogue","version":1}
			{"category":{"slug":"security","names":{"en":"Security","fr":"Sécurité"}}}
			{"publisher":{"login":"acme","name":"Acme","verified":true}}
			{"listing":{"slug":"guard","name":"Guard","type":"github_app","publisher":"acme","tagline":"Guards","categories":["security"],"translations":{"fr":{"tagline":"Garde"}}}}
			{"listing":{"slug":"hidden","name":"Hidden","type":"github_app","state":"draft"}}`,
		"apps": `[{"slug":"guard","name":"Guard","type":"github_app","publisher":"Acme","publisher_url":"https://github.com/Acme/","verified":true,
			"short_description":"Guards","categories":["security"],"pricing":[{"model":"free"}]}]`,
		"several languages": `[{"slug":"guard","name":"Guard","names":{"zh":"守卫"},"descriptions":{"en":"Guards","fr":"Garde"},"category":"shop:security"}]`,
	} {
		docs, err := eval.ReadCatalogue(strings.NewReader(text))
		if err != nil || len(docs) != 1 {
			t.Errorf("%s: %d documents, %v", name, len(docs), err)
			continue
		}
		d := docs[0]
		if d.ID != 1 || d.Slug != "guard" || d.Taglines["en"] != "Guards" || d.Categories[0] != "security" || d.CategoryNames[0]["fr"] != "Sécurité" {
			t.Errorf("%s: %+v", name, d)
		}
		if name != "several languages" && (d.Publisher != "acme" || d.PublisherName != "Acme" || !d.Verified) {
			t.Errorf("%s: the publisher is %q, %q, %v", name, d.Publisher, d.PublisherName, d.Verified)
		}
	}
}
