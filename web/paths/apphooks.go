package paths

import "net/url"

// The webhook of an app itself: where its integrator looks after it.
const (
	AppWebhookPat           = appSettings + "/webhook"
	AppWebhookSettingsPat   = AppWebhookPat + "/settings"
	AppWebhookSecretPat     = AppWebhookPat + "/secret"
	AppWebhookOldSecretPat  = AppWebhookPat + "/old-secret"
	AppWebhookPingPat       = AppWebhookPat + "/ping"
	AppWebhookRedeliverPat  = AppWebhookPat + "/redeliver"
	AppDeliveryPat          = AppWebhookPat + "/deliveries/:guid"
	AppDeliveryRedeliverPat = AppDeliveryPat + "/redeliver"
)

// AppWebhook is a page of an app's own webhook: "" is what was sent, others are
// "settings", "secret", "old-secret", "ping" and "redeliver".
func AppWebhook(slug, page string) string { return under(AppSettings(slug, "webhook"), page) }

// AppDelivery is one event that an app was told: "" is its page, "redeliver" sends it
// again.
func AppDelivery(slug, guid, act string) string {
	return under(AppWebhook(slug, "deliveries/"+url.PathEscape(guid)), act)
}
