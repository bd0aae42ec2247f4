// Package search finds listings. Engine is what a search engine must do; the
// package meili does it with Meilisearch, pg with Postgres, and enginetest
// holds both to one contract. Service chooses between them.
//
// The package decides what matches and in which order, never who may see it:
// what a search returns are ids, and the verb that loads them from the
// database leaves out what is not public.
package search

import (
	"context"
	"slices"
	"strings"
	"time"

	"souk/models"
)

// Sort is an order of results.
type Sort string

// The orders. Best match without text is the same as most installed.
const (
	BestMatch Sort = "best"
	Installs  Sort = "installs"
	Added     Sort = "added"
	Updated   Sort = "updated"
	Name      Sort = "name"
)

// Sorts lists the orders as pages show them.
func Sorts() []Sort { return []Sort{BestMatch, Installs, Added, Updated, Name} }

// Facet is a property that results can be filtered by and are counted by.
type Facet string

// The facets. Values of one facet widen the result, facets narrow it: (a or b)
// and (c or d).
const (
	Category   Facet = "category"
	Type       Facet = "type"
	Pricing    Facet = "pricing"
	Verified   Facet = "verified"   // "true" or "false"
	Language   Facet = "language"   // programming language, lower case
	Permission Facet = "permission" // see PermissionValues
	Publisher  Facet = "publisher"  // login
)

// Facets lists the facets as pages show them.
func Facets() []Facet {
	return []Facet{Category, Type, Pricing, Verified, Permission, Language, Publisher}
}

// Filters holds the chosen values of each facet.
type Filters map[Facet][]string

// Query asks for one page of results. Text may be empty, which browses. Lang is
// the reader's language (en, zh-CN, ja, fr). Page starts at 1. Counted lists
// the facets to count; nil is DefaultCounted, empty is none.
type Query struct {
	Text    string
	Lang    string
	Filters Filters
	Sort    Sort
	Page    int
	PerPage int
	Counted []Facet
	Explain bool
}

// DefaultCounted lists the facets that are counted unless a query says
// otherwise: all but Publisher, which has as many values as there are people.
func DefaultCounted() []Facet {
	return []Facet{Category, Type, Pricing, Verified, Permission, Language}
}

// MaxCounted bounds the values of one facet that are counted; of more, those
// with the most results are.
const MaxCounted = 500

// MaxPerPage bounds Query.PerPage; MaxResults bounds how deep paging goes.
const (
	MaxPerPage = 100
	MaxResults = 10_000
)

// Hit is one result. Terms are the words of the document that matched, folded
// (Fold), for highlighting. Why is set when the query asked to Explain.
type Hit struct {
	ID    int64
	Terms []string
	Why   *Why
}

// Why says what put a result where it stands: the rules in the order in which
// they are applied, each with what it found.
type Why struct {
	Rules []Rule
}

// Rule is one ranking rule and this result's standing under it. Code is a
// translation key suffix: "search.rule.<code>". Score is 0..1 where the rule
// has a degree; Detail is data such as a matched word or a number of installs.
type Rule struct {
	Code   string
	Score  float64
	Detail string
}

// Counts maps each facet to its values' counts. Counts of a facet ignore the
// choices made in that facet itself and follow all others (disjunctive), so
// that a reader sees what choosing one more value would add.
type Counts map[Facet]map[string]int

// Result is one page of results. Total is exact up to MaxResults. Degraded
// tells that the first engine failed and the fall-back answered.
type Result struct {
	Hits     []Hit
	Total    int
	Counts   Counts
	Engine   string
	Degraded bool
}

// Document is what an engine knows about a listing. Texts are keyed by
// language (en, zh-CN, ja, fr); English is always present. Publisher fields are
// empty when unknown.
type Document struct {
	ID            int64
	Slug          string
	Name          string
	Names         map[string]string // translated names, if any
	Taglines      map[string]string
	Introductions map[string]string
	Descriptions  map[string]string
	Keywords      []string
	PublisherName string
	Publisher     string // login
	Verified      bool
	Type          models.AppKind
	Categories    []string       // slugs, the first one first
	CategoryNames []models.Texts // of each of Categories
	Pricing       []string
	Programming   []string
	Permissions   models.Grants // nil: unknown
	Scopes        []string      // of an OAuth App; nil: unknown
	Installs      *int64
	Stars         *int64
	Discontinued  bool
	PublishedAt   time.Time
	UpdatedAt     time.Time
	Version       string // changes whenever anything above does
}

