package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/media"
	"souk/web"
	"souk/web/paths"
)

// uploadBytes is how much a request with a picture may send. A picture is
// refused by the form from 5 MiB on; what is more than this is not even read.
const uploadBytes = "40M"

// mediaRoutes: Pictures of apps and listings.
func mediaRoutes(e *echo.Echo, h *media.Media, b before) {
	get(e, paths.ImagePat, h.Image)
	get(e, paths.ImageSizedPat, h.Image)

	sent := append([]echo.MiddlewareFunc{web.AtMost(uploadBytes)}, b.mine...)
	e.GET(paths.ManageMediaPat, h.Listing, b.mine...)
	e.POST(paths.ManageLogoPat, h.SaveLogo, sent...)
	e.POST(paths.ManageLogoRemovePat, h.RemoveLogo, b.mine...)
	e.POST(paths.ManageFeaturePat, h.SaveFeature, sent...)
	e.POST(paths.ManageFeatureRemovePat, h.RemoveFeature, b.mine...)
	e.POST(paths.ManageScreenshotsPat, h.AddScreenshot, sent...)
	e.POST(paths.ManageScreenshotPat, h.ChangeScreenshot, sent...)
	e.POST(paths.ManageScreenshotMovePat, h.MoveScreenshot, b.mine...)
	e.POST(paths.ManageScreenshotRemovePat, h.RemoveScreenshot, b.mine...)

	e.GET(paths.AppLogoPat, h.App, b.mine...)
	e.POST(paths.AppLogoPat, h.SaveApp, sent...)
	e.POST(paths.AppLogoRemovePat, h.RemoveApp, b.mine...)
}
