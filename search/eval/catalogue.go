package eval

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"souk/models"
	"souk/search"
)

// ReadCatalogue reads documents in any of three forms: Souk's own exchange
// format (JSON Lines), an array of apps with publishers, categories and prices,
// or an array of items with names and descriptions in several languages. Ids
// count from 1 in the order of the file.
func ReadCatalogue(r io.Reader) ([]search.Document, error) {
	b := bufio.NewReader(r)
	names, err := categoryNames()
	if err != nil {
		return nil, err
	}
	first, err := firstByte(b)
	if err != nil {
		return nil, fmt.Errorf("eval: catalogue: %w", err)
	}
	var docs []search.Document
	if first == '[' {
		docs, err = readArray(b, names)
	} else {
		docs, err = readLines(b, names)
	}
	if err != nil {
		return nil, fmt.Errorf("eval: catalogue: %w", err)
	}
	for i := range docs {
		finish(&docs[i], int64(i+1))
	}
	return docs, nil
}

func firstByte(b *bufio.Reader) (byte, error) {
	for {
		c, err := b.ReadByte()
		if err != nil {
			return 0, err
		}
		if !bytes.ContainsRune([]byte(" \t\r\n\xef\xbb\xbf"), rune(c)) {
			return c, b.UnreadByte()
		}
	}
}

// finish gives a document what every document has.
func finish(d *search.Document, id int64) {
	d.ID = id
	d.Version = fmt.Sprint(id)
	d.PublishedAt = time.Unix(1_700_000_000+id, 0)
	d.UpdatedAt = d.PublishedAt
	if len(d.Pricing) == 0 {
		d.Pricing = []string{models.PricingUnknown}
	}
	for i, p := range d.Programming {
		d.Programming[i] = strings.ToLower(p)
	}
}

// table maps slugs of categories to their names.
type table map[string]models.Texts

// categoriesFile names the categories that catalogues without names of their
// own use.
//
//go:embed categories.json
var categoriesFile []byte

func categoryNames() (table, error) {
	var list []struct {
		Slug  string
		Names models.Texts
	}
	if err := json.Unmarshal(categoriesFile, &list); err != nil {
		return nil, fmt.Errorf("eval: categories: %w", err)
	}
	t := table{}
	for _, c := range list {
		t[c.Slug] = c.Names
	}
	return t, nil
}

// file puts d into categories. One that the table doesn't know is named by its
// slug.
func (t table) file(d *search.Document, slugs []string) {
	for _, s := range slugs {
		if s == "" || slices.Contains(d.Categories, s) {
			continue
		}
		names, ok := t[s]
		if !ok {
			names = models.Texts{"en": strings.ReplaceAll(s, "-", " ")}
		}
		d.Categories = append(d.Categories, s)
		d.CategoryNames = append(d.CategoryNames, names)
	}
}

// line is one line of the exchange format, as far as search reads it.
type line struct {
	Category *struct {
		Slug  string
		Names models.Texts
	}
	Publisher *struct {
		Login, Name string
		Verified    *bool
	}
	Listing *struct {
		Slug, Name, Publisher, Tagline, Introduction, Description string
		Type                                                      models.AppKind
		State                                                     models.ListingState
		Keywords, Categories, Languages, Scopes                   []string
		Permissions                                               models.Grants
		Plans                                                     []struct {
			Kind      models.PlanKind
			TrialDays int `json:"trial_days"`
		}
		Installs, Stars *int64
		Discontinued    bool
		Translations    map[string]struct{ Name, Tagline, Introduction, Description string }
	}
}

func readLines(r io.Reader, names table) ([]search.Document, error) {
	var docs []search.Document
	type publisher struct {
		name     string
		verified bool
	}
	publishers := map[string]publisher{}
	dec := json.NewDecoder(r)
	for n := 1; ; n++ {
		var l line
		if err := dec.Decode(&l); err == io.EOF {
			return docs, nil
		} else if err != nil {
			return nil, fmt.Errorf("entry %d: %w", n, err)
		}
		switch {
		case l.Category != nil:
			names[l.Category.Slug] = l.Category.Names
		case l.Publisher != nil:
			p := l.Publisher
			publishers[p.Login] = publisher{p.Name, p.Verified != nil && *p.Verified}
		case l.Listing != nil && (l.Listing.State == "" || l.Listing.State == models.ListingPublished):
			d := l.document()
			d.PublisherName, d.Verified = publishers[d.Publisher].name, publishers[d.Publisher].verified
			if d.PublisherName == "" {
				d.PublisherName = d.Publisher
			}
			names.file(&d, l.Listing.Categories)
			docs = append(docs, d)
		}
	}
}

