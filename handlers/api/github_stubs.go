package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/hooks"
	"souk/web"
)

// The stubs are always the same customer on the same plan, for those who write a
// client before anybody has bought anything. The values are those of GitHub's.
var (
	stubbedPlan = models.Plan{ID: 1313, Number: 3, Name: "Pro", Description: "A professional-grade CI solution", Kind: models.PlanFlatRate,
		MonthlyMinor: new(int64(1099)), YearlyMinor: new(int64(11870)), TrialDays: 14, State: models.PlanPublished,
		Bullets: []string{"Up to 25 private repositories", "11 concurrent builds"}}
	stubbedNext = models.Plan{ID: 1111, Number: 2, Name: "Startup", Description: "A professional-grade CI solution", Kind: models.PlanFlatRate,
		MonthlyMinor: new(int64(699)), YearlyMinor: new(int64(7870)), TrialDays: 14, State: models.PlanPublished,
		Bullets: []string{"Up to 10 private repositories", "3 concurrent builds"}}
	stubbedDay = time.Date(2017, time.November, 11, 0, 0, 0, 0, time.UTC)
	stubbed    = models.Customer{ID: 77, Account: models.HookAccount{ID: 4, Login: "github", Kind: models.KindOrganization, Mail: "billing@github.com"},
		Terms: models.Terms{Plan: stubbedPlan, Period: models.Monthly, Units: 1}, State: models.SubscriptionActive, End: stubbedDay,
		Pending:   &models.PendingChange{Kind: models.PendingTerms, Terms: &models.Terms{Plan: stubbedNext, Period: models.Monthly, Units: 1}},
		UpdatedAt: time.Date(2017, time.November, 2, 1, 12, 12, 0, time.UTC)}
)

var onePage = hooks.Page{Number: 1, PerPage: 30}

func stubPlans(c echo.Context, _ int64) error {
	return v3List(c, []v3Plan{v3PlanOf(base(c.Request().Context()), &stubbedPlan)}, onePage, 1)
}

func stubAccounts(c echo.Context, _ int64) error {
	if _, err := pageOf(c); err != nil {
		return err
	}
	return v3List(c, []v3Customer{v3CustomerOf(base(c.Request().Context()), &stubbed)}, onePage, 1)
}

func stubAccount(c echo.Context, _ int64) error {
	if _, err := id(c); err != nil {
		return err
	}
	return web.JSON(c, http.StatusOK, v3CustomerOf(base(c.Request().Context()), &stubbed))
}

func stubMine(c echo.Context) error {
	if err := web.ActorOf(c).MaySeePurchases(); err != nil {
		return err
	}
	return v3List(c, []v3Own{v3OwnOf(base(c.Request().Context()), &stubbed)}, onePage, 1)
}