// Engine is a search engine. Every method is safe for concurrent use and
// returns an error, never a partial answer.
type Engine interface {
	// Name is "meilisearch" or "postgres".
	Name() string
	// Search answers one query.
	Search(ctx context.Context, q Query) (Result, error)
	// Suggest answers search-as-you-type: at most n hits, no counts.
	Suggest(ctx context.Context, text, lang string, n int) ([]Hit, error)
	// Index adds or replaces documents; it returns once they are searchable.
	Index(ctx context.Context, docs []Document) error
	// Remove takes documents out; unknown ids are not an error.
	Remove(ctx context.Context, ids []int64) error
	// Rebuild fills a second index from documents and swaps it in; searches
	// are answered from the old one until then. next returns an empty slice
	// at the end.
	Rebuild(ctx context.Context, next func(context.Context) ([]Document, error)) error
	// Versions returns the id and version of every indexed document, for
	// finding drift.
	Versions(ctx context.Context) (map[int64]string, error)
}

// Values of the Permission facet beside the permissions themselves.
const (
	// NoCodeWrite holds where permissions or scopes are known and none of them
	// can change code.
	NoCodeWrite = "no-code-write"
	// NoPermissions holds where it is known that the app asks for nothing.
	NoPermissions = "none"
	// UnknownPermissions holds where nobody has told what the app asks for.
	UnknownPermissions = "unknown"
)

// PermissionValues lists d's values of the Permission facet: the key of every
// permission at whatever level, and which of NoCodeWrite, NoPermissions and
// UnknownPermissions hold.
func (d *Document) PermissionValues() []string {
	if d.Permissions == nil && d.Scopes == nil {
		return []string{UnknownPermissions}
	}
	var out []string
	for _, g := range d.Permissions.Sorted() {
		out = append(out, g.Key)
	}
	slices.Sort(out)
	if len(d.Permissions) == 0 && len(d.Scopes) == 0 {
		out = append(out, NoPermissions)
	}
	if !d.Permissions.WritesCode() && !scopesWriteCode(d.Scopes) {
		out = append(out, NoCodeWrite)
	}
	return out
}

func scopesWriteCode(scopes []string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool {
		return s == "repo" || s == "public_repo" || s == "workflow"
	})
}

// FacetValues lists d's values of facet f.
func (d *Document) FacetValues(f Facet) []string {
	switch f {
	case Category:
		return d.Categories
	case Type:
		return []string{string(d.Type)}
	case Pricing:
		return d.Pricing
	case Verified:
		if d.Verified {
			return []string{"true"}
		}
		return []string{"false"}
	case Language:
		return d.Programming
	case Permission:
		return d.PermissionValues()
	case Publisher:
		if d.Publisher != "" {
			return []string{d.Publisher}
		}
	}
	return nil
}

// Rules is the version of the rules by which documents become terms. It is
// part of every document's version, so that changing it, with the analyzer or
// what is indexed, has all of them indexed again.
const Rules = "1"

// Source is where documents come from.
type Source interface {
	// Documents returns those of ids that may be found.
	Documents(ctx context.Context, ids []int64) ([]Document, error)
	// All returns a function that returns all documents, some at a time, and
	// none at the end.
	All() func(context.Context) ([]Document, error)
	// Count returns how many documents there are.
	Count(ctx context.Context) (int, error)
	// Versions returns the id and version of every document.
	Versions(ctx context.Context) (map[int64]string, error)
}

// Differences compares what an index should hold with what it has.
func Differences(want, have map[int64]string) (changed, gone []int64) {
	for id, version := range want {
		if have[id] != version {
			changed = append(changed, id)
		}
	}
	for id := range have {
		if _, ok := want[id]; !ok {
			gone = append(gone, id)
		}
	}
	slices.Sort(changed)
	slices.Sort(gone)
	return changed, gone
}

// Browses reports whether q has no text.
func (q *Query) Browses() bool { return strings.TrimSpace(q.Text) == "" }

// NoCounts are q's counts where nothing was found.
func (q *Query) NoCounts() Counts {
	out := Counts{}
	for _, f := range q.CountedFacets() {
		out[f] = map[string]int{}
	}
	return out
}

// Suggestion is the query that answers search-as-you-type.
func Suggestion(text, lang string, n int) Query {
	return Query{Text: text, Lang: lang, PerPage: n, Counted: []Facet{}}
}

// Sane returns q with a page, a page size and a sort that exist.
func (q Query) Sane() Query {
	q.Page = min(max(q.Page, 1), MaxResults)
	q.PerPage = min(max(q.PerPage, 1), MaxPerPage)
	if !slices.Contains(Sorts(), q.Sort) {
		q.Sort = BestMatch
	}
	return q
}

// CountedFacets are the facets to count.
func (q *Query) CountedFacets() []Facet {
	if q.Counted == nil {
		return DefaultCounted()
	}
	return q.Counted
}

// ExplainSort says of every hit that no rule but its popularity puts it there.
func ExplainSort(r *Result) {
	for i := range r.Hits {
		r.Hits[i].Why = &Why{Rules: []Rule{{Code: "installs"}}}
	}
}

// RuleCodes lists the codes that Why may hold, for the test that each has a
// message in every language.
func RuleCodes() []string {
	return []string{
		"exact_name", "whole_name", "name", "name_start", "publisher", "category", "other_category", "words", "near", "installs", "stars",
		"discontinued",
	}
}
