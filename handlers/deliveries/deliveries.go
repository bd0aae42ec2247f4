// Package deliveries holds the desk of webhooks, of purchases and of apps: where they go
// to, each attempt, and sending again.
package deliveries

import (
	"time"

	"souk/models/hooks"
	"souk/web/paths"
)

// Deliveries answers for them.
type Deliveries struct {
	hooks  *hooks.Service
	now    func() time.Time
	ofApps bool
}

// New makes the handlers of webhooks of purchases.
func New(h *hooks.Service, now func() time.Time) *Deliveries { return &Deliveries{hooks: h, now: now} }

// OfApps makes those of apps' own webhooks.
func OfApps(h *hooks.Service, now func() time.Time) *Deliveries {
	return &Deliveries{hooks: h.OfApps(), now: now, ofApps: true}
}

// at is a page of paths.Webhook, or of paths.AppWebhook.
func (h *Deliveries) at(slug, page string) string {
	if h.ofApps {
		return paths.AppWebhook(slug, page)
	}
	return paths.Webhook(slug, page)
}

func (h *Deliveries) delivery(slug, guid string) string {
	if h.ofApps {
		return paths.AppDelivery(slug, guid, "")
	}
	return paths.Delivery(slug, guid, "")
}