func (l *line) document() search.Document {
	e := l.Listing
	d := blank(e.Slug, e.Name)
	d.Type, d.Publisher, d.Keywords, d.Programming = e.Type, e.Publisher, e.Keywords, e.Languages
	d.Permissions, d.Scopes, d.Installs, d.Stars, d.Discontinued = e.Permissions, e.Scopes, e.Installs, e.Stars, e.Discontinued
	d.Taglines["en"], d.Introductions["en"], d.Descriptions["en"] = e.Tagline, e.Introduction, e.Description
	for lang, t := range e.Translations {
		d.Names[lang], d.Taglines[lang], d.Introductions[lang], d.Descriptions[lang] = t.Name, t.Tagline, t.Introduction, t.Description
	}
	var plans []models.Plan
	for _, p := range e.Plans {
		plans = append(plans, models.Plan{Kind: p.Kind, TrialDays: p.TrialDays, State: models.PlanPublished})
	}
	d.Pricing = models.PricingOf(plans).Values()
	return d
}

func blank(slug, name string) search.Document {
	return search.Document{
		Slug: slug, Name: name, Type: models.GitHubApp,
		Names: map[string]string{}, Taglines: map[string]string{}, Introductions: map[string]string{}, Descriptions: map[string]string{},
	}
}

// item is an entry of a foreign array, in either form.
type item struct {
	Slug, Name string

	// of an app
	Type             models.AppKind
	Publisher        *string
	PublisherURL     *string `json:"publisher_url"`
	ShortDescription string  `json:"short_description"`
	Description      *string `json:"description_markdown"`
	Categories       []string
	Permissions      models.Grants
	Scopes           []string `json:"oauth_scopes"`
	Pricing          []struct{ Model string }
	Verified         *bool
	Installs, Stars  *int64
	Languages        []string

	// of an item in several languages
	Names        map[string]string
	Descriptions map[string]string
	Category     string
}

func readArray(r io.Reader, names table) ([]search.Document, error) {
	var items []item
	if err := json.NewDecoder(r).Decode(&items); err != nil {
		return nil, err
	}
	docs := make([]search.Document, len(items))
	for i := range items {
		if items[i].Slug == "" || items[i].Name == "" {
			return nil, fmt.Errorf("entry %d has no slug or name", i+1)
		}
		docs[i] = items[i].document(names)
	}
	return docs, nil
}

func (it *item) document(names table) search.Document {
	d := blank(it.Slug, it.Name)
	if it.Type != "" {
		d.Type = it.Type
	}
	d.Taglines["en"] = it.ShortDescription
	if it.Description != nil {
		d.Introductions["en"] = *it.Description
	}
	if it.Publisher != nil {
		d.PublisherName, d.Publisher = *it.Publisher, login(*it.Publisher, it.PublisherURL)
	}
	if len(it.Permissions) > 0 {
		d.Permissions = it.Permissions
	}
	if len(it.Scopes) > 0 {
		d.Scopes = it.Scopes
	}
	d.Verified = it.Verified != nil && *it.Verified
	d.Installs, d.Stars, d.Programming = it.Installs, it.Stars, it.Languages
	for lang, s := range it.Names {
		d.Names[tag(lang)] = s
	}
	for lang, s := range it.Descriptions {
		d.Taglines[tag(lang)] = s
	}
	names.file(&d, it.Categories)
	if _, shelf, ok := strings.Cut(it.Category, ":"); ok {
		names.file(&d, []string{shelf})
	} else {
		names.file(&d, []string{it.Category})
	}
	for _, p := range it.Pricing {
		value := models.PricingPaid
		if p.Model == string(models.PlanFree) {
			value = models.PricingFree
		}
		if !slices.Contains(d.Pricing, value) {
			d.Pricing = append(d.Pricing, value)
		}
	}
	return d
}

// login is the account in a publisher's address, or else made of its name.
func login(name string, url *string) string {
	if url != nil {
		if _, path, ok := strings.Cut(*url, "github.com/"); ok {
			login, _, _ := strings.Cut(strings.TrimPrefix(path, "orgs/"), "/")
			return strings.ToLower(login)
		}
	}
	return strings.Join(strings.Fields(strings.ToLower(name)), "-")
}

// tag is the language as Souk names it.
func tag(lang string) string {
	if lang == "zh" {
		return "zh-CN"
	}
	return lang
}
