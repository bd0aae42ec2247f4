package listings

import (
	"slices"
	"strings"
	"unicode/utf8"

	"souk/models"
	"souk/models/apps"
	"souk/models/catalog"
	"souk/models/drafts"
	"souk/templates/listings"
)

// boxViews are the boxes of a page as a draft fills them, with what the linter
// says about them.
func boxViews(p page, c *models.ListingContent) map[string]listings.Box {
	found := findings(p, c)
	views := make(map[string]listings.Box, len(p.boxes))
	for i := range p.boxes {
		b := &p.boxes[i]
		v := listings.Box{Name: b.name, Values: b.get(c), Findings: found[b.name]}
		if f, ok := models.ListingFieldOf(general(b.name, p.lang)); ok {
			v.Max, v.Required, v.Entries = f.Max, f.Required, f.Unit == models.UnitEntries
		}
		v.Count = count(&v)
		if p.lang != "" {
			v.English = english(b.name, p.lang, c)
		}
		views[b.name] = v
	}
	return views
}

// general is a box's name in the table of fields.
func general(name, lang string) string {
	return strings.Replace(name, "translations."+lang+".", "translations{}.", 1)
}

func count(v *listings.Box) int {
	if v.Entries {
		return len(wordsOf(strings.Join(v.Values, ",")))
	}
	return utf8.RuneCountInString(v.Values[0])
}

// english is the text that a translation stands for.
func english(name, lang string, c *models.ListingContent) string {
	for i := range textBoxes {
		if name == "translations."+lang+"."+textBoxes[i].name {
			return textBoxes[i].get(c)[0]
		}
	}
	return ""
}

// findings is what the linter says about a page's boxes, by their names.
func findings(p page, c *models.ListingContent) map[string][]listings.Finding {
	all := map[string][]listings.Finding{}
	for _, f := range models.LintListing(c) {
		if b := boxOf(p.boxes, f.Field); b != nil {
			all[b.name] = append(all[b.name], findingView(f))
		}
	}
	return all
}

func findingView(f models.Finding) listings.Finding {
	return listings.Finding{Rule: f.Rule, Severity: f.Severity, Params: f.Args(), Missing: strings.HasPrefix(f.Rule, "required")}
}

// savedView is what a save came to, for the script.
func savedView(p page, s *drafts.Saved) listings.SavedView {
	v := listings.SavedView{Version: s.Version, Boxes: boxViews(p, &s.Content)}
	for _, path := range s.Merged {
		b := boxOf(p.boxes, path)
		if b == nil {
			v.Elsewhere = true
			continue
		}
		for i, value := range b.shown(&s.Content) {
			v.Merged = append(v.Merged, listings.Input{Name: b.inputs[i], Value: value})
		}
	}
	return v
}

// conflictNames are the boxes of which two have made different things.
func conflictNames(p page, e *drafts.ConflictError) []string {
	var names []string
	for _, f := range e.Fields {
		if b := boxOf(p.boxes, f.Field); b != nil && !slices.Contains(names, b.name) {
			names = append(names, b.name)
		}
	}
	return names
}

func conflictView(p page, e *drafts.ConflictError, d *drafts.Draft, st *apps.Standing) listings.ConflictView {
	v := listings.ConflictView{Desk: deskOf(st, &d.Content, p.part), Page: p.name, Lang: p.lang, Version: e.Version, Author: d.Author, SavedAt: d.SavedAt}
	names := conflictNames(p, e)
	for i := range p.boxes {
		b := &p.boxes[i]
		merged := b.shown(&e.Merged)
		if !slices.Contains(names, b.name) {
			for i, input := range b.inputs {
				v.Rest = append(v.Rest, listings.Input{Name: input, Value: merged[i]})
			}
			continue
		}
		one := listings.Conflicting{Name: b.name, Base: readable(b, &e.Base), Theirs: readable(b, &e.Theirs), Mine: readable(b, &e.Mine), Editable: b.single()}
		for i, input := range b.inputs {
			one.Inputs = append(one.Inputs, listings.Input{Name: input, Value: b.shown(&e.Mine)[i]})
		}
		v.Fields = append(v.Fields, one)
	}
	return v
}

// readable is the value of a box as one text.
func readable(b *box, c *models.ListingContent) string {
	if b.name == "contacts" {
		var lines []string
		for _, one := range c.Contacts {
			lines = append(lines, strings.TrimSpace(string(one.Role)+": "+one.Name+" <"+one.Mail+">"))
		}
		return strings.Join(lines, "\n")
	}
	return strings.Join(slices.DeleteFunc(slices.Clone(b.get(c)), func(s string) bool { return s == "" }), "\n")
}

// rendered is a description as the public page shows it.
func rendered(c *models.ListingContent, lang string) (string, error) {
	if lang != "" {
		return catalog.RenderMarkdown(c.Translations[lang].Description)
	}
	return catalog.RenderMarkdown(c.Description)
}
