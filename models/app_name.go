package models

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// appWords can't be an app's slug beside the reserved logins: they are, or may
// become, pages beside those of apps and listings.
var appWords = []string{"authorizations", "category", "categories", "claim", "collections", "manage", "permissions", "select-target"}

// appPrefixes begin names that would pass for an app of those who run the site.
var appPrefixes = []string{"souk", "github"}

// CheckAppName returns the name in the form in which it is kept. It returns
// ErrAppName for one without a letter, or too long, and ErrAppNameReserved.
func CheckAppName(name string, kind AppKind) (string, error) {
	limit := MaxAppName
	if kind == OAuthApp {
		limit = MaxOAuthName
	}
	name, err := PlainText(strings.Join(strings.Fields(name), " "), limit, false)
	if err != nil {
		return name, err
	}
	if NameSkeleton(name) == "" {
		return name, ErrAppName
	}
	if ReservedAppName(name) {
		return name, ErrAppNameReserved
	}
	return name, nil
}

// ReservedAppName reports whether nobody may call an app that: what is a page of
// the site, or what passes for one of those who run it.
func ReservedAppName(name string) bool {
	slug, shape := AppSlug(name), AppShape(name)
	if ReservedLogin(slug) || ReservedLogin(shape) || slices.Contains(appWords, slug) {
		return true
	}
	if first, _, _ := strings.Cut(shape, "-"); slices.Contains(appPrefixes, first) {
		return true
	}
	skeleton := NameSkeleton(name)
	return slices.ContainsFunc(reservedRoles, func(role string) bool { return NameSkeleton(role) == skeleton })
}

// AppSlug is the part of an address that a name becomes: Latin letters and
// digits, hyphens between them. "" where the name has neither.
func AppSlug(name string) string { return slugOf(name, false) }

// AppShape is AppSlug as a reader takes the name to be: letters of other scripts
// that look Latin count as Latin.
func AppShape(name string) string { return slugOf(name, true) }

func slugOf(name string, alike bool) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(norm.NFKC.String(name))) {
		switch like := lookalikes[r]; {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case alike && r >= utf8.RuneSelf && like != "":
			b.WriteString(like)
		case r >= 0x300 && r < 0x370: // accents, parted from their letters
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}
