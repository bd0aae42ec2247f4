package models

import (
	"maps"
	"slices"
	"strconv"
)

// Text is one text of a listing and where it stands.
type Text struct{ Field, Text string }

// Texts lists what an integrator wrote in words, whoever gets to read it.
func (c *ListingContent) Texts() []Text {
	all := []Text{{"name", c.Name}, {"tagline", c.Tagline}, {"introduction", c.Introduction}, {"description", c.Description}}
	for _, lang := range slices.Sorted(maps.Keys(c.Translations)) {
		t, at := c.Translations[lang], "translations."+lang+"."
		all = append(all, Text{at + "name", t.Name}, Text{at + "tagline", t.Tagline}, Text{at + "introduction", t.Introduction}, Text{at + "description", t.Description})
	}
	for i := range c.Plans {
		p, at := &c.Plans[i], "plans["+strconv.Itoa(i)+"]."
		all = append(all, Text{at + "name", p.Name}, Text{at + "description", p.Description})
		for k, b := range p.Bullets {
			all = append(all, Text{at + "bullets[" + strconv.Itoa(k) + "]", b})
		}
	}
	for i, s := range c.Screenshots {
		all = append(all, Text{"screenshots[" + strconv.Itoa(i) + "].caption", s.Caption})
	}
	d := &c.Data
	all = append(all, Text{"data.accessed", d.Accessed}, Text{"data.where", d.Where}, Text{"data.retention", d.Retention}, Text{"data.third_parties", d.ThirdParties})
	return slices.DeleteFunc(all, func(t Text) bool { return t.Text == "" })
}

// Addresses lists the addresses of a listing that visitors may follow.
func (c *ListingContent) Addresses() []Text {
	l := &c.Links
	all := []Text{{"homepage_url", c.HomepageURL}, {"links.support", l.Support}, {"links.documentation", l.Documentation},
		{"links.repository", l.Repository}, {"links.status", l.Status}, {"links.pricing", l.Pricing}, {"links.installation", l.Installation},
		{"links.company", l.Company}, {"links.privacy", l.Privacy}, {"links.terms", l.Terms}, {"purchase_url", c.PurchaseURL}}
	return slices.DeleteFunc(all, func(t Text) bool { return t.Text == "" })
}
