package paths

import (
	"strconv"
	"strings"
)

// The figures of a listing, and the step from its page to the app, which counts.
const (
	FiguresPat    = manage + "/figures"
	FiguresCSVPat = manage + "/figures.csv"
	SetUpPat      = listing + "/setup"
)

// Figures is the page of a listing's figures of the last days.
func Figures(slug string, days int) string {
	return ManageListing(slug, "figures") + "?days=" + strconv.Itoa(days)
}

// FiguresCSV is the same as a file.
func FiguresCSV(slug string, days int) string {
	return ManageListing(slug, "figures.csv") + "?days=" + strconv.Itoa(days)
}

// SetUp leads on to where a listing's app is set up.
func SetUp(slug string) string { return ListingPart(slug, "setup") }

// SetUpTo is SetUp by another way: "purchase" leads to where the integrator sells
// the app.
func SetUpTo(slug, way string) string { return SetUp(slug) + "?to=" + way }

// ListingAt returns the slug of the listing whose page is at a path.
func ListingAt(path string) (slug string, ok bool) {
	slug, ok = strings.CutPrefix(path, Browse+"/")
	switch slug {
	case "", "new", "manage", "compare", "suggest":
		return "", false
	}
	return slug, ok && !strings.Contains(slug, "/")
}
