package review

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"souk/models"
	"souk/models/apps"
)

// Compare says what after changes of before, which is nil where nothing is live.
func Compare(before, after *models.ListingContent) *models.Difference {
	old := models.ListingContent{}
	if before != nil {
		old = *before
	}
	d := &comparison{models.Difference{Parts: models.ChangedParts(&old, after)}}
	d.texts(&old, after)
	d.lists(&old, after)
	d.pictures(&old, after)
	d.plans(old.Plans, after.Plans)
	if before == nil || slices.Contains(d.Parts, models.PartAccess) {
		d.Access = compareAccess(before, after)
	}
	return &d.Difference
}

// comparison is a difference in the making.
type comparison struct{ models.Difference }

func (d *comparison) text(field, before, after string) {
	if before != after {
		d.Texts = append(d.Texts, models.TextChange{Field: field, Before: before, After: after, Spans: Spans(before, after)})
	}
}

func (d *comparison) texts(a, b *models.ListingContent) {
	d.text("name", a.Name, b.Name)
	d.text("tagline", a.Tagline, b.Tagline)
	d.text("introduction", a.Introduction, b.Introduction)
	d.text("description", a.Description, b.Description)
	for _, lang := range models.Languages()[1:] {
		x, y := a.Translations[lang], b.Translations[lang]
		at := "translations." + lang + "."
		d.text(at+"name", x.Name, y.Name)
		d.text(at+"tagline", x.Tagline, y.Tagline)
		d.text(at+"introduction", x.Introduction, y.Introduction)
		d.text(at+"description", x.Description, y.Description)
	}
	d.text("homepage_url", a.HomepageURL, b.HomepageURL)
	for _, link := range linkFields {
		d.text("links."+link, reflect.ValueOf(a.Links).FieldByName(goName[link]).String(), reflect.ValueOf(b.Links).FieldByName(goName[link]).String())
	}
	d.text("data.accessed", a.Data.Accessed, b.Data.Accessed)
	d.text("data.stored", yesNo(a.Data.Stored), yesNo(b.Data.Stored))
	d.text("data.where", a.Data.Where, b.Data.Where)
	d.text("data.retention", a.Data.Retention, b.Data.Retention)
	d.text("data.third_parties", a.Data.ThirdParties, b.Data.ThirdParties)
	d.text("logo_backdrop", a.LogoBackdrop, b.LogoBackdrop)
	d.text("feature.text_color", feature(a).TextColor, feature(b).TextColor)
	d.text("purchase", string(a.Purchase), string(b.Purchase))
	d.text("purchase_url", a.PurchaseURL, b.PurchaseURL)
}

// linkFields are a listing's links in the order of pages, by their keys.
var linkFields = []string{"support", "documentation", "repository", "status", "pricing", "installation", "company", "privacy", "terms"}

// goName is the name of a link's field.
var goName = func() map[string]string {
	m := map[string]string{}
	t := reflect.TypeFor[models.Links]()
	for i := range t.NumField() {
		key, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		m[key] = t.Field(i).Name
	}
	return m
}()

// yesNo is an answer as a code: "" is none.
func yesNo(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return "yes"
	}
	return "no"
}

func (d *comparison) lists(a, b *models.ListingContent) {
	for _, l := range []struct {
		field    string
		old, new []string
	}{
		{"categories", a.Categories, b.Categories},
		{"keywords", a.Keywords, b.Keywords},
		{"languages", a.Languages, b.Languages},
		{"contacts", contacts(a.Contacts), contacts(b.Contacts)},
	} {
		if !slices.Equal(l.old, l.new) {
			d.Lists = append(d.Lists, compareLists(l.field, l.old, l.new))
		}
	}
}

func contacts(all []models.Contact) []string {
	lines := make([]string, len(all))
	for i, c := range all {
		lines[i] = string(c.Role) + ": " + c.Mail
		if c.Name != "" {
			lines[i] = string(c.Role) + ": " + c.Name + " <" + c.Mail + ">"
		}
	}
	return lines
}

