package meili

import (
	"math"
	"strings"

	"github.com/meilisearch/meilisearch-go"

	"souk/models"
	"souk/search"
	"souk/search/analyze"
	"souk/search/rank"
)

// document is a listing as the index holds it. Searchable text is folded, with
// one attribute for each language that Meilisearch cuts into words by its own
// rules.
type document struct {
	ID      int64  `json:"id"`
	Version string `json:"version"`

	Key        []string `json:"key,omitempty"` // names joined, and their parts
	Name       []string `json:"name,omitempty"`
	NameZH     string   `json:"name_zh,omitempty"`
	NameJA     string   `json:"name_ja,omitempty"`
	Publisher  []string `json:"publisher,omitempty"`
	Category   []string `json:"category,omitempty"`
	CategoryZH []string `json:"category_zh,omitempty"`
	CategoryJA []string `json:"category_ja,omitempty"`
	Keywords   []string `json:"keywords,omitempty"`
	Text       []string `json:"text,omitempty"` // English and French
	TextZH     []string `json:"text_zh,omitempty"`
	TextJA     []string `json:"text_ja,omitempty"`
	Also       []string `json:"also,omitempty"` // what means the same as words of the above
	AlsoZH     []string `json:"also_zh,omitempty"`
	AlsoJA     []string `json:"also_ja,omitempty"`
	More       []string `json:"more,omitempty"`
	MoreZH     string   `json:"more_zh,omitempty"`
	MoreJA     string   `json:"more_ja,omitempty"`

	ByCategory   []string `json:"by_category"`
	ByType       string   `json:"by_type"`
	ByPricing    []string `json:"by_pricing"`
	ByVerified   string   `json:"by_verified"`
	ByLanguage   []string `json:"by_language"`
	ByPermission []string `json:"by_permission"`
	ByPublisher  []string `json:"by_publisher"`

	Standing float64 `json:"standing"`
	Installs int64   `json:"installs"`
	Added    int64   `json:"added"`
	Updated  int64   `json:"updated"`
	SortName string  `json:"sort_name"`
}

// attribute is where the values of a facet stand.
func attribute(f search.Facet) string { return "by_" + string(f) }

func settings() *meilisearch.Settings {
	return &meilisearch.Settings{
		SearchableAttributes: []string{
			"key", "name", "name_zh", "name_ja", "publisher", "category", "category_zh", "category_ja", "keywords",
			"text", "text_zh", "text_ja", "also", "also_zh", "also_ja", "more", "more_zh", "more_ja",
		},
		DisplayedAttributes: []string{"id", "version"},
		SortableAttributes:  []string{"standing", "installs", "added", "updated", "sort_name", "id"},
		// Enough to choose candidates; their order is package rank's.
		RankingRules: []string{"sort", "words", "typo", "attribute", "exactness", "standing:desc", "id:asc"},
		// Phrases need to know where words stand.
		ProximityPrecision: meilisearch.ByWord,
		LocalizedAttributes: []*meilisearch.LocalizedAttributes{
			{Locales: []string{"cmn"}, AttributePatterns: []string{"*_zh"}},
			{Locales: []string{"jpn"}, AttributePatterns: []string{"*_ja"}},
		},
		TypoTolerance: &meilisearch.TypoTolerance{
			Enabled: true, MinWordSizeForTypos: meilisearch.MinWordSizeForTypos{OneTypo: 4, TwoTypos: 8},
			DisableOnWords: []string{}, DisableOnAttributes: []string{"also", "also_zh", "also_ja", "more", "more_zh", "more_ja"},
		},
		Pagination: &meilisearch.Pagination{MaxTotalHits: search.MaxResults},
		Faceting: &meilisearch.Faceting{
			MaxValuesPerFacet: maxListed, SortFacetValuesBy: map[string]meilisearch.SortFacetType{"*": meilisearch.SortFacetTypeCount},
		},
	}
}

// filterable is what results are filtered by and counted: whole values, never
// ranges or parts of them, which would take longer to index.
func filterable() *[]any {
	return &[]any{meilisearch.AttributeRule{
		AttributePatterns: []string{"id", attribute("*")},
		Features:          meilisearch.AttributeFeatures{Filter: meilisearch.FilterFeatures{Equality: true}},
	}}
}

