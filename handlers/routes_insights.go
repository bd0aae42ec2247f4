package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/insights"
	"souk/web/paths"
)

// insightsRoutes: the figures of listings, and the step from one to its app.
func insightsRoutes(e *echo.Echo, h *insights.Insights, b before) {
	e.GET(paths.FiguresPat, h.Figures, b.mine...)
	e.GET(paths.FiguresCSVPat, h.File, b.mine...)
	get(e, paths.SetUpPat, h.SetUp)
}
