package models

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

var couponNow = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)

func TestCouponCode(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"  spring-27 ": "SPRING-27", "ＳＰＲＩＮＧ": "SPRING", "": "", "a_b": "A_B"} {
		if got := CouponCode(typed); got != want {
			t.Errorf("%q is %q, want %q", typed, got, want)
		}
	}
}

func TestCheckCoupon(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Coupon)
		want   []error
	}{
		"fine":                {func(*Coupon) {}, nil},
		"an amount":           {func(c *Coupon) { c.Percent, c.Minor, c.Currency = nil, new(int64(500)), "EUR" }, nil},
		"everything off":      {func(c *Coupon) { c.Percent = new(int64(100)) }, nil},
		"the longest code":    {func(c *Coupon) { c.Code = strings.Repeat("A", MaxCouponCode) }, nil},
		"too long a code":     {func(c *Coupon) { c.Code = strings.Repeat("A", MaxCouponCode+1) }, []error{ErrCouponCode}},
		"too short a code":    {func(c *Coupon) { c.Code = "AB" }, []error{ErrCouponCode}},
		"lower case":          {func(c *Coupon) { c.Code = "spring" }, []error{ErrCouponCode}},
		"a sign in front":     {func(c *Coupon) { c.Code = "-ABC" }, []error{ErrCouponCode}},
		"a line break":        {func(c *Coupon) { c.Code = "SPRING\n" }, []error{ErrCouponCode}},
		"neither":             {func(c *Coupon) { c.Percent = nil }, []error{ErrCouponValue}},
		"both":                {func(c *Coupon) { c.Minor = new(int64(1)) }, []error{ErrCouponValue}},
		"nothing off":         {func(c *Coupon) { c.Percent = new(int64(0)) }, []error{ErrCouponPercent}},
		"more than all":       {func(c *Coupon) { c.Percent = new(int64(101)) }, []error{ErrCouponPercent}},
		"no amount":           {func(c *Coupon) { c.Percent, c.Minor, c.Currency = nil, new(int64(0)), "EUR" }, []error{ErrCouponAmount}},
		"too great an amount": {func(c *Coupon) { c.Percent, c.Minor, c.Currency = nil, new(int64(MaxPriceMinor+1)), "EUR" }, []error{ErrCouponAmount}},
		"no currency":         {func(c *Coupon) { c.Percent, c.Minor = nil, new(int64(5)) }, []error{ErrCouponMoney}},
		"no such currency":    {func(c *Coupon) { c.Percent, c.Minor, c.Currency = nil, new(int64(5)), "EUX" }, []error{ErrCouponMoney}},
		"periods before now":  {func(c *Coupon) { c.Periods = -1 }, []error{ErrCouponPeriods}},
		"the most periods":    {func(c *Coupon) { c.Periods = MaxCouponPeriods }, nil},
		"too many periods":    {func(c *Coupon) { c.Periods = MaxCouponPeriods + 1 }, []error{ErrCouponPeriods}},
		"for nobody":          {func(c *Coupon) { c.MaxRedemptions = new(int64(0)) }, []error{ErrCouponLimit}},
		"for too many":        {func(c *Coupon) { c.MaxRedemptions = new(int64(MaxCouponRedemptions + 1)) }, []error{ErrCouponLimit}},
		"over already":        {func(c *Coupon) { c.ExpiresAt = new(couponNow) }, []error{ErrCouponDate}},
		"over soon":           {func(c *Coupon) { c.ExpiresAt = new(couponNow.Add(time.Second)) }, nil},
		"all wrong": {func(c *Coupon) {
			*c = Coupon{Periods: -1, MaxRedemptions: new(int64(-1)), ExpiresAt: new(couponNow.Add(-1))}
		},
			[]error{ErrCouponCode, ErrCouponValue, ErrCouponPeriods, ErrCouponLimit, ErrCouponDate}},
	} {
		coupon := Coupon{Code: "SPRING-27", Percent: new(int64(20))}
		c.change(&coupon)
		checkProblems(t, name, coupon.Check(couponNow), c.want)
	}
}

// checkProblems fails unless an error is just these problems.
func checkProblems(t *testing.T, name string, err error, want []error) {
	t.Helper()
	got, _ := AsProblems(err)
	if (err == nil) != (len(want) == 0) || len(got) != len(want) {
		t.Errorf("%s: %v, want %v", name, err, want)
		return
	}
	for i := range want {
		if !errors.Is(got[i], want[i]) {
			t.Errorf("%s: %v, want %v", name, got[i], want[i])
		}
	}
}

