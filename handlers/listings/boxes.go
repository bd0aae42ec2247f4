package listings

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"souk/models"
)

// box is one field of a page of the editor: which values of the form it is made
// of, and how it reads and writes a draft. Its name is the field's path in
// models.ListingContent, as findings and conflicts name it.
type box struct {
	name   string
	inputs []string // names in the form
	get    func(*models.ListingContent) []string
	set    func(*models.ListingContent, []string)
}

// apply writes what was typed into the draft that it was made of. What wasn't
// changed stays as it is, even where the form couldn't show it whole. After a
// conflict one chooses: "theirs" leaves the draft as it is, "mine" takes what
// was typed before, anything else what stands in the form.
func (b *box) apply(c *models.ListingContent, form url.Values) {
	choice := form.Get("choose." + b.name)
	if choice == "theirs" || !form.Has(b.inputs[0]) {
		return
	}
	values := make([]string, len(b.inputs))
	for i, input := range b.inputs {
		values[i] = clean(form.Get(input))
		if choice == "mine" && form.Has("mine."+input) {
			values[i] = clean(form.Get("mine." + input))
		}
	}
	if !slices.Equal(values, b.shown(c)) {
		b.set(c, values)
	}
}

// shown is what the form says of a draft where nobody has changed it.
func (b *box) shown(c *models.ListingContent) []string {
	values := make([]string, len(b.inputs))
	for i, v := range b.get(c) {
		if i < len(values) {
			values[i] = clean(v)
		}
	}
	return values
}

// single reports whether the box is one text, which can be edited where two
// have written it.
func (b *box) single() bool { return len(b.inputs) == 1 && b.name != "data.stored" }

// clean is a text as it is kept: lines end with a line feed, and there is nothing
// that JSON in a database can't hold.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.TrimSpace(strings.ReplaceAll(s, "\x00", ""))
}

// text is a box of one text.
func text(name string, at func(*models.ListingContent) *string) box {
	return box{name: name, inputs: []string{name},
		get: func(c *models.ListingContent) []string { return []string{*at(c)} },
		set: func(c *models.ListingContent, v []string) { *at(c) = v[0] },
	}
}

// words is a box of words with commas between them.
func words(name string, at func(*models.ListingContent) *[]string) box {
	return box{name: name, inputs: []string{name},
		get: func(c *models.ListingContent) []string { return []string{strings.Join(*at(c), ", ")} },
		set: func(c *models.ListingContent, v []string) { *at(c) = wordsOf(v[0]) },
	}
}

// wordsOf takes a text apart at commas of any script and at line ends.
func wordsOf(s string) []string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",，、;；\n", r) })
	var all []string
	for _, p := range parts {
		if p = strings.Join(strings.Fields(p), " "); p != "" && !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

// translation is a box of one text in another language.
func translation(lang, field string, at func(*models.ListingTexts) *string) box {
	name := "translations." + lang + "." + field
	return box{name: name, inputs: []string{name},
		get: func(c *models.ListingContent) []string {
			t := c.Translations[lang]
			return []string{*at(&t)}
		},
		set: func(c *models.ListingContent, v []string) {
			t := c.Translations[lang]
			*at(&t) = v[0]
			if c.Translations == nil {
				c.Translations = map[string]models.ListingTexts{}
			}
			c.Translations[lang] = t
			if t == (models.ListingTexts{}) {
				delete(c.Translations, lang)
			}
		},
	}
}

// categories are a choice each.
func categories() box {
	b := box{name: "categories"}
	for i := range models.MaxCategories {
		b.inputs = append(b.inputs, "categories."+strconv.Itoa(i))
	}
	b.get = func(c *models.ListingContent) []string {
		return append(slices.Clone(c.Categories), make([]string, max(0, models.MaxCategories-len(c.Categories)))...)
	}
	b.set = func(c *models.ListingContent, v []string) {
		c.Categories = nil
		for _, slug := range v {
			if slug != "" && !slices.Contains(c.Categories, slug) {
				c.Categories = append(c.Categories, slug)
			}
		}
	}
	return b
}

// contacts are a role, a name and an address each.
func contacts() box {
	b := box{name: "contacts"}
	for i := range models.MaxContacts {
		at := "contacts." + strconv.Itoa(i)
		b.inputs = append(b.inputs, at+".role", at+".name", at+".mail")
	}
	b.get = func(c *models.ListingContent) []string {
		var v []string
		for _, one := range c.Contacts {
			v = append(v, string(one.Role), one.Name, one.Mail)
		}
		return v
	}
	b.set = func(c *models.ListingContent, v []string) {
		c.Contacts = nil
		for i := 0; i+2 < len(v); i += 3 {
			if v[i+1] != "" || v[i+2] != "" {
				c.Contacts = append(c.Contacts, models.Contact{Role: models.ContactRole(v[i]), Name: v[i+1], Mail: v[i+2]})
			}
		}
	}
	return b
}

// stored is yes, no, or not told.
func stored() box {
	return box{name: "data.stored", inputs: []string{"data.stored"},
		get: func(c *models.ListingContent) []string {
			switch s := c.Data.Stored; {
			case s == nil:
				return []string{""}
			case *s:
				return []string{"yes"}
			}
			return []string{"no"}
		},
		set: func(c *models.ListingContent, v []string) {
			c.Data.Stored = nil
			if v[0] == "yes" || v[0] == "no" {
				c.Data.Stored = new(v[0] == "yes")
			}
		},
	}
}
