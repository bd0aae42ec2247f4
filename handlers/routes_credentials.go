package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/credentials"
	"souk/web/paths"
)

// credentialsRoutes: Client secrets and private keys of apps. What makes or ends
// one asks first whether it is still the same person.
func credentialsRoutes(e *echo.Echo, h *credentials.Credentials, b before) {
	e.GET(paths.AppSecretsPat, h.Secrets, b.mine...)
	e.POST(paths.AppSecretsPat, h.NewSecret, b.sure...)
	e.GET(paths.AppSecretRevokePat, h.RevokingSecret, b.mine...)
	e.POST(paths.AppSecretRevokePat, h.RevokeSecret, b.sure...)
	e.GET(paths.AppKeysPat, h.Keys, b.mine...)
	e.POST(paths.AppKeysPat, h.NewKey, b.sure...)
	e.GET(paths.AppKeyFilePat, h.KeyFile, b.sure...)
	e.GET(paths.AppKeyDeletePat, h.DeletingKey, b.mine...)
	e.POST(paths.AppKeyDeletePat, h.DeleteKey, b.sure...)
}
