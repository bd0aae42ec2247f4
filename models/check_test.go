package models_test

import (
	"strings"
	"testing"

	"souk/models"
)

func TestNamesAlike(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want models.Likeness
	}{
		{"Codecov", "codecov", models.SameLook},
		{"Codecov", "Code-Cov!", models.SameLook},
		{"Codecov", "Соdесоv", models.SameLook}, // Cyrillic С, о, е
		{"Codecov", "ＣｏｄｅＣｏｖ", models.SameLook},
		{"Codecov", "C0decov", models.SameLook},
		{"Modern", "Modem", models.SameLook},
		{"Café Bot", "Cafe Bot", models.SameLook},
		{"Codecov", "Codecovv", models.NearLook},
		{"Codecov", "Codekov", models.NearLook},
		{"Continuous", "Continous", models.NearLook},
		{"Semaphore CI", "Semafore CI", models.NearLook},
		{"Snyk", "Synk", models.Unlike}, // four letters apart by a slip: too many short names are
		{"Linear", "Lines", models.Unlike},
		{"Codecov", "Coveralls", models.Unlike},
		{"持续集成", "持续集成", models.SameLook},
		{"持续集成", "代码审查", models.Unlike},
		{"", "", models.Unlike},
		{"!!!", "???", models.Unlike},
	} {
		if got := models.NamesAlike(models.NameSkeleton(c.a), models.NameSkeleton(c.b)); got != c.want {
			t.Errorf("%s and %s: %q, want %q", c.a, c.b, got, c.want)
		}
	}
}

func TestFindSecrets(t *testing.T) {
	t.Parallel()
	token := models.NewAccessTokenSecret()
	for text, kind := range map[string]string{
		"export GITHUB_TOKEN=ghp_" + strings.Repeat("a1B2", 9):                            "github",
		"github_pat_" + strings.Repeat("a1B2_", 15):                                       "github",
		"-----BEGIN RSA PRIVATE KEY-----\nMIIE":                                           "private_key",
		"-----BEGIN PRIVATE KEY-----":                                                     "private_key",
		"key AKIA" + strings.Repeat("ABCD", 4):                                            "aws",
		"xoxb-" + strings.Repeat("1", 12):                                                 "slack",
		"https://hooks.slack.com/services/T00000000/B00000000/" + strings.Repeat("x", 24): "slack",
		"sk_live_" + strings.Repeat("a", 24):                                              "stripe",
		"AIza" + strings.Repeat("b", 35):                                                  "google",
		"npm_" + strings.Repeat("c", 36):                                                  "npm",
		"glpat-" + strings.Repeat("d", 20):                                                "gitlab",
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0." + strings.Repeat("s", 43):     "jwt",
		"https://admin:hunter2@db.example/x":                                              "password",
		"use `" + token + "` for it":                                                      "souk",
	} {
		found := models.FindSecrets(text)
		if len(found) == 0 || found[0].Kind != kind {
			t.Errorf("%s: %+v, want %s", text, found, kind)
		}
		for _, s := range found {
			if len(s.Begins) > 8 {
				t.Errorf("%s is told in full: %s", kind, s.Begins)
			}
		}
	}
	for _, text := range []string{"Set GITHUB_TOKEN to a token that begins with ghp_.", "sk_test_ keys are fine", "see https://example.com/a:b", "BEGIN CERTIFICATE", token[:20]} {
		if found := models.FindSecrets(text); len(found) > 0 {
			t.Errorf("%q is no secret: %+v", text, found)
		}
	}
}

func TestReservedFindings(t *testing.T) {
	t.Parallel()
	if models.Trademarks() < 80 {
		t.Errorf("%d trademarks", models.Trademarks())
	}
	rule := func(name string, domains ...string) string {
		var rules []string
		for _, f := range models.ReservedFindings(&models.ListingContent{Name: name}, domains) {
			rules = append(rules, f.Rule)
		}
		return strings.Join(rules, " ")
	}
	for name, want := range map[string]string{
		"Reports for GitHub":      "",
		"GitHub Reports":          "trademark",
		"GitHub":                  "trademark",
		"G1tHub Reports":          "trademark",
		"New Relic Deploys":       "trademark",
		"Newt Relish":             "",
		"Official Slack":          "official_word",
		"Slack official notifier": "trademark official_word",
		"Souk":                    "official_word",
		"Soukous":                 "",
		"Certified Builds":        "official_word",
		"Metadata":                "",
	} {
		if got := rule(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := rule("GitHub Reports", "github.com"); got != "" {
		t.Errorf("the owner of the name is told %s", got)
	}
	if got := rule("GitHub Reports", "notgithub.com"); got != "trademark" {
		t.Errorf("a domain that ends alike may use the name: %q", got)
	}
}

func TestSpamFindings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Reviews pull requests and says what it thinks.":              "",
		strings.Repeat("https://a.example ", 13):                      "many_links",
		"see https://bit.ly/x":                                        "short_link",
		"see https://habit.ly/x":                                      "",
		"The best Casino bonus":                                       "shady_words",
		strings.Repeat("🚀", 16):                                       "many_emoji",
		strings.Repeat("deploy faster deploy better ", 12):            "stuffed",
		strings.Repeat("one two three four five six seven nine ", 10): "",
	} {
		var rules []string
		for _, f := range models.SpamFindings(&models.ListingContent{Description: text}) {
			rules = append(rules, f.Rule)
		}
		if got := strings.Join(rules, " "); got != want {
			t.Errorf("%.40q: %q, want %q", text, got, want)
		}
	}
}

func TestOutcomeOf(t *testing.T) {
	t.Parallel()
	f := func(s ...models.Severity) (all []models.Finding) {
		for _, one := range s {
			all = append(all, models.Finding{Severity: one})
		}
		return all
	}
	for _, c := range []struct {
		findings []models.Finding
		want     models.CheckOutcome
	}{
		{nil, models.CheckPass}, {f(models.SeverityHint), models.CheckPass},
		{f(models.SeverityHint, models.SeverityWarning), models.CheckWarn}, {f(models.SeverityWarning, models.SeverityError), models.CheckFail},
	} {
		if got := models.OutcomeOf(c.findings); got != c.want {
			t.Errorf("%v: %s, want %s", c.findings, got, c.want)
		}
	}
}
