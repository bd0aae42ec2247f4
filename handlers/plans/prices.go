package plans

import (
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/plans"
	pages "souk/templates/plans"
	"souk/templates/site"
	"souk/web"
)

// Prices is the public history of a listing's prices. It needs no word to the page
// cache: whatever changes plans or listings announces it.
func (h *Plans) Prices(c echo.Context) error {
	history, err := h.plans.Prices(c.Request().Context(), c.Param("slug"))
	if err != nil {
		return err
	}
	v := pages.Prices{Slug: history.Slug, Name: history.Name, Unlisted: history.Unlisted}
	for i := range history.Plans {
		v.Plans = append(v.Plans, pricePlan(&history.Plans[i]))
	}
	return web.Page(c, pages.PricesPage(v))
}

func pricePlan(p *plans.PlanHistory) pages.PricePlan {
	v := pages.PricePlan{Number: p.Number, Name: p.Name, Retired: p.State == models.PlanRetired}
	for i := range p.Versions {
		tag := &p.Versions[i]
		plan := tag.Plan()
		price := pages.Price{Plan: site.PlanView(&plan), Version: tag.Version, At: tag.EffectiveAt, Policy: tag.PricePolicy, NoticeDays: tag.NoticeDays}
		if i+1 < len(p.Versions) {
			before := p.Versions[i+1].Plan()
			price.Before = new(site.PlanView(&before))
		}
		v.Versions = append(v.Versions, price)
	}
	return v
}
