package sales

import (
	"context"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	pages "souk/templates/sales"
	"souk/web"
	"souk/web/i18n"
	"souk/web/paths"
)

type pageInput struct {
	Page string `query:"page"`
}

// Coupons lists a listing's coupons.
func (h *Sales) Coupons(c echo.Context) error {
	in, err := web.Bind[pageInput](c)
	if err != nil {
		return err
	}
	v, err := h.couponsView(c, web.PageNumber(in.Page))
	if err != nil {
		return err
	}
	return web.Page(c, pages.CouponsPage(v))
}

func (h *Sales) couponsView(c echo.Context, page int) (v pages.Coupons, err error) {
	l, err := h.sales.Coupons(c.Request().Context(), web.ActorOf(c), slug(c), page)
	if err != nil {
		return v, err
	}
	v = pages.Coupons{Frame: frame(c, l.Desk, "coupons", ""), Items: l.Items, Total: l.Total, Plans: l.Plans, Now: h.sales.Now()}
	v.Pager = pager(page, l.Total, func(n string) string { return paths.With(paths.Coupons(slug(c), ""), "page", n) })
	return v, nil
}

// couponInput is a coupon as it was typed; its fields are those of pages.CouponInput.
type couponInput struct {
	Code    string `form:"code"`
	Kind    string `form:"kind"`
	Percent string `form:"percent"`
	Amount  string `form:"amount"`
	Money   string `form:"money"`
	For     string `form:"for"`
	Periods string `form:"periods"`
	Plan    int64  `form:"plan"`
	Limit   string `form:"limit"`
	Expires string `form:"expires"`
}

// NewCoupon is the form for a coupon.
func (h *Sales) NewCoupon(c echo.Context) error {
	v, err := h.couponForm(c, couponInput{Kind: "percent", For: "once", Money: models.DefaultCurrency})
	if err != nil {
		return err
	}
	if len(v.Plans) > 0 {
		v.Input.Money = v.Plans[0].Currency
	}
	return web.Page(c, pages.CouponPage(v))
}

func (h *Sales) couponForm(c echo.Context, in couponInput) (v pages.CouponForm, err error) {
	l, err := h.couponsView(c, 1)
	if err != nil {
		return v, err
	}
	if !l.MayChange {
		return v, models.ErrNotFound // staff looks on
	}
	return pages.CouponForm{Frame: l.Frame, Plans: l.Plans, Input: pages.CouponInput(in)}, nil
}

// CreateCoupon makes a coupon.
func (h *Sales) CreateCoupon(c echo.Context) error {
	in, err := web.Bind[couponInput](c)
	if err != nil {
		return err
	}
	coupon, err := in.coupon(c.Request().Context(), web.Zone(c))
	if err == nil {
		err = h.sales.CreateCoupon(c.Request().Context(), web.ActorOf(c), slug(c), coupon)
	}
	if err == nil {
		return web.Done(c, paths.Coupons(slug(c), ""), "coupon_created")
	}
	if _, mendable := models.AsProblems(err); !mendable {
		return err
	}
	v, failed := h.couponForm(c, in)
	if failed != nil {
		return failed
	}
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Problems = problems(p)
		return pages.CouponPage(v)
	})
}

// coupon is what was typed, or models.Problems with what can't be read. A coupon that
// expires on a day is good until that day ends where its maker is.
func (in *couponInput) coupon(ctx context.Context, zone *time.Location) (models.Coupon, error) {
	c := models.Coupon{Code: in.Code}
	var p models.Problems
	marks := i18n.NumberMarks(ctx)
	read := func(field string, typed string, wrong *models.Error) *int64 {
		n, err := models.ParseWhole(typed, marks)
		if err != nil {
			p = append(p, wrong.On(field))
			return nil
		}
		return &n
	}
	switch in.Kind {
	case "percent":
		c.Percent = read("percent", in.Percent, models.ErrCouponPercent)
	case "amount":
		minor, err := models.ParseAmount(in.Amount, marks, in.Money)
		if p.Add("amount", err) == nil && err == nil {
			c.Minor, c.Currency = &minor, in.Money
		}
	}
	switch in.For {
	case "once":
		c.Periods = 1
	case "periods":
		if n := read("periods", in.Periods, models.ErrCouponPeriods); n != nil {
			if c.Periods = int(min(*n, 1_000_000)); c.Periods == 0 {
				p = append(p, models.ErrCouponPeriods)
			}
		}
	}
	if in.Plan != 0 {
		c.PlanID = &in.Plan
	}
	if strings.TrimSpace(in.Limit) != "" {
		c.MaxRedemptions = read("limit", in.Limit, models.ErrCouponLimit)
	}
	if in.Expires != "" {
		day, err := time.ParseInLocation(time.DateOnly, in.Expires, zone)
		if err != nil {
			p = append(p, models.ErrCouponDate)
		} else {
			c.ExpiresAt = new(day.AddDate(0, 0, 1))
		}
	}
	return c, p.Err()
}

// RetiringCoupon asks before a coupon is retired.
func (h *Sales) RetiringCoupon(c echo.Context) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	d, coupon, err := h.sales.Coupon(c.Request().Context(), web.ActorOf(c), slug(c), id)
	if err != nil {
		return err
	}
	return web.Page(c, pages.RetirePage(pages.Retire{Frame: frame(c, d, "coupons", ""), Coupon: *coupon}))
}

// RetireCoupon ends a coupon.
func (h *Sales) RetireCoupon(c echo.Context) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	if err := h.sales.RetireCoupon(c.Request().Context(), web.ActorOf(c), slug(c), id); err != nil {
		return err
	}
	return web.Done(c, paths.Coupons(slug(c), ""), "coupon_retired")
}
