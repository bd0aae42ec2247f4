package models

import "time"

// SaleKind is what a line of a seller's transactions is.
type SaleKind string

// The kinds. What is bought, renewed, changed or resumed was paid; a cancellation
// moves no money.
const (
	SalePurchase     SaleKind = "purchase"
	SaleRenewal      SaleKind = "renewal"
	SaleChange       SaleKind = "change"
	SaleResume       SaleKind = "resume"
	SaleRefund       SaleKind = "refund"
	SaleDispute      SaleKind = "dispute"
	SaleDisputeWon   SaleKind = "dispute_won"
	SaleCancellation SaleKind = "cancellation"
)

// SaleKinds lists the kinds in the order of pages.
func SaleKinds() []SaleKind {
	return []SaleKind{SalePurchase, SaleRenewal, SaleChange, SaleResume, SaleRefund, SaleDispute, SaleDisputeWon, SaleCancellation}
}

// SalePeriod is how far back transactions are shown.
type SalePeriod string

// The periods: those that GitHub has, and a year.
const (
	SalesOfDay   SalePeriod = "day"
	SalesOfWeek  SalePeriod = "week"
	SalesOfMonth SalePeriod = "month"
	SalesOfYear  SalePeriod = "year"
	SalesOfAll   SalePeriod = "all"
)

// SalePeriods lists the periods in the order of pages.
func SalePeriods() []SalePeriod {
	return []SalePeriod{SalesOfDay, SalesOfWeek, SalesOfMonth, SalesOfYear, SalesOfAll}
}

// Since is when a period that ends at now began; ok is false for one that isn't
// there. What began at the zero time has everything.
func (p SalePeriod) Since(now time.Time) (since time.Time, ok bool) {
	switch p {
	case SalesOfDay:
		return now.AddDate(0, 0, -1), true
	case SalesOfWeek:
		return now.AddDate(0, 0, -7), true
	case SalesOfMonth:
		return now.AddDate(0, -1, 0), true
	case SalesOfYear:
		return now.AddDate(-1, 0, 0), true
	case SalesOfAll:
		return time.Time{}, true
	}
	return time.Time{}, false
}

// MonthlyMinor is what terms bring in a month, with a discount: a year's price is
// shared by its months.
func MonthlyMinor(t *Terms, d *Discount) Money {
	price := d.reduce(t.Price())
	price.Minor, _ = Share(price.Minor, 1, int64(t.Period.Months()))
	return price
}
