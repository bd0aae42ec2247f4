package hooks

import (
	"souk/models"
	"souk/models/apps"
	"souk/models/secretbox"
)

// OfApps are the same verbs for the webhooks of apps themselves: their slugs are those
// of apps then, not of listings.
func (s *Service) OfApps() *Service {
	apps := *s
	apps.ofApps = true
	return &apps
}

// target is whose webhook the verbs are about.
func (s *Service) target(st *apps.Standing) models.HookTarget {
	if s.ofApps {
		return models.HookTarget{App: true, ID: st.ID}
	}
	return models.HookTarget{ID: st.ListingID}
}

// column is where tables name a target.
func column(t models.HookTarget) string {
	if t.App {
		return "app_id"
	}
	return "listing_id"
}

// thread is where events name that of which they keep the order.
func thread(t models.HookTarget) string {
	if t.App {
		return "installation_id"
	}
	return "subscription_id"
}

// secretsOf is what a target's secrets are sealed for.
func secretsOf(t models.HookTarget) secretbox.Use {
	if t.App {
		return secretbox.WebhookSecrets
	}
	return secretbox.PurchaseSecrets
}
