package models

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// links checks the addresses elsewhere.
func (l *linter) links() {
	c := l.c
	l.address("homepage_url", "homepage_url", c.HomepageURL)
	if l.required("links.support", c.Links.Support) {
		l.support(c.Links.Support)
	}
	if l.required("links.privacy", c.Links.Privacy) {
		l.address("links.privacy", "links.privacy", c.Links.Privacy)
	}
	for _, k := range []struct{ name, value string }{
		{"terms", c.Links.Terms}, {"documentation", c.Links.Documentation}, {"status", c.Links.Status}, {"pricing", c.Links.Pricing},
		{"company", c.Links.Company}, {"repository", c.Links.Repository}, {"installation", c.Links.Installation},
	} {
		l.address("links."+k.name, "links."+k.name, k.value)
	}
	if c.Type == OAuthApp && c.Links.Installation == "" {
		l.say("required_installation", "links.installation")
	}
	if c.Links.Terms == "" && c.sells() {
		l.say("terms_for_paid", "links.terms")
	}
	if c.Links.Documentation == "" {
		l.say("documentation_missing", "links.documentation")
	}
}

// sells reports whether the content has a paid plan on offer.
func (c *ListingContent) sells() bool {
	for i := range c.Plans {
		if p := &c.Plans[i]; p.Kind != PlanFree && (p.State == "" || p.State == PlanPublished) {
			return true
		}
	}
	return false
}

// support may be a mail address too.
func (l *linter) support(s string) {
	if to, ok := strings.CutPrefix(s, "mailto:"); ok {
		if _, err := ParseMail(to); err != nil {
			l.say("mail", "links.support", "value", shown(to))
		}
		return
	}
	l.address("links.support", "links.support", s)
}

// address checks a web address that visitors are led to.
func (l *linter) address(field, path, s string) {
	if s == "" || !l.text(field, path, s) {
		return
	}
	if rule, value := addressRule(s); rule != "" {
		l.say(rule, path, "value", shown(value))
	}
}

// addressRule finds what is wrong with an address: a rule, and what it is about.
func addressRule(s string) (rule, value string) {
	u, err := url.Parse(s)
	switch {
	case err != nil, strings.ContainsAny(s, " \"<>\\^`{|}"):
		return "address", s
	case u.Scheme != "https":
		return "address_scheme", s
	case u.User != nil:
		return "address_user", u.Host
	case u.Hostname() == "", u.Opaque != "", !validPort(u.Port()):
		return "address", s
	}
	return hostRule(strings.TrimSuffix(strings.ToLower(u.Hostname()), "."))
}

func validPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

func hostRule(host string) (rule, value string) {
	if addr, err := netip.ParseAddr(host); err == nil {
		if a := addr.Unmap(); a.IsPrivate() || a.IsLoopback() || a.IsUnspecified() || a.IsLinkLocalUnicast() || a.IsMulticast() || sharedRange.Contains(a) {
			return "address_private", host
		}
		return "address_number", host
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	switch {
	case numericHost(host):
		// 2130706433, 0x7f.1, 127.1: numbers that some programs take for addresses.
		return "address_private", host
	case host == last, privateName(host, last):
		return "address_private", host
	case !validHost(host):
		return "address", host
	case mixedWord(host) != "":
		return "address_scripts", host
	case last == "example", host == "example.com", host == "example.org", host == "example.net":
		return "address_example", host
	}
	return "", ""
}

var sharedRange = netip.MustParsePrefix("100.64.0.0/10")

func privateName(host, last string) bool {
	switch last {
	case "localhost", "local", "internal", "intranet", "lan", "home", "corp", "test", "invalid", "onion", "arpa":
		return true
	}
	return strings.HasSuffix(host, ".localdomain")
}

// numericHost reports whether every label is a number, written in any base.
func numericHost(host string) bool {
	for label := range strings.SplitSeq(host, ".") {
		label = strings.TrimPrefix(label, "0x")
		if label == "" || strings.Trim(label, "0123456789abcdef") != "" || strings.Trim(label, "abcdef") == "" {
			return false
		}
		if !strings.Contains(host, "0x") && strings.Trim(label, "0123456789") != "" {
			return false
		}
	}
	return true
}

func validHost(host string) bool {
	if len(host) > 253 {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' || strings.ContainsAny(label, "_%:/@,;=&!$'()*+~") {
			return false
		}
	}
	return true
}

// contacts checks whom staff can reach.
func (l *linter) contacts() {
	cs := l.c.Contacts
	if len(cs) == 0 {
		l.say("required", "contacts")
		return
	}
	if len(cs) > MaxContacts {
		l.say("too_many", "contacts", "max", itoa(MaxContacts), "count", itoa(len(cs)))
		return
	}
	seen := map[Contact]bool{}
	for i, k := range cs {
		at := entry("contacts", i)
		if l.required(at+".role", string(k.Role)) {
			l.choice(at+".role", string(k.Role), names(ContactRoles())...)
		}
		l.text("contacts[].name", at+".name", k.Name)
		if !l.required(at+".mail", k.Mail) || !l.text("contacts[].mail", at+".mail", k.Mail) {
			continue
		}
		if _, err := ParseMail(k.Mail); err != nil {
			l.say("mail", at+".mail", "value", shown(k.Mail))
		}
		key := Contact{Role: k.Role, Mail: strings.ToLower(k.Mail)}
		if seen[key] {
			l.say("twice", at+".mail", "value", shown(k.Mail))
		}
		seen[key] = true
	}
}

// data checks the answers on what becomes of data.
func (l *linter) data() {
	d := l.c.Data
	for _, a := range []struct{ name, text string }{
		{"accessed", d.Accessed}, {"where", d.Where}, {"retention", d.Retention}, {"third_parties", d.ThirdParties},
	} {
		at := "data." + a.name
		if l.text(at, at, a.text) {
			l.plain(at, a.text)
		}
		stored := a.name == "where" || a.name == "retention"
		if strings.TrimSpace(a.text) == "" && (!stored || d.Stored != nil && *d.Stored) {
			l.say("required_data", at)
		}
		if stored && a.text != "" && d.Stored != nil && !*d.Stored {
			l.say("data_contradiction", at)
		}
	}
	if d.Stored == nil {
		l.say("required_data", "data.stored")
	}
}