func documents(docs []search.Document) []document {
	out := make([]document, len(docs))
	for i := range docs {
		out[i] = newDocument(&docs[i])
	}
	return out
}

func newDocument(d *search.Document) document {
	m := document{
		ID: d.ID, Version: d.Version,
		Key:       keys(d),
		Name:      fold(d.Name, d.Names["fr"]),
		NameZH:    analyze.Fold(d.Names["zh-CN"]),
		NameJA:    analyze.Fold(d.Names["ja"]),
		Publisher: fold(d.PublisherName, d.Publisher),
		Category:  fold(d.Categories...),
		Keywords:  fold(d.Keywords...),
		Text:      fold(d.Taglines["en"], d.Introductions["en"], d.Taglines["fr"], d.Introductions["fr"]),
		TextZH:    fold(d.Taglines["zh-CN"], d.Introductions["zh-CN"]),
		TextJA:    fold(d.Taglines["ja"], d.Introductions["ja"]),
		More:      fold(d.Descriptions["en"], d.Descriptions["fr"]),
		MoreZH:    analyze.Fold(d.Descriptions["zh-CN"]),
		MoreJA:    analyze.Fold(d.Descriptions["ja"]),

		ByCategory: values(d, search.Category), ByPricing: values(d, search.Pricing), ByLanguage: values(d, search.Language),
		ByPermission: values(d, search.Permission), ByPublisher: values(d, search.Publisher),
		ByType: string(d.Type), ByVerified: d.FacetValues(search.Verified)[0],

		Standing: standing(d), Installs: -1, Added: d.PublishedAt.UnixMicro(), Updated: d.UpdatedAt.UnixMicro(),
		SortName: analyze.Fold(d.Name),
	}
	for _, names := range d.CategoryNames {
		m.Category = append(m.Category, fold(names["en"], names["fr"])...)
		m.CategoryZH = append(m.CategoryZH, fold(names["zh-CN"])...)
		m.CategoryJA = append(m.CategoryJA, fold(names["ja"])...)
	}
	if d.Installs != nil {
		m.Installs = *d.Installs
	}
	m.also(d)
	return m
}

// also adds what means the same as words of the listing. Meilisearch could do
// so itself for the words of a query, but takes five to ten times as long then.
func (m *document) also(d *search.Document) {
	related := rank.RelatedTo(d)
	m.Also = append(fold(related.Words["en"]...), related.Notions...)
	m.AlsoZH = fold(related.Words["zh-CN"]...)
	m.AlsoJA = fold(related.Words["ja"]...)
}

// keys are the names as one word each, and the joined and split forms of them.
func keys(d *search.Document) []string {
	var out []string
	for _, name := range append([]string{d.Name, d.Slug}, languages(d.Names)...) {
		if k := analyze.Key(name); k != "" {
			out = append(out, k)
		}
		for _, t := range analyze.Tokens(name, analyze.Name) {
			if t.Extra && !t.CJK {
				out = append(out, t.Term)
			}
		}
	}
	return out
}

func languages(names map[string]string) []string {
	var out []string
	for _, lang := range models.Languages() {
		if s := names[lang]; s != "" {
			out = append(out, s)
		}
	}
	return out
}

// maxText is how much of one text is indexed, in bytes.
const maxText = 60_000

func fold(texts ...string) []string {
	var out []string
	for _, s := range texts {
		if f := analyze.Fold(s[:min(len(s), maxText)]); f != "" {
			out = append(out, f)
		}
	}
	return out
}

// maxValue is the longest value that Meilisearch filters by, in bytes.
const maxValue = 400

func values(d *search.Document, f search.Facet) []string {
	out := []string{}
	for _, v := range d.FacetValues(f) {
		if v != "" && len(v) <= maxValue {
			out = append(out, strings.ToValidUTF8(v, ""))
		}
	}
	return out
}

// standing orders listings where no words do: those still maintained first,
// then by popularity.
func standing(d *search.Document) float64 {
	p := math.Round(float64(rank.Popularity(d))*1e6) / 1e6
	if d.Discontinued {
		p -= 10
	}
	return p
}
