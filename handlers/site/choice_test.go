package site

import (
	"errors"
	"net/url"
	"slices"
	"souk/web"
	"strings"
	"testing"

	"souk/models"
	"souk/search"
)

func TestChoose(t *testing.T) {
	c, err := choose(browseInput{
		Text: "  code \n review ", Category: []string{"a,b", "a", ""}, Sort: "name", Page: 3, Compare: []string{"1,2,3,4,5"},
	}, "ja")
	if err != nil {
		t.Fatal(err)
	}
	if c.text != "code review" || !slices.Equal(c.filters[search.Category], []string{"a", "b"}) || c.page != 3 || len(c.compare) != 4 {
		t.Errorf("%+v", c)
	}
	if c, _ = choose(browseInput{Text: strings.Repeat("語", 300), Page: -4}, "en"); len([]rune(c.text)) != maxText || c.page != 1 {
		t.Errorf("%+v", c)
	}
	if _, err = choose(browseInput{Sort: "size"}, "en"); !errors.Is(err, models.ErrBadParameter) {
		t.Error(err)
	}
	if _, err = choose(browseInput{Page: 1_000_000}, "en"); !errors.Is(err, models.ErrPageOutOfRange) {
		t.Error(err)
	}
}

// An address leads back to the same choice, and the same choice has always the
// same address.
func FuzzAddress(f *testing.F) {
	f.Add("code review", "security", "free", 2, true)
	f.Add("", "", "", 1, false)
	f.Add("a&b=c#d", "x,y", "%2C", 5, true)
	f.Fuzz(func(t *testing.T, text, category, pricing string, page int, explain bool) {
		c, err := choose(browseInput{Text: text, Category: []string{category}, Pricing: []string{pricing}, Page: page, Explain: explain}, "en")
		if err != nil {
			return
		}
		u, err := url.Parse(c.address())
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		in := browseInput{Text: q.Get("query"), Category: q["category"], Pricing: q["pricing"], Page: c.page, Explain: q.Get("explain") == "1"}
		again, err := choose(in, "en")
		if err != nil || again.address() != c.address() {
			t.Errorf("%q came back as %q: %v", c.address(), again.address(), err)
		}
	})
}

func TestLinksOfAChoice(t *testing.T) {
	c, _ := choose(browseInput{Text: "x", Category: []string{"a"}, Pricing: []string{"free", "paid"}, Page: 4, Explain: true, Compare: []string{"z"}}, "fr")
	for name, test := range map[string]struct {
		got  choice
		want string
	}{
		"itself":            {c, "/fr/marketplace?query=x&category=a&pricing=free&pricing=paid&page=4&explain=1&compare=z"},
		"without one value": {c.without(search.Pricing, "free"), "/fr/marketplace?query=x&category=a&pricing=paid&explain=1&compare=z"},
		"without filters":   {c.unfiltered().explained(false), "/fr/marketplace?query=x&compare=z"},
		"another page":      {c.at(1), "/fr/marketplace?query=x&category=a&pricing=free&pricing=paid&explain=1&compare=z"},
	} {
		if got := test.got.href(); got != test.want {
			t.Errorf("%s: %s, not %s", name, got, test.want)
		}
	}
	if len(c.filters[search.Pricing]) != 2 {
		t.Error("a link changed the choice it was made from")
	}
}

// On a category's page the category belongs to the path.
func TestFixedFacet(t *testing.T) {
	c, _ := choose(browseInput{Category: []string{"other"}, Type: []string{"oauth_app"}}, "en")
	c.path, c.fixed = "/marketplace/category/security", search.Category
	c.filters[search.Category] = []string{"security"}
	if got := c.href(); got != "/marketplace/category/security?type=oauth_app" {
		t.Error(got)
	}
	if got := c.unfiltered(); !slices.Equal(got.filters[search.Category], []string{"security"}) || got.href() != "/marketplace/category/security" {
		t.Errorf("%+v", got)
	}
}

func TestLocal(t *testing.T) {
	for address, want := range map[string]string{
		"/ja/marketplace?query=x": "/ja/marketplace?query=x", "": "/", "https://evil.example": "/", "//evil.example": "/",
		`/\evil.example`: "/", "javascript:alert(1)": "/", "/a\r\nSet-Cookie: x": "/",
	} {
		if got := web.Local(address); got != want {
			t.Errorf("%q: %q, not %q", address, got, want)
		}
	}
}
