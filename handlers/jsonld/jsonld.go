// Package jsonld says in schema.org's words what a page shows, for search
// engines. It is pure: a noun in, one JSON document out. It invents nothing:
// what is unknown is left out, and there are no ratings because nobody rated.
//
// The documents are safe inside a script element: "<", ">" and "&" are written
// as escapes.
package jsonld

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"golang.org/x/text/currency"

	"souk/models"
	"souk/models/catalog"
	"souk/web/paths"
)

const vocabulary = "https://schema.org"

// thing is anything that has a type.
type thing struct {
	Context string `json:"@context,omitempty"`
	Type    string `json:"@type,omitempty"`
	ID      string `json:"@id,omitempty"`
	Graph   []any  `json:"@graph,omitempty"`
	Name    string `json:"name,omitempty"`
	URL     string `json:"url,omitempty"`
}

type application struct {
	thing
	Description    string   `json:"description,omitempty"`
	Category       string   `json:"applicationCategory"`
	SubCategory    string   `json:"applicationSubCategory,omitempty"`
	OperatingSys   string   `json:"operatingSystem"`
	InLanguage     string   `json:"inLanguage"`
	Image          string   `json:"image"`
	Screenshot     []string `json:"screenshot,omitempty"`
	Publisher      *thing   `json:"publisher,omitempty"`
	Offers         []offer  `json:"offers,omitempty"`
	Help           string   `json:"softwareHelp,omitempty"`
	Permissions    string   `json:"permissions,omitempty"`
	DatePublished  string   `json:"datePublished,omitempty"`
	DateModified   string   `json:"dateModified,omitempty"`
	SameAs         string   `json:"sameAs,omitempty"`
	Keywords       []string `json:"keywords,omitempty"`
	AccessibleFree bool     `json:"isAccessibleForFree,omitempty"`
}

type offer struct {
	thing
	Price         string      `json:"price"`
	Currency      string      `json:"priceCurrency"`
	Specification []unitPrice `json:"priceSpecification,omitempty"`
}

type unitPrice struct {
	Type     string   `json:"@type"`
	Price    string   `json:"price"`
	Currency string   `json:"priceCurrency"`
	UnitText string   `json:"unitText,omitempty"`
	Per      quantity `json:"referenceQuantity"`
}

type quantity struct {
	Type     string `json:"@type"`
	Value    int    `json:"value"`
	UnitCode string `json:"unitCode"`
}

// Listing describes a listing's page: the app with its offers, and where the
// page stands.
func Listing(d *catalog.Details, base, lang string) []byte {
	return document(thing{Context: vocabulary, Graph: []any{app(d, base, lang), breadcrumbs(d, base, lang)}})
}

func app(d *catalog.Details, base, lang string) application {
	l := &d.Listing
	at := base + paths.Localized(lang, paths.Listing(l.Slug))
	a := application{
		thing:       thing{Type: "SoftwareApplication", ID: at + "#app", Name: l.Name, URL: at},
		Description: cmp.Or(l.Introduction, l.Tagline), Category: "DeveloperApplication", OperatingSys: "Any",
		InLanguage: d.Language, Image: base + paths.OGImage(l.Slug),
		Offers: offers(d.Plans, at), Help: cmp.Or(l.Links.Documentation, l.Links.Support),
		DateModified: stamp(&l.UpdatedAt), DatePublished: stamp(l.PublishedAt),
		SameAs: d.App.HomepageURL, Keywords: l.Keywords, AccessibleFree: d.Pricing().Free,
	}
	if len(d.Categories) > 0 {
		a.SubCategory = d.Categories[0].Names.In(lang)
	}
	if p := d.Publisher; p != nil {
		a.Publisher = &thing{Type: "Organization", Name: cmp.Or(p.Name, p.Login), URL: base + paths.Localized(lang, paths.Publisher(p.Login))}
	}
	for _, s := range d.Screenshots {
		a.Screenshot = append(a.Screenshot, base+paths.Image(s.ImageHash))
	}
	for i, g := range d.App.Permissions.Sorted() {
		if i > 0 {
			a.Permissions += ", "
		}
		a.Permissions += g.Key + ": " + string(g.Level)
	}
	return a
}

