package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/deliveries"
	"souk/web/paths"
)

// deliveriesRoutes: webhooks of purchases: where they go to, each attempt, and
// sending again. What signs them asks first whether it is still the same person.
func deliveriesRoutes(e *echo.Echo, d *deliveries.Deliveries, b before) {
	e.GET(paths.WebhookPat, d.Desk, b.mine...)
	e.GET(paths.WebhookSettingsPat, d.Settings, b.mine...)
	e.POST(paths.WebhookSettingsPat, d.Save, b.mine...)
	e.GET(paths.WebhookSecretPat, d.Secret, b.sure...)
	e.POST(paths.WebhookSecretPat, d.Rotate, b.sure...)
	e.POST(paths.WebhookOldSecretPat, d.EndOld, b.sure...)
	e.POST(paths.WebhookPingPat, d.Ping, b.mine...)
	e.GET(paths.WebhookRedeliverPat, d.Range, b.mine...)
	e.POST(paths.WebhookRedeliverPat, d.RedeliverRange, b.mine...)
	e.GET(paths.DeliveryPat, d.Event, b.mine...)
	e.POST(paths.DeliveryRedeliverPat, d.Redeliver, b.mine...)
}

// apphooksRoutes: the same for apps' own webhooks.
func apphooksRoutes(e *echo.Echo, d *deliveries.Deliveries, b before) {
	e.GET(paths.AppWebhookPat, d.Desk, b.mine...)
	e.GET(paths.AppWebhookSettingsPat, d.Settings, b.mine...)
	e.POST(paths.AppWebhookSettingsPat, d.Save, b.mine...)
	e.GET(paths.AppWebhookSecretPat, d.Secret, b.sure...)
	e.POST(paths.AppWebhookSecretPat, d.Rotate, b.sure...)
	e.POST(paths.AppWebhookOldSecretPat, d.EndOld, b.sure...)
	e.POST(paths.AppWebhookPingPat, d.Ping, b.mine...)
	e.GET(paths.AppWebhookRedeliverPat, d.Range, b.mine...)
	e.POST(paths.AppWebhookRedeliverPat, d.RedeliverRange, b.mine...)
	e.GET(paths.AppDeliveryPat, d.Event, b.mine...)
	e.POST(paths.AppDeliveryRedeliverPat, d.Redeliver, b.mine...)
}
