package models

import (
	"strings"
	"testing"
)

// hostileAddresses are addresses that no visitor should be led to, and the rule
// that says so.
var hostileAddresses = []struct{ address, rule string }{
	{"javascript:alert(1)", "address_scheme"},
	{"JaVaScRiPt:alert(1)", "address_scheme"},
	{" javascript:alert(1)", "address"},
	{"java\nscript:alert(1)", "line_break"},
	{"java\tscript:alert(1)", "line_break"},
	{"javascript://acme.dev/%0aalert(1)", "address_scheme"},
	{"data:text/html,<script>alert(1)</script>", "address"},
	{"data:text/html;base64,PHNjcmlwdD4=", "address_scheme"},
	{"vbscript:msgbox(1)", "address_scheme"},
	{"file:///etc/passwd", "address_scheme"},
	{"ftp://acme.dev", "address_scheme"},
	{"gopher://acme.dev:70/_x", "address_scheme"},
	{"blob:https://acme.dev/1", "address_scheme"},
	{"view-source:https://acme.dev", "address_scheme"},
	{"http://acme.dev", "address_scheme"},
	{"//acme.dev", "address_scheme"},
	{"/marketplace", "address_scheme"},
	{"acme.dev", "address_scheme"},
	{"https:acme.dev", "address"},
	{"https://", "address"},
	{"https:///etc/passwd", "address"},
	{"https://user:secret@acme.dev", "address_user"},
	{"https://github.com@evil.dev/", "address_user"},
	{"https://@evil.dev", "address_user"},
	{"https://localhost/", "address_private"},
	{"https://localhost.:8443/", "address_private"},
	{"https://127.0.0.1/", "address_private"},
	{"https://127.1/", "address_private"},
	{"https://2130706433/", "address_private"},
	{"https://0x7f000001/", "address_private"},
	{"https://0x7f.0.0.1/", "address_private"},
	{"https://0177.0.0.1/", "address_private"},
	{"https://0/", "address_private"},
	{"https://10.0.0.1/", "address_private"},
	{"https://172.16.5.4/", "address_private"},
	{"https://192.168.1.1/admin", "address_private"},
	{"https://169.254.169.254/latest/meta-data/", "address_private"},
	{"https://100.64.0.1/", "address_private"},
	{"https://0.0.0.0/", "address_private"},
	{"https://224.0.0.1/", "address_private"},
	{"https://[::1]/", "address_private"},
	{"https://[::ffff:127.0.0.1]/", "address_private"},
	{"https://[fc00::1]/", "address_private"},
	{"https://[fe80::1%25eth0]/", "address_private"},
	{"https://printer/", "address_private"},
	{"https://db.internal/", "address_private"},
	{"https://nas.local/", "address_private"},
	{"https://router.lan/", "address_private"},
	{"https://x.localhost/", "address_private"},
	{"https://intranet.corp/", "address_private"},
	{"https://1.0.0.127.in-addr.arpa/", "address_private"},
	{"https://expyuzz4wqqyqhjn.onion/", "address_private"},
	{"https://acme..dev/", "address"},
	{"https://-acme.dev/", "address"},
	{"https://acme_inc.dev/", "address"},
	{"https://acme.dev\\@evil.dev/", "address"},
	{"https://evil.dev\\.acme.dev/", "address"},
	{"https://acme.dev/<script>", "address"},
	{"https://acme.dev/\"onmouseover=alert(1)", "address"},
	{"https://acme.dev/{{7*7}}", "address"},
	{"https://acme.dev/%zz", "address"},
	{"https://acme.dev:99999999/", "address"},
	{"https://acme.dev:x/", "address"},
	{"https://acme.dev/\u202Efdp.exe", "direction"},
	{"https://acme\u200B.dev/", "invisible"},
	{"https://acme.dev/\x00", "control"},
	{"https://acme.dev/\xff", "encoding"},
	{"https://аcme.dev/", "address_scripts"},
	{"https://acme.dev/" + strings.Repeat("a", 5000), "too_long"},
	{"https://" + strings.Repeat("a.", 200) + "dev/", "address"},
	{"https://" + strings.Repeat("a", 64) + ".dev/", "address"},
}

func TestHostileAddressesAreFound(t *testing.T) {
	t.Parallel()
	for _, h := range hostileAddresses {
		for field, set := range map[string]func(*ListingContent){
			"homepage_url": func(c *ListingContent) { c.HomepageURL = h.address }, "links.privacy": func(c *ListingContent) { c.Links.Privacy = h.address },
			"links.support": func(c *ListingContent) { c.Links.Support = h.address },
			"purchase_url":  func(c *ListingContent) { c.Purchase, c.PurchaseURL = PurchaseDirect, h.address },
		} {
			c := wholeListing()
			set(&c)
			found := LintListing(&c)
			if !findingOf(found, h.rule, field) {
				t.Errorf("%q in %s: %+v, want %s", h.address, field, found, h.rule)
			}
			for _, f := range found {
				for _, p := range f.Params {
					if len(p) > 300 || strings.ContainsAny(p, "\n\x00\u202E") {
						t.Errorf("%q: a message holds %q", h.address, p)
					}
				}
			}
		}
	}
}

// hostileTexts are texts that pose as others, and the rule that says so.
var hostileTexts = []struct{ text, rule string }{
	{"Drives nails\x00 into everything", "control"}, {"Drives \x1b[31mnails into everything", "control"}, {"Drives nails\u0085 into all", "control"},
	{"Drives nails\u2028 into everything", "control"}, {"Drives nails\uFFFC into everything", "control"}, {"Drives nails\uE000 into everything", "control"},
	{"Drives \u202Eslian into everything", "direction"}, {"Drives \u2066nails\u2069 into everything", "direction"}, {"Drives nails\u200F into everything", "direction"},
	{"Drives na\u200Bils into everything", "invisible"}, {"Drives na\u2060ils into everything", "invisible"}, {"Drives na\uFEFFils into all", "invisible"},
	{"Drives na\u00ADils into everything", "invisible"}, {"Drives nails\u3164 into everything", "invisible"}, {"Drives nails\u2800 into everything", "invisible"},
	{"Drives nails\U000E0041\U000E0042 into everything", "invisible"}, {"Drives na\u200Dils into everything", "invisible"},
	{"Drives n" + strings.Repeat("\u0336\u0334", 20) + "ails", "stacked_marks"}, {"Drives nails\xc3\x28 into everything", "encoding"},
	{"Drives nails\r\ninto everything", "line_break"}, {strings.Repeat("nails ", 100), "too_long"},
	{"Drives <img src=x onerror=alert(1)> nails", "plain_markup"}, {"Drives <script>alert(1)</script> nails", "plain_markup"},
	{"Drives [nails](javascript:alert(1)) into wood", "plain_markup"},
}

func TestHostileTextsAreFound(t *testing.T) {
	t.Parallel()
	for _, h := range hostileTexts {
		c := wholeListing()
		c.Tagline = h.text
		c.Translations["fr"] = ListingTexts{Tagline: h.text}
		found := LintListing(&c)
		if !findingOf(found, h.rule, "tagline") || !findingOf(found, h.rule, "translations.fr.tagline") {
			t.Errorf("%q: %+v, want %s", h.text, found, h.rule)
		}
	}
}
