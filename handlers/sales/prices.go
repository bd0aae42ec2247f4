package sales

import (
	"context"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/sales"
	pages "souk/templates/sales"
	"souk/web"
	"souk/web/i18n"
)

// pricesInput is a price as it was typed. Asked is "true" where it was.
type pricesInput struct {
	Plan     int    `query:"plan"`
	Asked    string `query:"asked"`
	Currency string `query:"currency"`
	Monthly  string `query:"monthly"`
	Yearly   string `query:"yearly"`
	Policy   string `query:"policy"`
	Notice   string `query:"notice"`
	Page     string `query:"page"`
}

// Prices says whom another price would touch.
func (h *Sales) Prices(c echo.Context) error {
	in, err := web.Bind[pricesInput](c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	asked, wrong := in.price(ctx)
	t, err := h.sales.Prices(ctx, web.ActorOf(c), slug(c), in.Plan, asked, web.PageNumber(in.Page))
	if err != nil {
		return err
	}
	v := pricesView(c, t, in)
	if wrong != nil {
		return web.Form(c, wrong, func(p models.Problems) templ.Component {
			v.Problems, v.Monthly, v.Yearly, v.Notice, v.Policy = problems(p), in.Monthly, in.Yearly, in.Notice, in.Policy
			return pages.PricesPage(v)
		})
	}
	return web.Page(c, pages.PricesPage(v))
}

// price is what was typed; nil where nothing was, or it can't be read.
func (in *pricesInput) price(ctx context.Context) (*sales.Price, error) {
	if in.Asked == "" {
		return nil, nil
	}
	var p models.Problems
	marks := i18n.NumberMarks(ctx)
	read := func(field, typed string, parse func(string) (int64, error)) *int64 {
		if strings.TrimSpace(typed) == "" {
			return nil
		}
		n, err := parse(typed)
		if p.Add(field, err) != nil || err != nil {
			return nil
		}
		return &n
	}
	money := func(s string) (int64, error) { return models.ParseAmount(s, marks, in.Currency) }
	price := sales.Price{Monthly: read("monthly", in.Monthly, money), Yearly: read("yearly", in.Yearly, money), Policy: models.PricePolicy(in.Policy)}
	if n := read("notice", in.Notice, func(s string) (int64, error) { return models.ParseWhole(s, marks) }); n != nil {
		price.Notice = int(min(*n, models.MaxNoticeDays))
	}
	if price.Policy != models.PriceKeep && price.Policy != models.PriceMove {
		p = append(p, models.ErrUnknownChoice.On("policy"))
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	return &price, nil
}

func pricesView(c echo.Context, t *sales.PriceTool, in pricesInput) pages.Prices {
	ctx := c.Request().Context()
	v := pages.Prices{Frame: frame(c, t.Desk, "sales", "prices"), Plans: t.Plans, Plan: t.Plan, Drafted: t.Drafted, Asked: in.Asked != "", Effects: t.Effects,
		Total: t.Total, Moved: t.Moved, Kept: t.Kept, Before: t.Before, After: t.After, Days: t.Price.Notice}
	if t.Plan == nil {
		return v
	}
	text := func(minor *int64) string {
		if minor == nil {
			return ""
		}
		return i18n.Amount(ctx, *minor, t.Plan.Currency)
	}
	v.Monthly, v.Yearly, v.Policy, v.Notice = text(t.Price.Monthly), text(t.Price.Yearly), string(t.Price.Policy), i18n.Number(ctx, int64(t.Price.Notice))
	for _, one := range t.Items {
		v.Items = append(v.Items, pages.Touched{Subscriber: subscriberView(one.Subscriber), PriceTouch: one.PriceTouch})
	}
	v.Pager = pager(web.PageNumber(in.Page), t.Total, v.Path)
	return v
}
