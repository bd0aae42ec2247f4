package catalog

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"souk/models"
)

// Problem is one thing that is wrong with an entry: where, under which rule,
// and in words for the person who mends the file.
type Problem struct {
	Line  int    // of the file, from 1
	Entry string // such as "listing codecov"; empty when the line can't be read
	Field string
	Why   string
}

// check collects the problems of one entry.
type check struct {
	problems []Problem
}

func (c *check) fail(field, why string) {
	c.problems = append(c.problems, Problem{Field: field, Why: why})
}

func (c *check) text(field, s string, required bool, limit int) {
	switch {
	case required && strings.TrimSpace(s) == "":
		c.fail(field, "is missing")
	case utf8.RuneCountInString(s) > limit:
		c.fail(field, "is longer than "+itoa(limit)+" characters")
	case !utf8.ValidString(s) || strings.ContainsFunc(s, forbiddenRune):
		c.fail(field, "has a control character")
	}
}

// forbiddenRune allows line breaks and tabs of Markdown, nothing else that is
// invisible and no override of the writing direction.
func forbiddenRune(r rune) bool {
	if r == '\n' || r == '\t' || r == '\r' {
		return false
	}
	return unicode.IsControl(r) || r == utf8.RuneError || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069)
}

func (c *check) address(field, s string) {
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil || len(s) > 2000 {
		c.fail(field, "is not an http or https address")
	}
}

// support may be a mail address too.
func (c *check) support(field, s string) {
	if name, ok := strings.CutPrefix(s, "mailto:"); ok && strings.Count(name, "@") == 1 && !strings.ContainsAny(name, " <>\"") {
		return
	}
	c.address(field, s)
}

func (c *check) list(field string, words []string, limit, length int) {
	if len(words) > limit {
		c.fail(field, "has more than "+itoa(limit)+" entries")
		return
	}
	seen := make(map[string]bool, len(words))
	for _, w := range words {
		c.text(field, w, true, length)
		if seen[w] {
			c.fail(field, "names "+quote(w)+" twice")
		}
		seen[w] = true
	}
}

func (c *check) date(field, s string) {
	if s == "" {
		return
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		c.fail(field, "is not a date such as 2026-11-20")
	}
}

func (c *check) oneOf(field, s string, allowed ...string) {
	if !slices.Contains(allowed, s) {
		c.fail(field, quote(s)+" is none of "+strings.Join(allowed, ", "))
	}
}

func (c *check) languages(field string, t models.Texts, limit int, required bool) {
	if required && t["en"] == "" {
		c.fail(field+".en", "is missing")
	}
	for lang, s := range t {
		if !models.IsLanguage(lang) {
			c.fail(field, quote(lang)+" is none of "+strings.Join(models.Languages(), ", "))
			continue
		}
		c.text(field+"."+lang, s, false, limit)
	}
}

// Check returns everything that is wrong with the entry by itself.
func (e *CategoryEntry) Check() []Problem {
	var c check
	if !models.ValidSlug(e.Slug) {
		c.fail("slug", quote(e.Slug)+" is not a slug (lower-case letters, digits, hyphens)")
	}
	c.languages("names", e.Names, models.MaxName, true)
	c.languages("descriptions", e.Descriptions, models.MaxIntroduction, false)
	return c.problems
}

// Check returns everything that is wrong with the entry by itself.
func (e *PublisherEntry) Check() []Problem {
	var c check
	if !models.ValidLogin(e.Login) {
		c.fail("login", quote(e.Login)+" is not a login (lower-case letters, digits, single hyphens, at most 39)")
	}
	if e.Kind != "" {
		c.oneOf("kind", string(e.Kind), string(models.KindUser), string(models.KindOrganization))
	}
	c.text("name", e.Name, false, models.MaxName)
	c.address("website_url", e.WebsiteURL)
	return c.problems
}

// Check returns everything that is wrong with the entry by itself. Whether its
// publisher and categories exist is checked on import.
func (e *ListingEntry) Check() []Problem {
	var c check
	e.checkIdentity(&c)
	e.checkTexts(&c)
	e.checkLinks(&c)
	e.checkAccess(&c)
	e.checkFigures(&c)
	e.checkPlans(&c)
	e.checkPictures(&c)
	e.checkContacts(&c)
	e.checkData(&c)
	return c.problems
}

