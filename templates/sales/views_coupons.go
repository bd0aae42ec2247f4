package sales

import (
	"context"
	"strconv"
	"time"

	"souk/models"
	"souk/templates/ui"
	"souk/web/i18n"
)

// Coupons are those of a listing.
type Coupons struct {
	Frame
	Items []models.Coupon
	Total int64
	Plans []models.Plan
	Now   time.Time
	Pager ui.PagerProps
}

func (c *Coupons) plan(ctx context.Context, id *int64) string {
	if id == nil {
		return i18n.T(ctx, "sales.coupon.any")
	}
	for i := range c.Plans {
		if c.Plans[i].ID == *id {
			return c.Plans[i].Name
		}
	}
	return "–"
}

// off is what a coupon takes off, in words.
func off(ctx context.Context, c *models.Coupon) string {
	what := ""
	if c.Percent != nil {
		what = i18n.T(ctx, "sales.coupon.whole", "n", i18n.Number(ctx, *c.Percent))
	} else if c.Minor != nil {
		what = money(ctx, *c.Minor, c.Currency)
	}
	switch c.Periods {
	case 0:
		return i18n.T(ctx, "sales.coupon.off.ever", "amount", what)
	case 1:
		return i18n.T(ctx, "sales.coupon.off.once", "amount", what)
	}
	return i18n.N(ctx, "sales.coupon.off.periods", int64(c.Periods), "amount", what)
}

func used(ctx context.Context, c *models.Coupon) string {
	if c.MaxRedemptions == nil {
		return i18n.Number(ctx, c.Redemptions)
	}
	return i18n.T(ctx, "sales.coupon.used", "n", i18n.Number(ctx, c.Redemptions), "of", i18n.Number(ctx, *c.MaxRedemptions))
}

func couponTone(s models.CouponState) ui.Tone {
	if s == models.CouponOpen {
		return ui.ToneGood
	}
	return ui.ToneQuiet
}

// CouponInput is a coupon as it was typed.
type CouponInput struct {
	Code    string
	Kind    string
	Percent string
	Amount  string
	Money   string
	For     string
	Periods string
	Plan    int64
	Limit   string
	Expires string
}

// CouponForm is the form for one.
type CouponForm struct {
	Frame
	Plans    []models.Plan
	Input    CouponInput
	Problems ui.Problems
}

func (f *CouponForm) plans(ctx context.Context) []ui.Option {
	all := []ui.Option{{Value: "0", Label: i18n.T(ctx, "sales.coupon.any")}}
	for i := range f.Plans {
		all = append(all, ui.Option{Value: strconv.FormatInt(f.Plans[i].ID, 10), Label: f.Plans[i].Name})
	}
	return all
}

// currencies are those of the plans, and the common ones after them.
func (f *CouponForm) currencies() []ui.Option {
	var all []ui.Option
	seen := map[string]bool{}
	add := func(code string) {
		if !seen[code] {
			seen[code], all = true, append(all, ui.Option{Value: code, Label: code})
		}
	}
	for i := range f.Plans {
		add(f.Plans[i].Currency)
	}
	for _, code := range models.CommonCurrencies() {
		add(code)
	}
	if f.Input.Money != "" && models.ValidCurrency(f.Input.Money) {
		add(f.Input.Money)
	}
	return all
}

// Retire asks before a coupon is retired.
type Retire struct {
	Frame
	Coupon models.Coupon
}
