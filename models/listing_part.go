package models

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
)

// ListingPart names what belongs together in a listing's content: what staff lets
// go live at once, and what a reviewer looks at under one heading.
type ListingPart string

// The parts of a listing's content.
const (
	PartTexts        ListingPart = "texts"
	PartTranslations ListingPart = "translations"
	PartCategories   ListingPart = "categories"
	PartKeywords     ListingPart = "keywords"
	PartLanguages    ListingPart = "languages"
	PartLinks        ListingPart = "links"
	PartContacts     ListingPart = "contacts"
	PartData         ListingPart = "data"
	PartLogo         ListingPart = "logo"
	PartFeature      ListingPart = "feature"
	PartScreenshots  ListingPart = "screenshots"
	PartPurchase     ListingPart = "purchase"
	PartPlans        ListingPart = "plans"
	PartAccess       ListingPart = "access"
)

// listingParts lists the parts in the order of pages, each with the fields of a
// ListingContent that it is made of.
var listingParts = []struct {
	part   ListingPart
	fields []string
}{
	{PartTexts, []string{"Name", "Tagline", "Introduction", "Description"}},
	{PartTranslations, []string{"Translations"}},
	{PartCategories, []string{"Categories"}},
	{PartKeywords, []string{"Keywords"}},
	{PartLanguages, []string{"Languages"}},
	{PartLinks, []string{"HomepageURL", "Links"}},
	{PartContacts, []string{"Contacts"}},
	{PartData, []string{"Data"}},
	{PartLogo, []string{"Logo", "LogoBackdrop"}},
	{PartFeature, []string{"Feature"}},
	{PartScreenshots, []string{"Screenshots"}},
	{PartPurchase, []string{"Purchase", "PurchaseURL"}},
	{PartPlans, []string{"Plans"}},
	{PartAccess, []string{"Permissions", "Events", "Scopes", "SingleFilePaths"}},
}

// ListingParts lists the parts in the order of pages.
func ListingParts() []ListingPart {
	all := make([]ListingPart, len(listingParts))
	for i, p := range listingParts {
		all[i] = p.part
	}
	return all
}

// SmallParts lists the parts that staff may let go live at once, to be reviewed
// after. What an app is called, says, costs and asks for always waits.
func SmallParts() []ListingPart {
	return []ListingPart{PartLinks, PartScreenshots, PartContacts, PartKeywords, PartLanguages, PartData, PartFeature}
}

// DefaultSmallParts are those that go live at once until staff says otherwise.
func DefaultSmallParts() []ListingPart {
	return []ListingPart{PartLinks, PartScreenshots, PartContacts}
}

// CheckSmallParts says whether parts may go live at once, and returns them in the
// order of pages.
func CheckSmallParts(parts []string) ([]ListingPart, error) {
	var kept []ListingPart
	for _, p := range SmallParts() {
		if slices.Contains(parts, string(p)) {
			kept = append(kept, p)
		}
	}
	for _, p := range parts {
		if !slices.Contains(kept, ListingPart(p)) {
			return nil, ErrSmallField
		}
	}
	return kept, nil
}

// Small reports whether all that changed is among what may go live at once.
func Small(changed, allowed []ListingPart) bool {
	for _, p := range changed {
		if !slices.Contains(allowed, p) || !slices.Contains(SmallParts(), p) {
			return false
		}
	}
	return len(changed) > 0
}

// ChangedParts lists the parts in which two contents differ, in the order of
// pages. Defaults that one of them doesn't spell out make no difference.
func ChangedParts(a, b *ListingContent) []ListingPart {
	var changed []ListingPart
	for _, p := range listingParts {
		if !samePart(a, b, p.fields) {
			changed = append(changed, p.part)
		}
	}
	return changed
}

// TakePart makes one part of c that of other.
func (c *ListingContent) TakePart(part ListingPart, other *ListingContent) {
	to, from := reflect.ValueOf(c).Elem(), reflect.ValueOf(other).Elem()
	for _, p := range listingParts {
		if p.part != part {
			continue
		}
		for _, f := range p.fields {
			to.FieldByName(f).Set(from.FieldByName(f))
		}
	}
}

// SamePart reports whether two contents agree in one part.
func SamePart(part ListingPart, a, b *ListingContent) bool {
	return !slices.Contains(ChangedParts(a, b), part)
}

func samePart(a, b *ListingContent, fields []string) bool {
	x, y := reflect.ValueOf(plain(a)), reflect.ValueOf(plain(b))
	for _, f := range fields {
		if asJSON(x.FieldByName(f)) != asJSON(y.FieldByName(f)) {
			return false
		}
	}
	return true
}

func asJSON(v reflect.Value) string {
	if v.Kind() == reflect.Slice && v.Len() == 0 {
		return "null"
	}
	b, _ := json.Marshal(v.Interface()) // nothing in a content fails
	return string(b)
}

// plain is a content with its defaults spelt out, in one order.
func plain(c *ListingContent) ListingContent {
	p := *c
	p.Plans = make([]PlanTerm, len(c.Plans))
	for i := range c.Plans {
		p.Plans[i] = c.Plans[i].Plain()
		p.Plans[i].Number = 0 // given when it is published
	}
	p.Translations = maps.Clone(c.Translations)
	maps.DeleteFunc(p.Translations, func(_ string, t ListingTexts) bool { return t == ListingTexts{} })
	if len(p.Translations) == 0 {
		p.Translations = nil
	}
	p.Events, p.Scopes = slices.Sorted(slices.Values(c.Events)), slices.Sorted(slices.Values(c.Scopes))
	if c.Logo != nil {
		p.Logo = &Picture{Hash: c.Logo.Hash}
	}
	if c.Feature != nil && *c.Feature == (FeatureCard{}) {
		p.Feature = nil
	}
	return p
}

// Plain is the plan with its defaults spelt out.
func (t *PlanTerm) Plain() PlanTerm {
	p := *t
	p.AsOf = ""
	if p.Currency == "" {
		p.Currency = "USD"
	}
	if p.Audience == "" {
		p.Audience = AudienceEveryone
	}
	if p.State == "" {
		p.State = PlanPublished
	}
	if p.PricePolicy == "" {
		p.PricePolicy = PriceKeep
	}
	if p.NoticeDays == nil {
		p.NoticeDays = new(DefaultNoticeDays)
	}
	if len(p.Bullets) == 0 {
		p.Bullets = nil
	}
	return p
}