func (e *ListingEntry) checkIdentity(c *check) {
	if !models.ValidSlug(e.Slug) {
		c.fail("slug", quote(e.Slug)+" is not a slug (lower-case letters, digits, hyphens)")
	}
	if reservedSlug(e.Slug) {
		c.fail("slug", quote(e.Slug)+" is an address of the marketplace itself")
	}
	if e.AppSlug != "" && !models.ValidSlug(e.AppSlug) {
		c.fail("app_slug", quote(e.AppSlug)+" is not a slug")
	}
	c.oneOf("type", string(e.Type), string(models.GitHubApp), string(models.OAuthApp))
	if e.Publisher != "" && !models.ValidLogin(e.Publisher) {
		c.fail("publisher", quote(e.Publisher)+" is not a login")
	}
	if e.State != "" {
		if _, ok := models.ListingStates()[e.State]; !ok {
			c.fail("state", quote(string(e.State))+" is not a state of a listing")
		}
	}
	if e.PublishedAt != "" {
		if _, err := time.Parse(time.RFC3339, e.PublishedAt); err != nil {
			c.fail("published_at", "is not a time such as 2026-11-20T12:00:00Z")
		}
	}
}

// reservedSlug names the words that /marketplace/<word> already means.
func reservedSlug(slug string) bool { return models.ReservedListingSlug(slug) }

func (e *ListingEntry) checkTexts(c *check) {
	c.text("name", e.Name, true, models.MaxName)
	c.text("tagline", e.Tagline, false, models.MaxTagline)
	c.text("introduction", e.Introduction, false, models.MaxIntroduction)
	c.text("description", e.Description, false, models.MaxDescription)
	c.list("keywords", e.Keywords, models.MaxKeywords, 50)
	c.list("categories", e.Categories, models.MaxCategories, 100)
	c.list("languages", e.Languages, models.MaxProgramming, 50)
	for lang, t := range e.Translations {
		if lang == "en" || !models.IsLanguage(lang) {
			c.fail("translations", quote(lang)+" is none of zh-CN, ja, fr")
			continue
		}
		c.text("translations."+lang+".name", t.Name, false, models.MaxName)
		c.text("translations."+lang+".tagline", t.Tagline, false, models.MaxTagline)
		c.text("translations."+lang+".introduction", t.Introduction, false, models.MaxIntroduction)
		c.text("translations."+lang+".description", t.Description, false, models.MaxDescription)
	}
}

func (e *ListingEntry) checkLinks(c *check) {
	c.address("homepage_url", e.HomepageURL)
	c.support("links.support", e.Links.Support)
	for field, s := range map[string]string{
		"documentation": e.Links.Documentation, "repository": e.Links.Repository, "status": e.Links.Status,
		"pricing": e.Links.Pricing, "installation": e.Links.Installation, "company": e.Links.Company,
		"privacy": e.Links.Privacy, "terms": e.Links.Terms,
	} {
		c.address("links."+field, s)
	}
}

func (e *ListingEntry) checkAccess(c *check) {
	if key, ok := e.Permissions.Validate(); !ok {
		c.fail("permissions", quote(key)+" is not a permission at that level")
	}
	for _, name := range e.Events {
		if !models.EventKnown(name) {
			c.fail("events", quote(name)+" is not an event")
		}
	}
	c.list("events", e.Events, 200, 100)
	c.list("scopes", e.Scopes, 100, 100)
	c.list("single_file_paths", e.SingleFilePaths, 10, 255)
	for _, name := range e.Scopes {
		if _, ok := models.ScopeByName(name); !ok {
			c.fail("scopes", quote(name)+" is not an OAuth scope")
		}
	}
}

func (e *ListingEntry) checkFigures(c *check) {
	if e.Installs != nil && *e.Installs < 0 {
		c.fail("installs", "is below zero")
	}
	if e.Stars != nil && *e.Stars < 0 {
		c.fail("stars", "is below zero")
	}
	c.date("installs_as_of", e.InstallsAsOf)
	c.date("stars_as_of", e.StarsAsOf)
}