func TestCouponState(t *testing.T) {
	t.Parallel()
	before, now, after := new(couponNow.Add(-time.Second)), new(couponNow), new(couponNow.Add(time.Second))
	for name, c := range map[string]struct {
		coupon Coupon
		want   CouponState
	}{
		"for ever":                  {Coupon{}, CouponOpen},
		"until later":               {Coupon{ExpiresAt: after}, CouponOpen},
		"until now":                 {Coupon{ExpiresAt: now}, CouponExpired},
		"until before":              {Coupon{ExpiresAt: before}, CouponExpired},
		"one is left":               {Coupon{MaxRedemptions: new(int64(3)), Redemptions: 2}, CouponOpen},
		"none is left":              {Coupon{MaxRedemptions: new(int64(3)), Redemptions: 3}, CouponUsedUp},
		"over, and none is left":    {Coupon{ExpiresAt: before, MaxRedemptions: new(int64(1)), Redemptions: 1}, CouponExpired},
		"retired":                   {Coupon{RetiredAt: before}, CouponRetired},
		"retired after it was over": {Coupon{RetiredAt: now, ExpiresAt: before}, CouponRetired},
	} {
		if got := c.coupon.State(couponNow); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestDiscount(t *testing.T) {
	t.Parallel()
	percent := Coupon{ID: 7, ListingID: 1, Code: "SPRING", Percent: new(int64(20)), Periods: 3}
	amount := Coupon{ID: 8, ListingID: 1, Code: "FIVE", Minor: new(int64(500)), Currency: "EUR"}
	with := func(c Coupon, change func(*Coupon)) *Coupon {
		change(&c)
		return &c
	}
	paid := Plan{ID: 11, ListingID: 1, Kind: PlanFlatRate, MonthlyMinor: new(int64(1000)), Currency: "EUR"}
	for name, c := range map[string]struct {
		coupon *Coupon
		plan   Plan
		want   *Discount
		err    error
	}{
		"nobody made it":    {nil, paid, nil, ErrCouponUnknown},
		"a percentage":      {&percent, paid, &Discount{CouponID: 7, Code: "SPRING", Percent: 20, Left: 3}, nil},
		"an amount":         {&amount, paid, &Discount{CouponID: 8, Code: "FIVE", Minor: 500, Currency: "EUR", Left: -1}, nil},
		"of this plan":      {with(amount, func(c *Coupon) { c.PlanID = new(int64(11)) }), paid, &Discount{CouponID: 8, Code: "FIVE", Minor: 500, Currency: "EUR", Left: -1, PlanID: 11}, nil},
		"of another plan":   {with(percent, func(c *Coupon) { c.PlanID = new(int64(12)) }), paid, nil, ErrCouponPlan},
		"of another app":    {with(percent, func(c *Coupon) { c.ListingID = 2 }), paid, nil, ErrCouponPlan},
		"nothing is paid":   {&percent, Plan{ID: 12, ListingID: 1, Kind: PlanFree}, nil, ErrCouponPlan},
		"another currency":  {with(amount, func(c *Coupon) { c.Currency = "USD" }), paid, nil, ErrCouponCurrency},
		"a percentage of $": {&percent, Plan{ID: 11, ListingID: 1, Kind: PlanFlatRate, MonthlyMinor: new(int64(1000)), Currency: "USD"}, &Discount{CouponID: 7, Code: "SPRING", Percent: 20, Left: 3}, nil},
		"retired":           {with(percent, func(c *Coupon) { c.RetiredAt = new(couponNow) }), paid, nil, ErrCouponUnknown},
		"over":              {with(percent, func(c *Coupon) { c.ExpiresAt = new(couponNow) }), paid, nil, ErrCouponExpired},
		"used up":           {with(percent, func(c *Coupon) { c.MaxRedemptions, c.Redemptions = new(int64(1)), 1 }), paid, nil, ErrCouponUsedUp},
	} {
		got, err := c.coupon.Discount(&c.plan, couponNow)
		if !errors.Is(err, c.err) || (err == nil) != (c.err == nil) || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v, want %+v, %v", name, got, err, c.want, c.err)
		}
	}
}
