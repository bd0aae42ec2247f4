package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/requests"
	"souk/web/paths"
)

// requestsRoutes: requests to buy, and what an organization allows: its policy and budgets.
func requestsRoutes(e *echo.Echo, h *requests.Requests, b before) {
	e.GET(paths.OrderRequestPat, h.Ask, b.mine...)
	e.POST(paths.OrderRequestPat, h.AskPost, b.mine...)
	e.GET(paths.BuyRequests, h.Mine, b.mine...)
	e.POST(paths.BuyRequestWithdrawPat, h.Withdraw, b.mine...)

	e.GET(paths.OrgBuyRequestsPat, h.List, b.theirs...)
	e.GET(paths.OrgBuyRequestPat, h.Case, b.theirs...)
	e.POST(paths.OrgBuyRequestApprovePat, h.Approve, b.theirs...)
	e.POST(paths.OrgBuyRequestDeclinePat, h.Decline, b.theirs...)
	e.GET(paths.OrgPolicyPat, h.Policy, b.theirs...)
	e.POST(paths.OrgPolicyPat, h.PolicyPost, b.theirs...)
	e.GET(paths.OrgBudgetsPat, h.Budgets, b.theirs...)
	e.POST(paths.OrgBudgetsPat, h.SetBudget, b.theirs...)
	e.POST(paths.OrgBudgetRemovePat, h.RemoveBudget, b.theirs...)
}
