package models

import "time"

// Bill is what is to be paid at one time. It is what a buyer is shown before, and
// what an invoice says afterwards. An amount that is shared is rounded to the
// minor unit, halves up, once for each line; tax is reckoned once, on their sum.
type Bill struct {
	Currency string     `json:"currency"`
	Lines    []BillLine `json:"lines"`
	Net      int64      `json:"net"`
	Tax      int64      `json:"tax"`
	Total    int64      `json:"total"` // Net and Tax
	Rule     TaxRule    `json:"rule"`
}

// LineKind is what a line of a bill is for.
type LineKind string

// The kinds: a whole period, what is left of one from now on, and what is left of
// one that was paid and isn't used, which is given back.
const (
	LinePeriod    LineKind = "period"
	LineRemaining LineKind = "remaining"
	LineUnused    LineKind = "unused"
)

// BillLine is one line of a bill. Minor is the price for the time, Discount what is
// taken off it; both are negative for what is given back.
type BillLine struct {
	Kind     LineKind  `json:"kind"`
	PlanName string    `json:"plan"`
	PlanKind PlanKind  `json:"plan_kind"`
	UnitName string    `json:"unit,omitempty"`
	Units    int64     `json:"units"`
	Period   Period    `json:"period"`
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"`
	Whole    int64     `json:"whole"` // the price of the whole period
	Minor    int64     `json:"minor"`
	Discount int64     `json:"discount,omitempty"`
	Coupon   string    `json:"coupon,omitempty"` // that took it off
}

// Amount is what the line comes to.
func (l *BillLine) Amount() int64 { return l.Minor - l.Discount }

// Sum is the total with its currency.
func (b *Bill) Sum() Money { return Money{Minor: b.Total, Currency: b.Currency} }

// wholeLine is a line for a whole period.
func wholeLine(t *Terms, d *Discount, from, until time.Time) BillLine {
	price := t.Price()
	l := line(LinePeriod, t, from, until)
	l.Whole, l.Minor = price.Minor, price.Minor
	l.Discount = price.Minor - d.reduce(price).Minor
	if l.Discount != 0 {
		l.Coupon = d.Code
	}
	return l
}

// partLine is a line for what is left at now of a period from start to end, to the
// second.
func partLine(kind LineKind, t *Terms, d *Discount, start, end, now time.Time) BillLine {
	price := t.Price()
	l := line(kind, t, now, end)
	l.Whole = price.Minor
	left, whole := seconds(now, end), seconds(start, end)
	l.Minor, _ = Share(price.Minor, left, whole)
	amount, _ := Share(d.reduce(price).Minor, left, whole)
	l.Discount = l.Minor - amount
	if l.Discount != 0 {
		l.Coupon = d.Code
	}
	if kind == LineUnused {
		l.Minor, l.Discount = -l.Minor, -l.Discount
	}
	return l
}

func line(kind LineKind, t *Terms, from, until time.Time) BillLine {
	return BillLine{Kind: kind, PlanName: t.Plan.Name, PlanKind: t.Plan.Kind, UnitName: t.Plan.UnitName, Units: t.Units, Period: t.Period, From: from, Until: until}
}

func seconds(from, until time.Time) int64 { return int64(until.Sub(from) / time.Second) }

// newBill adds lines up, and the tax on them.
func newBill(currency string, rule TaxRule, lines ...BillLine) *Bill {
	b := &Bill{Currency: currency, Lines: lines, Rule: rule}
	var sum int64
	for i := range lines {
		sum += lines[i].Amount()
	}
	b.Net, b.Tax = rule.Split(max(sum, 0))
	b.Total = b.Net + b.Tax
	return b
}

// TaxRule is the tax on what one seller sells to one buyer. The zero TaxRule is no
// tax.
type TaxRule struct {
	Name       string `json:"name,omitempty"` // "VAT"
	Country    string `json:"country,omitempty"`
	Region     string `json:"region,omitempty"`
	Millionths int64  `json:"millionths,omitempty"` // 200000 is 20 %
	Inclusive  bool   `json:"inclusive,omitempty"`  // prices contain it
	Reverse    bool   `json:"reverse,omitempty"`    // the buyer owes it to their own tax office
}

const million = 1_000_000

// Split is what a sum of prices, not negative, comes to without and with the tax
// alone. Where prices contain no tax that applies, net is all of it.
func (r TaxRule) Split(sum int64) (net, tax int64) {
	switch {
	case r.Reverse, r.Millionths == 0:
		return sum, 0
	case r.Inclusive:
		tax, _ = Share(sum, r.Millionths, million+r.Millionths)
		return sum - tax, tax
	}
	tax, _ = Share(sum, r.Millionths, million)
	return sum, tax
}

// Discount is a coupon that a buyer redeemed: a percentage, or an amount a period.
type Discount struct {
	CouponID int64  `json:"coupon_id"`
	Code     string `json:"code"`
	Percent  int64  `json:"percent,omitempty"`
	Minor    int64  `json:"minor,omitempty"`
	Currency string `json:"currency,omitempty"` // of Minor
	Left     int    `json:"left"`               // periods; below zero: for ever
	PlanID   int64  `json:"plan_id,omitempty"`  // 0: any plan of the listing
}

// reduce is a price with the discount; nil leaves it as it is.
func (d *Discount) reduce(price Money) Money {
	if d == nil {
		return price
	}
	off := min(d.Minor, price.Minor)
	switch {
	case d.Percent > 0:
		off, _ = Share(price.Minor, d.Percent, 100)
	case d.Currency != price.Currency:
		off = 0
	}
	price.Minor -= off
	return price
}

// takes reports whether the discount is for a plan.
func (d *Discount) takes(p *Plan) bool { return d.PlanID == 0 || d.PlanID == p.ID }

// use is the discount for a period of a plan that begins, and what is left of it
// for later ones.
func (d *Discount) use(p *Plan) (now, later *Discount) {
	if d == nil || d.Left == 0 || !d.takes(p) {
		return nil, d
	}
	rest := *d
	if rest.Left > 0 {
		rest.Left--
	}
	if rest.Left == 0 {
		return d, nil
	}
	return d, &rest
}
