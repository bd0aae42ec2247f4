package models

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
)

// Limits of manifests.
const (
	MaxManifest      = 64 << 10
	ManifestLifetime = time.Hour // and that of the code that comes of it
	MaxManifestState = 1000
)

// AppManifest describes a GitHub App that is to be registered, as GitHub's
// manifests do. What isn't known of it is left alone.
type AppManifest struct {
	Name               string            `json:"name"`
	URL                string            `json:"url"`
	Hook               *ManifestHook     `json:"hook_attributes"`
	RedirectURL        string            `json:"redirect_url"`
	CallbackURL        string            `json:"callback_url"` // as older manifests have it
	CallbackURLs       []string          `json:"callback_urls"`
	SetupURL           string            `json:"setup_url"`
	Description        string            `json:"description"`
	Public             bool              `json:"public"`
	Events             []string          `json:"default_events"`
	Permissions        map[string]string `json:"default_permissions"`
	AuthorizeOnInstall bool              `json:"request_oauth_on_install"`
	SetupOnUpdate      bool              `json:"setup_on_update"`
	SingleFileName     string            `json:"single_file_name"`
	SingleFilePaths    []string          `json:"single_file_paths"`

	// LeftOut is what a manifest asks for that isn't to be had: keys of
	// permissions, names of events, with nothing that would be an error.
	LeftOut []string `json:"-"`
}

// ManifestHook is the webhook of a manifest, active unless it says otherwise.
type ManifestHook struct {
	URL    string `json:"url"`
	Active *bool  `json:"active"`
}

// ParseManifest reads a manifest. It returns ErrManifest for what is none:
// nothing is wrong yet with one whose values don't do.
func ParseManifest(text []byte) (*AppManifest, error) {
	if len(text) > MaxManifest {
		return nil, ErrTooLarge.On("manifest")
	}
	var m *AppManifest
	if err := json.Unmarshal(text, &m); err != nil || m == nil {
		return nil, ErrManifest.Because(err)
	}
	m.RedirectURL = strings.TrimSpace(m.RedirectURL)
	if m.RedirectURL != "" {
		if _, err := WebAddress(m.RedirectURL); err != nil {
			return nil, ErrManifest.Because(err)
		}
	}
	return m, nil
}

// Settings are the app's as a form would have them.
func (m *AppManifest) Settings() AppSettings {
	s := NewAppSettings()
	s.Name, s.HomepageURL, s.Description = m.Name, m.URL, m.Description
	s.CallbackURLs = m.CallbackURLs
	if m.CallbackURL != "" {
		s.CallbackURLs = append([]string{m.CallbackURL}, m.CallbackURLs...)
	}
	s.SetupURL, s.SetupOnUpdate, s.AuthorizeOnInstall = m.SetupURL, m.SetupOnUpdate, m.AuthorizeOnInstall
	if s.AuthorizeOnInstall {
		s.SetupURL = "" // as on the form: one goes to the callback instead
	}
	s.Public = m.Public
	s.WebhookActive = m.Hook != nil && m.Hook.URL != "" && (m.Hook.Active == nil || *m.Hook.Active)
	if m.Hook != nil {
		s.WebhookURL = m.Hook.URL
	}
	return s
}

// Asks is what the app asks for of what is to be had; the rest is in LeftOut.
func (m *AppManifest) Asks() (Grants, []string, []string) {
	m.LeftOut = nil
	g := Grants{}
	for _, key := range slices.Sorted(maps.Keys(m.Permissions)) {
		p, known := PermissionByKey(key)
		switch level := Level(m.Permissions[key]); {
		case level == "" || level == "none":
		case !known || !slices.Contains(p.Levels, level):
			m.LeftOut = append(m.LeftOut, key)
		case level.Rank() > g[p.Key].Rank():
			g[p.Key] = level
		}
	}
	files := m.SingleFilePaths
	if m.SingleFileName != "" {
		files = append([]string{m.SingleFileName}, files...)
	}
	if g["single_file"] != "" && len(files) == 0 {
		delete(g, "single_file")
		m.LeftOut = append(m.LeftOut, "single_file")
	}
	if kept, err := CheckGrants(g); err == nil {
		g = kept
	}
	events := []string{}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(m.Events))) {
		switch d := EventDelivery(name); {
		case d == EventAlways || d == EventListing:
		case d == EventChosen && EventUnlocked(name, g):
			events = append(events, name)
		default:
			m.LeftOut = append(m.LeftOut, name)
		}
	}
	return g, events, files
}
