package models

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// ClaimPlace is where a listing's integrator can prove to be it: a domain or a
// repository that the listing names.
type ClaimPlace struct {
	Domain string // lower case, punycode; "" for a repository
	Host   string // of the repository
	Path   string // of the repository: owner and name, and groups between them
}

// Name is the place as people read it.
func (p ClaimPlace) Name() string {
	if p.Domain != "" {
		return p.Domain
	}
	return p.Host + "/" + p.Path
}

// Record is the name at which a TXT record proves a domain.
func (p ClaimPlace) Record() string { return "_souk-claim." + p.Domain }

// File is the address at which a file proves a domain.
func (p ClaimPlace) File() string { return "https://" + p.Domain + "/.well-known/souk-claim.txt" }

// ClaimFile is the name of the file that proves a repository.
const ClaimFile = ".souk-claim"

// Raw is the address at which the host of a repository answers with the file of
// its default branch, and the domain that redirects mustn't leave.
func (p ClaimPlace) Raw() (address, domain string) {
	switch p.Host {
	case "github.com":
		return "https://raw.githubusercontent.com/" + p.Path + "/HEAD/" + ClaimFile, "raw.githubusercontent.com"
	case "gitlab.com":
		return "https://gitlab.com/" + p.Path + "/-/raw/HEAD/" + ClaimFile, "gitlab.com"
	case "bitbucket.org":
		return "https://bitbucket.org/" + p.Path + "/raw/HEAD/" + ClaimFile, "bitbucket.org"
	case "codeberg.org":
		return "https://codeberg.org/api/v1/repos/" + p.Path + "/raw/" + ClaimFile, "codeberg.org"
	}
	return "", ""
}

// codeHosts are the hosts of repositories that can prove something, with how
// deep groups may be nested there.
var codeHosts = map[string]int{"github.com": 2, "gitlab.com": 8, "bitbucket.org": 2, "codeberg.org": 2}

// platforms are sites on which many people have pages of their own: who holds the
// domain isn't who wrote the page. Names under which anyone may register one are
// in the list of public suffixes.
var platforms = []string{
	"apps.apple.com", "apps.shopify.com", "bitbucket.org", "chrome.google.com", "chromewebstore.google.com", "codeberg.org", "crates.io",
	"discord.com", "discord.gg", "docs.google.com", "docs.rs", "elements.heroku.com", "facebook.com", "gitbook.com", "gitbook.io", "gitea.com",
	"github.com", "github.io", "githubusercontent.com", "gitlab.com", "gitlab.io", "herokuapp.com", "hub.docker.com", "linkedin.com", "linktr.ee",
	"marketplace.atlassian.com", "marketplace.visualstudio.com", "medium.com", "netlify.app", "notion.site", "notion.so", "npmjs.com",
	"packagist.org", "pages.dev", "play.google.com", "producthunt.com", "pypi.org", "readthedocs.io", "rubygems.org", "sites.google.com",
	"sourceforge.net", "stackoverflow.com", "substack.com", "t.me", "twitter.com", "vercel.app", "web.app", "wixsite.com", "wordpress.com",
	"x.com", "youtube.com",
}

// onPlatform reports whether a domain is a platform's, or somebody's name below
// one.
func onPlatform(domain string) bool {
	for _, p := range platforms {
		if WithinDomain(domain, p) {
			return true
		}
	}
	// What a registry manages is public like "co.uk"; what a company lends out,
	// like "github.io", can be lent to somebody else tomorrow.
	suffix, registry := publicsuffix.PublicSuffix(domain)
	return !registry && strings.Contains(suffix, ".")
}

// WithinDomain reports whether a name is a domain, or below it.
func WithinDomain(name, domain string) bool {
	return name == domain || strings.HasSuffix(name, "."+domain)
}

// ClaimDomain is the domain that proves a listing with this homepage, "" where
// none can.
func ClaimDomain(homepage string) string {
	u, err := url.Parse(homepage)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.Port() != "" {
		return ""
	}
	domain, err := NewDomainName(u.Hostname())
	if err != nil || onPlatform(domain) {
		return ""
	}
	if bare, ok := strings.CutPrefix(domain, "www."); ok {
		if name, err := NewDomainName(bare); err == nil {
			return name
		}
	}
	return domain
}

var (
	ownerForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$`)
	nameForm  = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,100}$`)
)

// notOwners are pages of code hosts that stand where owners' names do.
var notOwners = []string{"about", "account", "apps", "collections", "contact", "customer-stories", "dashboard", "enterprise", "events", "explore",
	"features", "groups", "help", "issues", "join", "login", "marketplace", "new", "notifications", "organizations", "orgs", "pricing", "product",
	"pulls", "readme", "search", "security", "settings", "site", "snippets", "solutions", "sponsors", "topics", "trending", "user", "users", "workspace"}

// ClaimRepository is the repository at an address of one of the hosts that can
// prove something.
func ClaimRepository(address string) (place ClaimPlace, ok bool) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawPath != "" || u.Opaque != "" {
		return place, false
	}
	host := strings.TrimPrefix(strings.ToLower(u.Host), "www.")
	depth, known := codeHosts[host]
	if !known {
		return place, false
	}
	path, _, _ := strings.Cut(strings.Trim(u.Path, "/"), "/-/")
	parts := strings.Split(path, "/")
	if len(parts) < 2 || depth > 2 && len(parts) > depth || slices.Contains(notOwners, strings.ToLower(parts[0])) {
		return place, false
	}
	if depth == 2 {
		parts = parts[:2]
	}
	last := len(parts) - 1
	parts[last] = strings.TrimSuffix(parts[last], ".git")
	for i, part := range parts {
		form := nameForm
		if i < last {
			form = ownerForm
		}
		if !form.MatchString(part) || strings.Trim(part, ".") == "" || strings.Contains(part, "..") {
			return place, false
		}
	}
	return ClaimPlace{Host: host, Path: strings.Join(parts, "/")}, true
}

// ClaimPlaces are where a listing's integrator can prove to be it, given the
// addresses that it names: homepages prove by their domain or as repositories,
// repositories as such. Each stands there once.
func ClaimPlaces(homepages, repositories []string) []ClaimPlace {
	var all []ClaimPlace
	add := func(p ClaimPlace) {
		if !slices.ContainsFunc(all, func(o ClaimPlace) bool { return strings.EqualFold(o.Name(), p.Name()) }) {
			all = append(all, p)
		}
	}
	for _, h := range homepages {
		if d := ClaimDomain(h); d != "" {
			add(ClaimPlace{Domain: d})
		}
	}
	for _, r := range slices.Concat(repositories, homepages) {
		if p, ok := ClaimRepository(r); ok {
			add(p)
		}
	}
	return all
}
