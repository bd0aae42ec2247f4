package models

import (
	"regexp"
	"strings"
	"time"
)

// Coupon takes something off what a listing's plans cost: a percentage, or an
// amount in its currency, for some periods or for ever.
type Coupon struct {
	ID             int64
	ListingID      int64
	Code           string // in upper case
	Percent        *int64 // else Minor
	Minor          *int64
	Currency       string // of Minor
	Periods        int    // 0: for ever
	PlanID         *int64 // nil: any plan
	MaxRedemptions *int64 // nil: as many as want to
	Redemptions    int64
	ExpiresAt      *time.Time
	RetiredAt      *time.Time
	CreatedAt      time.Time
}

// Limits of coupons.
const (
	MaxCoupons           = 200 // of one listing, retired ones left out
	MaxCouponCode        = 40
	MaxCouponPeriods     = 120
	MaxCouponRedemptions = 1_000_000
)

var couponCode = regexp.MustCompile(`^[A-Z0-9][A-Z0-9_-]{2,39}$`)

// CouponCode is a code as it is kept, whatever case and width it was typed in.
func CouponCode(typed string) string {
	return strings.ToUpper(strings.TrimSpace(foldAmount(typed)))
}

// Check returns what is wrong with a coupon that is to be made, as Problems.
func (c *Coupon) Check(now time.Time) error {
	var p Problems
	if !couponCode.MatchString(c.Code) {
		p = append(p, ErrCouponCode)
	}
	switch {
	case (c.Percent == nil) == (c.Minor == nil):
		p = append(p, ErrCouponValue)
	case c.Percent != nil && (*c.Percent < 1 || *c.Percent > 100):
		p = append(p, ErrCouponPercent)
	case c.Minor != nil && (*c.Minor < 1 || *c.Minor > MaxPriceMinor):
		p = append(p, ErrCouponAmount)
	case c.Minor != nil && !ValidCurrency(c.Currency):
		p = append(p, ErrCouponMoney)
	}
	if c.Periods < 0 || c.Periods > MaxCouponPeriods {
		p = append(p, ErrCouponPeriods)
	}
	if c.MaxRedemptions != nil && (*c.MaxRedemptions < 1 || *c.MaxRedemptions > MaxCouponRedemptions) {
		p = append(p, ErrCouponLimit)
	}
	if c.ExpiresAt != nil && !c.ExpiresAt.After(now) {
		p = append(p, ErrCouponDate)
	}
	if len(p) == 0 {
		return nil
	}
	return p
}

// CouponState says whether a coupon can be redeemed, and why not.
type CouponState string

// The states.
const (
	CouponOpen    CouponState = "open"
	CouponUsedUp  CouponState = "used_up"
	CouponExpired CouponState = "expired"
	CouponRetired CouponState = "retired"
)

// State is where the coupon stands at a time.
func (c *Coupon) State(now time.Time) CouponState {
	switch {
	case c.RetiredAt != nil:
		return CouponRetired
	case c.ExpiresAt != nil && !now.Before(*c.ExpiresAt):
		return CouponExpired
	case c.MaxRedemptions != nil && c.Redemptions >= *c.MaxRedemptions:
		return CouponUsedUp
	}
	return CouponOpen
}

// Discount is what a buyer of a plan gets who redeems the coupon at now. It returns
// ErrCouponUnknown for one that was retired, ErrCouponExpired, ErrCouponUsedUp,
// ErrCouponPlan where it is for another plan or nothing is paid for this one, and
// ErrCouponCurrency for an amount in another currency. Nil is a code that nobody
// made.
func (c *Coupon) Discount(plan *Plan, now time.Time) (*Discount, error) {
	if c == nil {
		return nil, ErrCouponUnknown
	}
	switch c.State(now) {
	case CouponRetired:
		return nil, ErrCouponUnknown
	case CouponExpired:
		return nil, ErrCouponExpired
	case CouponUsedUp:
		return nil, ErrCouponUsedUp
	}
	switch {
	case plan.Free(), c.PlanID != nil && *c.PlanID != plan.ID, c.ListingID != 0 && plan.ListingID != 0 && c.ListingID != plan.ListingID:
		return nil, ErrCouponPlan
	case c.Minor != nil && c.Currency != plan.Currency:
		return nil, ErrCouponCurrency
	}
	d := &Discount{CouponID: c.ID, Code: c.Code, Left: c.Periods}
	if c.Periods == 0 {
		d.Left = -1
	}
	if c.Percent != nil {
		d.Percent = *c.Percent
	} else {
		d.Minor, d.Currency = *c.Minor, c.Currency
	}
	if c.PlanID != nil {
		d.PlanID = *c.PlanID
	}
	return d, nil
}
