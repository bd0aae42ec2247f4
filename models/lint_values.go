package models

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

func names[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// choice checks a value of a closed set.
func (l *linter) choice(path, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		l.say("choice", path, "value", shown(value), "allowed", strings.Join(allowed, ", "))
	}
}

// identity checks what says which listing it is.
func (l *linter) identity() {
	c := l.c
	for _, s := range []struct{ path, slug string }{{"slug", c.Slug}, {"app_slug", c.AppSlug}} {
		if s.slug != "" && !ValidSlug(s.slug) {
			l.say("slug", s.path, "value", shown(s.slug))
		}
	}
	if ReservedListingSlug(c.Slug) {
		l.say("slug_reserved", "slug", "value", shown(c.Slug))
	}
	if c.Type != "" {
		l.choice("type", string(c.Type), names(AppKinds())...)
	}
	if c.Publisher != "" && !ValidLogin(c.Publisher) {
		l.say("slug", "publisher", "value", shown(c.Publisher))
	}
}

// ReservedListingSlug names the words that /marketplace/<word> means already.
func ReservedListingSlug(slug string) bool {
	return slices.Contains([]string{"category", "compare", "suggest", "new", "manage"}, slug)
}

// access checks what the app asks for; a draft leaves that to its app.
func (l *linter) access() {
	c := l.c
	if key, ok := c.Permissions.Validate(); !ok {
		l.say("permission_unknown", "permissions", "value", shown(key))
	}
	for i, name := range c.Events {
		if !EventKnown(name) {
			l.say("event_unknown", entry("events", i), "value", shown(name))
		}
	}
	for i, name := range c.Scopes {
		if _, ok := ScopeByName(name); !ok {
			l.say("scope_unknown", entry("scopes", i), "value", shown(name))
		}
	}
	for i, path := range c.SingleFilePaths {
		if rule, _ := badRune(path); rule != "" || path == "" || len(path) > 255 || strings.HasPrefix(path, "/") || slices.Contains(strings.Split(path, "/"), "..") {
			l.say("path", entry("single_file_paths", i), "value", shown(path))
		}
	}
}

var (
	colourForm = regexp.MustCompile(`^[0-9a-fA-F]{6}$`)
	hashForm   = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

func (l *linter) colour(path, s string) {
	if s != "" && !colourForm.MatchString(s) {
		l.say("colour", path, "value", shown(s))
	}
}

// pictures checks what is said about pictures; the pictures themselves are
// checked when they are stored.
func (l *linter) pictures() {
	c := l.c
	if c.Logo == nil || *c.Logo == (Picture{}) {
		l.say("required", "logo")
	} else {
		l.picture("logo", c.Logo)
	}
	l.colour("logo_backdrop", c.LogoBackdrop)
	if f := c.Feature; f != nil && *f != (FeatureCard{}) {
		l.picture("feature", &f.Picture)
		l.colour("feature.text_color", f.TextColor)
		if f.TextColor == "" {
			l.say("feature_colour_missing", "feature.text_color")
		}
	}
	l.screenshots()
}

func (l *linter) screenshots() {
	shots := l.c.Screenshots
	if len(shots) == 0 {
		l.say("screenshots_missing", "screenshots")
	}
	if len(shots) > MaxScreenshots {
		l.say("too_many", "screenshots", "max", itoa(MaxScreenshots), "count", itoa(len(shots)))
		return
	}
	seen := map[string]bool{}
	for i := range shots {
		at := entry("screenshots", i)
		p := &shots[i]
		l.picture(at, p)
		if key := p.Hash + p.File; key != "" && seen[key] {
			l.say("screenshot_twice", at)
		} else {
			seen[key] = true
		}
		if strings.TrimSpace(p.Caption) == "" {
			l.say("caption_missing", at+".caption")
		}
	}
}

func (l *linter) picture(path string, p *Picture) {
	switch {
	case (p.File == "") == (p.Hash == ""):
		l.say("picture_source", path)
	case p.File != "" && !localName(p.File):
		l.say("picture_file", path+".file", "value", shown(p.File))
	case p.Hash != "" && !hashForm.MatchString(p.Hash):
		l.say("picture_hash", path+".hash", "value", shown(p.Hash))
	}
	l.text("screenshots[].caption", path+".caption", p.Caption)
}

// localName reports whether a name stays within its folder, on every system.
func localName(name string) bool {
	if rule, _ := badRune(name); rule != "" || len(name) > 255 || strings.ContainsAny(name, "\\:\n\r\t") || strings.HasPrefix(name, "/") {
		return false
	}
	return !slices.Contains(strings.Split(name, "/"), "..")
}
