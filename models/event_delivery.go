package models

import "slices"

// Delivery says when a webhook event reaches an app.
type Delivery string

// An event comes when the app has chosen it, always, by a listing, or never.
const (
	EventChosen  Delivery = "chosen"
	EventAlways  Delivery = "always"
	EventListing Delivery = "listing" // goes to the webhook of a listing
	EventNever   Delivery = "never"   // only webhooks of repositories and organizations get it
)

var eventDeliveries = map[string]Delivery{
	"github_app_authorization":       EventAlways,
	"installation":                   EventAlways,
	"installation_repositories":      EventAlways,
	"ping":                           EventAlways,
	"marketplace_purchase":           EventListing,
	"sponsorship":                    EventNever,
	"repository_import":              EventNever,
	"repository_vulnerability_alert": EventNever,
}

// EventDelivery says when an event reaches an app; an unknown one never does.
func EventDelivery(name string) Delivery {
	if d, ok := eventDeliveries[name]; ok {
		return d
	}
	if EventKnown(name) {
		return EventChosen
	}
	return EventNever
}

// EventUnlocked reports whether what g asks for is enough for an event.
func EventUnlocked(name string, g Grants) bool {
	needs := eventPermissions[name]
	return len(needs) == 0 || slices.ContainsFunc(needs, func(key string) bool { return g[key].Rank() >= LevelRead.Rank() })
}