// offers lists the plans that have a price.
func offers(plans []models.Plan, at string) []offer {
	var all []offer
	for i := range plans {
		p := &plans[i]
		o := offer{thing: thing{Type: "Offer", Name: p.Name, URL: at}, Currency: p.Currency}
		for _, period := range []models.Period{models.Monthly, models.Yearly} {
			money, offered := p.Price(period, 1)
			if !offered {
				continue
			}
			o.Price = cmp.Or(o.Price, amount(money))
			if !p.Free() {
				o.Specification = append(o.Specification, specification(p, period, money))
			}
		}
		if o.Price != "" {
			all = append(all, o)
		}
	}
	return all
}

func specification(p *models.Plan, period models.Period, money models.Money) unitPrice {
	u := unitPrice{
		Type: "UnitPriceSpecification", Price: amount(money), Currency: money.Currency,
		Per: quantity{Type: "QuantitativeValue", Value: 1, UnitCode: "MON"},
	}
	if period == models.Yearly {
		u.Per.UnitCode = "ANN"
	}
	if p.Kind == models.PlanPerUnit {
		u.UnitText = p.UnitName
	}
	return u
}

// amount writes money in units with a dot, as schema.org wants it: 12.50.
func amount(m models.Money) string {
	scale := 2
	if unit, err := currency.ParseISO(m.Currency); err == nil {
		scale, _ = currency.Standard.Rounding(unit)
	}
	unit := int64(1)
	for range scale {
		unit *= 10
	}
	whole := strconv.FormatInt(m.Minor/unit, 10)
	if scale == 0 {
		return whole
	}
	return whole + fmt.Sprintf(".%0*d", scale, m.Minor%unit)
}

func stamp(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

type list struct {
	thing
	Count    int    `json:"numberOfItems,omitempty"`
	Elements []item `json:"itemListElement"`
}

type item struct {
	Type     string `json:"@type"`
	Position int    `json:"position"`
	Name     string `json:"name,omitempty"`
	URL      string `json:"url,omitempty"`
	Item     string `json:"item,omitempty"`
}

func breadcrumbs(d *catalog.Details, base, lang string) list {
	crumbs := list{thing: thing{Type: "BreadcrumbList"}}
	add := func(name, path string) {
		crumbs.Elements = append(crumbs.Elements, item{
			Type: "ListItem", Position: len(crumbs.Elements) + 1, Name: name, Item: base + paths.Localized(lang, path),
		})
	}
	add("Souk", paths.Home)
	if len(d.Categories) > 0 {
		add(d.Categories[0].Names.In(lang), paths.Category(d.Categories[0].Slug))
	}
	add(d.Listing.Name, paths.Listing(d.Listing.Slug))
	return crumbs
}

// ItemList describes one page of a list of listings: the place of the first
// card, from 1, and how many there are in all.
func ItemList(cards []catalog.Card, first, total int, base, lang string) []byte {
	l := list{thing: thing{Context: vocabulary, Type: "ItemList"}, Count: total, Elements: []item{}}
	for i := range cards {
		l.Elements = append(l.Elements, item{
			Type: "ListItem", Position: first + i, Name: cards[i].Name,
			URL: base + paths.Localized(lang, paths.Listing(cards[i].Slug)),
		})
	}
	return document(l)
}

type website struct {
	thing
	InLanguage string       `json:"inLanguage"`
	Action     searchAction `json:"potentialAction"`
}

type searchAction struct {
	Type   string     `json:"@type"`
	Target entryPoint `json:"target"`
	Input  string     `json:"query-input"`
}

type entryPoint struct {
	Type     string `json:"@type"`
	Template string `json:"urlTemplate"`
}

// Website describes the site and how to search it.
func Website(base, lang string) []byte {
	return document(website{
		thing:      thing{Context: vocabulary, Type: "WebSite", Name: "Souk", URL: base + paths.Localized(lang, paths.Home)},
		InLanguage: lang,
		Action: searchAction{
			Type:   "SearchAction",
			Target: entryPoint{Type: "EntryPoint", Template: base + paths.Localized(lang, paths.Browse) + "?query={search_term_string}"},
			Input:  "required name=search_term_string",
		},
	})
}

// document can't fail: the types above hold nothing that JSON doesn't know.
func document(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("jsonld: " + err.Error())
	}
	return b
}
