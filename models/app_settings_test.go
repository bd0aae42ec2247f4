package models

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func sound() AppSettings {
	return AppSettings{Name: "Hammer", HomepageURL: "https://hammer.example", CallbackURLs: []string{"https://hammer.example/back"},
		WebhookActive: true, WebhookURL: "https://hammer.example/hook", WebhookSecret: "a long secret"}
}

func TestAppSettings(t *testing.T) {
	t.Parallel()
	many := make([]string, 11)
	for i := range many {
		many[i] = fmt.Sprintf("https://hammer.example/%d", i)
	}
	for what, c := range map[string]struct {
		change func(*AppSettings)
		field  string
		want   *Error
	}{
		"sound":                   {func(*AppSettings) {}, "", nil},
		"no homepage":             {func(s *AppSettings) { s.HomepageURL = " " }, "url", ErrAddressNeeded},
		"a script for a homepage": {func(s *AppSettings) { s.HomepageURL = "javascript:alert(1)" }, "url", ErrWebAddress},
		"a homepage with a name":  {func(s *AppSettings) { s.HomepageURL = "https://me:secret@hammer.example" }, "url", ErrWebAddress},
		"ten callbacks":           {func(s *AppSettings) { s.CallbackURLs = many[:10] }, "", nil},
		"eleven callbacks":        {func(s *AppSettings) { s.CallbackURLs = many }, "callback_urls", ErrTooManyCallbacks},
		"a program's callback":    {func(s *AppSettings) { s.CallbackURLs = []string{"hammer://back"} }, "", nil},
		"a local callback":        {func(s *AppSettings) { s.CallbackURLs = []string{"http://localhost:3000/back"} }, "", nil},
		"no callback":             {func(s *AppSettings) { s.CallbackURLs, s.AuthorizeOnInstall = nil, true }, "callback_urls", ErrCallbackNeeded},
		"setup beside signing in": {func(s *AppSettings) { s.SetupURL, s.AuthorizeOnInstall = "https://hammer.example/setup", true }, "setup_url", ErrSetupUnused},
		"a setup that is none":    {func(s *AppSettings) { s.SetupURL = "ftp://hammer.example" }, "setup_url", ErrWebAddress},
		"a webhook by http":       {func(s *AppSettings) { s.WebhookURL = "HTTP://hammer.example/hook" }, "webhook_url", ErrWebhookInsecure},
		"an idle one by http":     {func(s *AppSettings) { s.WebhookURL, s.WebhookActive = "http://hammer.example/hook", false }, "webhook_url", ErrWebhookInsecure},
		"no address of a webhook": {func(s *AppSettings) { s.WebhookURL = "" }, "webhook_url", ErrAddressNeeded},
		"an idle webhook":         {func(s *AppSettings) { s.WebhookURL, s.WebhookActive = "", false }, "", nil},
		"a short secret":          {func(s *AppSettings) { s.WebhookSecret = "short" }, "webhook_secret", ErrWebhookSecret},
		"a secret with a space":   {func(s *AppSettings) { s.WebhookSecret = "a long secret " }, "webhook_secret", ErrWebhookSecret},
		"a secret in two lines":   {func(s *AppSettings) { s.WebhookSecret = "a long\nsecret" }, "webhook_secret", ErrWebhookSecret},
		"a secret without end":    {func(s *AppSettings) { s.WebhookSecret = strings.Repeat("x", 256) }, "webhook_secret", ErrWebhookSecret},
		"a long description":      {func(s *AppSettings) { s.Description = strings.Repeat("é", MaxAppText+1) }, "description", ErrTooLong},
		"a hidden description":    {func(s *AppSettings) { s.Description = "a\u2066b" }, "description", ErrControl},
	} {
		s := sound()
		c.change(&s)
		_, err := s.Check(GitHubApp, false)
		if c.want == nil {
			if err != nil {
				t.Errorf("%s: %v", what, err)
			}
			continue
		}
		p, _ := AsProblems(err)
		if len(p) != 1 || p[0].Field != c.field || !errors.Is(p[0], c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	s := sound()
	s.WebhookURL = "http://10.0.0.1/hook"
	if _, err := s.Check(GitHubApp, true); err != nil {
		t.Errorf("a laboratory's webhook: %v", err)
	}
}

func TestAllIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	_, err := AppSettings{WebhookActive: true, WebhookURL: "x", CallbackURLs: []string{"x"}, SetupURL: "x"}.Check(GitHubApp, false)
	p, _ := AsProblems(err)
	var fields []string
	for _, one := range p {
		fields = append(fields, one.Field)
	}
	if !slices.Equal(fields, []string{"name", "url", "callback_urls", "setup_url", "webhook_url"}) {
		t.Errorf("%v", fields)
	}
}

func TestSettingsOfOAuthApps(t *testing.T) {
	t.Parallel()
	s := sound()
	s.SetupURL, s.AuthorizeOnInstall, s.Public = "https://hammer.example/setup", true, false
	kept, err := s.Check(OAuthApp, false)
	if err != nil || kept.WebhookURL != "" || kept.WebhookSecret != "" || kept.SetupURL != "" || kept.AuthorizeOnInstall || !kept.Public {
		t.Errorf("%+v, %v", kept, err)
	}
	s.CallbackURLs = nil
	if _, err := s.Check(OAuthApp, false); !errors.Is(err, ErrCallbackNeeded) {
		t.Errorf("without a callback: %v", err)
	}
}

// hostileCallbacks would run, read or hide something, or lead elsewhere.
var hostileCallbacks = []string{
	"javascript://x/%0aalert(1)", "JavaScript://x/alert(1)", "data://text/html,x", "data:text/html,<script>", "vbscript://x", "file:///etc/passwd",
	"blob:https://x.example/1", "filesystem://x/y", "view-source://x.example", "//x.example/back", "/back", "x.example/back", "https:x.example",
	"https://", "https:///back", "https://x.example/#part", "https://x.example#", "https://me@x.example", "https://me:pw@x.example", "https://x.example/a b",
	"https://x.example/\x00", "https://x.example/\r\nLocation: y", "https://x.example\\@y.example", "https://x.example/\u202e", "ftp://x.example",
	"mailto:a@x.example", "intent://x#Intent", "chrome://settings", "https://[::1", "https://x.example:port/", "ht!tp://x.example", "%68ttps://x.example", strings.Repeat("a", 3000),
}

func TestHostileCallbacks(t *testing.T) {
	t.Parallel()
	for _, address := range hostileCallbacks {
		s := sound()
		s.CallbackURLs = []string{"https://hammer.example/back", address}
		if _, err := s.Check(GitHubApp, false); !errors.Is(err, ErrCallbackAddress) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestClientIDs(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 100 {
		for kind, prefix := range map[AppKind]string{GitHubApp: "Iv23", OAuthApp: "Ov23"} {
			id := NewClientID(kind)
			if len(id) != 20 || !strings.HasPrefix(id, prefix) || strings.Trim(id, clientLetters) != "" || seen[id] {
				t.Fatalf("%q", id)
			}
			seen[id] = true
		}
	}
}
