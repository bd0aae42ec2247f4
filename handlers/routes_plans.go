package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/plans"
	"souk/web/paths"
)

// plansRoutes: Plans of drafts, price history, and trying a purchase.
func plansRoutes(e *echo.Echo, h *plans.Plans, b before) {
	e.GET(paths.PlansPat, h.Overview, b.mine...)
	e.POST(paths.PlanPurchasePat, h.Purchase, b.mine...)
	e.GET(paths.NewPlanPat, h.New, b.mine...)
	e.POST(paths.NewPlanPat, h.Create, b.mine...)
	e.GET(paths.PlanPat, h.Edit, b.mine...)
	e.POST(paths.PlanPat, h.Save, b.mine...)
	e.POST(paths.PlanMovePat, h.Move, b.mine...)
	e.GET(paths.PlanRemovePat, h.Removing, b.mine...)
	e.POST(paths.PlanRemovePat, h.Remove, b.mine...)

	e.GET(paths.TryPat, h.Try, b.mine...)
	e.POST(paths.TryPat, h.Begin, b.mine...)
	e.POST(paths.TryStepPat, h.Step, b.mine...)
	e.POST(paths.TryEndPat, h.End, b.mine...)

	get(e, paths.PricesPat, h.Prices)
}