func compareLists(field string, before, after []string) models.ListChange {
	c := models.ListChange{Field: field}
	for _, s := range before {
		if slices.Contains(after, s) {
			c.Kept = append(c.Kept, s)
		} else {
			c.Gone = append(c.Gone, s)
		}
	}
	for _, s := range after {
		if !slices.Contains(before, s) {
			c.New = append(c.New, s)
		}
	}
	return c
}

func (d *comparison) pictures(a, b *models.ListingContent) {
	one := func(field string, before, after models.Picture) {
		if before.Hash != after.Hash || before.Caption != after.Caption {
			d.Pictures = append(d.Pictures, models.PictureChange{Field: field, Before: before.Hash, After: after.Hash, CaptionBefore: before.Caption, CaptionAfter: after.Caption})
		}
	}
	one("logo", models.Picture{Hash: logo(a)}, models.Picture{Hash: logo(b)})
	one("feature", models.Picture{Hash: feature(a).Hash}, models.Picture{Hash: feature(b).Hash})
	for i := range max(len(a.Screenshots), len(b.Screenshots)) {
		one("screenshots", at(a.Screenshots, i), at(b.Screenshots, i))
	}
}

func at(all []models.Picture, i int) models.Picture {
	if i < len(all) {
		return all[i]
	}
	return models.Picture{}
}

func logo(c *models.ListingContent) string {
	if c.Logo == nil {
		return ""
	}
	return c.Logo.Hash
}

func feature(c *models.ListingContent) models.FeatureCard {
	if c.Feature == nil {
		return models.FeatureCard{}
	}
	return *c.Feature
}

// plans pairs plans by their number, or, before they have one, by their name.
func (d *comparison) plans(before, after []models.PlanTerm) {
	paired := map[int]bool{}
	for i := range after {
		p := after[i].Plain()
		j := slices.IndexFunc(before, func(q models.PlanTerm) bool {
			if p.Number != 0 && q.Number != 0 {
				return q.Number == p.Number
			}
			return q.Name == p.Name
		})
		if j < 0 {
			d.Plans = append(d.Plans, models.PlanChange{After: &p})
			continue
		}
		paired[j] = true
		q := before[j].Plain()
		p.Number = q.Number
		if !reflect.DeepEqual(p, q) {
			d.Plans = append(d.Plans, models.PlanChange{Before: &q, After: &p})
		}
	}
	for j := range before {
		if q := before[j].Plain(); !paired[j] && q.State != models.PlanRetired {
			d.Plans = append(d.Plans, models.PlanChange{Before: &q})
		}
	}
}

func compareAccess(before, after *models.ListingContent) *models.AccessDifference {
	c := &models.AccessDifference{First: before == nil}
	var old apps.Access
	if before != nil {
		old = accessOf(before)
		c.Before = old.Risk(before.Type)
	}
	wanted := accessOf(after)
	c.After = wanted.Risk(after.Type)
	names := maps.Clone(old.Permissions)
	if names == nil {
		names = models.Grants{}
	}
	maps.Copy(names, wanted.Permissions)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		p := models.PermissionChange{Name: name, Before: old.Permissions[name], After: wanted.Permissions[name]}
		c.Permissions = append(c.Permissions, p)
		c.Broader = c.Broader || p.After.Rank() > p.Before.Rank()
	}
	c.Events = compareLists("events", old.Events, wanted.Events)
	c.Scopes = compareLists("scopes", old.Scopes, wanted.Scopes)
	c.Files = compareLists("single_file_paths", old.SingleFilePaths, wanted.SingleFilePaths)
	c.Broader = (c.Broader || len(c.Scopes.New) > 0) && !c.First
	c.AskedNothing = len(wanted.Permissions) == 0 && len(wanted.Scopes) == 0
	return c
}
