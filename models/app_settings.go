package models

import (
	"net/url"
	"slices"
	"strings"
)

// Bounds of an app's settings, in characters.
const (
	MaxAppName       = 34
	MaxOAuthName     = 100
	MaxAppText       = 10_000
	MaxCallbacks     = 10
	MaxWebhookSecret = 255
	MaxAppsOf        = 100 // of one account, of both kinds together
)

// AppSettings is what an integrator sets about an app beside what it asks for.
// An OAuth App has fewer: its callbacks and the device flow.
type AppSettings struct {
	Name               string
	HomepageURL        string
	Description        string
	CallbackURLs       []string
	SetupURL           string
	SetupOnUpdate      bool
	WebhookActive      bool
	WebhookURL         string
	WebhookSecret      string // in the clear; "" keeps the one that is there
	ForgetSecret       bool   // deliveries aren't signed any more
	AuthorizeOnInstall bool
	ExpireUserTokens   bool
	DeviceFlow         bool
	Public             bool
}

// SettingsOf is what is set about an app; its webhook's secret doesn't come
// along.
func SettingsOf(a *App) AppSettings {
	return AppSettings{Name: a.Name, HomepageURL: a.HomepageURL, Description: a.Description, CallbackURLs: a.CallbackURLs,
		SetupURL: a.SetupURL, SetupOnUpdate: a.SetupOnUpdate, WebhookActive: a.WebhookActive, WebhookURL: a.WebhookURL,
		AuthorizeOnInstall: a.AuthorizeOnInstall, ExpireUserTokens: a.ExpireUserTokens, DeviceFlow: a.DeviceFlow, Public: a.Public}
}

// NewAppSettings are those that a form for a new app begins with.
func NewAppSettings() AppSettings { return AppSettings{WebhookActive: true, ExpireUserTokens: true} }

// Check returns the settings as they are kept, or Problems. Insecure allows
// webhooks by http, which only laboratories do.
func (s AppSettings) Check(kind AppKind, insecure bool) (AppSettings, error) {
	var problems Problems
	add := func(field string, err error) {
		_ = problems.Add(field, err) // all of them are ours
	}
	if kind == OAuthApp {
		s = s.ofOAuth()
	}
	var err error
	s.Name, err = CheckAppName(s.Name, kind)
	add("name", err)
	s.HomepageURL, err = neededAddress(s.HomepageURL)
	add("url", err)
	s.Description, err = PlainText(s.Description, MaxAppText, true)
	add("description", err)
	s.CallbackURLs, err = checkCallbacks(s.CallbackURLs)
	add("callback_urls", err)
	if err == nil && len(s.CallbackURLs) == 0 && (kind == OAuthApp || s.AuthorizeOnInstall) {
		add("callback_urls", ErrCallbackNeeded)
	}
	s.SetupURL, err = WebAddress(s.SetupURL)
	add("setup_url", err)
	if err == nil && s.SetupURL != "" && s.AuthorizeOnInstall {
		add("setup_url", ErrSetupUnused)
	}
	s.WebhookURL, err = checkWebhook(s.WebhookURL, s.WebhookActive, insecure)
	add("webhook_url", err)
	add("webhook_secret", checkWebhookSecret(s.WebhookSecret))
	return s, problems.Err()
}

// ofOAuth is what an OAuth App keeps of the settings: anyone may authorize it.
func (s AppSettings) ofOAuth() AppSettings {
	return AppSettings{Name: s.Name, HomepageURL: s.HomepageURL, Description: s.Description, CallbackURLs: s.CallbackURLs,
		DeviceFlow: s.DeviceFlow, ExpireUserTokens: s.ExpireUserTokens, Public: true}
}

func neededAddress(s string) (string, error) {
	s, err := WebAddress(s)
	if err == nil && s == "" {
		err = ErrAddressNeeded
	}
	return s, err
}

func checkCallbacks(all []string) ([]string, error) {
	kept := []string{}
	for _, s := range all {
		s = strings.TrimSpace(s)
		switch {
		case s == "" || slices.Contains(kept, s):
			continue
		case !validCallback(s):
			return all, ErrCallbackAddress
		}
		kept = append(kept, s)
	}
	if len(kept) > MaxCallbacks {
		return all, ErrTooManyCallbacks
	}
	return kept, nil
}

// noCallbacks are schemes by which an address would run, read or send something
// instead of opening an app.
var noCallbacks = []string{"javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source", "ftp", "ws", "wss", "mailto",
	"tel", "sms", "chrome", "resource", "jar", "intent"}

// validCallback is an address of the web, or one that opens a program on the
// user's device ("myapp://signed-in").
func validCallback(s string) bool {
	if len(s) > MaxAddress || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || forbidden(r) }) {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && u.Opaque == "" && u.Host != "" && u.User == nil && !strings.Contains(s, "#") &&
		!strings.Contains(s, `\`) && !slices.Contains(noCallbacks, u.Scheme)
}

func checkWebhook(s string, active, insecure bool) (string, error) {
	s, err := WebAddress(s)
	switch {
	case err != nil:
		return s, err
	case s == "" && active:
		return s, ErrAddressNeeded
	case strings.HasPrefix(strings.ToLower(s), "http:") && !insecure:
		return s, ErrWebhookInsecure
	}
	return s, nil
}

// checkWebhookSecret refuses what would change on its way, or is no secret at
// all.
func checkWebhookSecret(s string) error {
	if len(s) > MaxWebhookSecret || s != strings.TrimSpace(s) || s != "" && len(s) < 8 || strings.ContainsFunc(s, forbidden) {
		return ErrWebhookSecret
	}
	return nil
}
