package sales

import (
	"context"
	"strconv"
	"time"

	"souk/models"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Transaction is a line of what came in or went back.
type Transaction struct {
	At        time.Time
	Kind      models.SaleKind
	ID        string
	AccountID int64
	Login     string
	Type      string
	InvoiceID int64
	Reference string
	PlanID    int64
	Plan      string
	Period    models.Period
	Units     int64
	Minor     int64
	Tax       int64
	Fee       int64
	Currency  string
	Country   string
	Region    string
	Postal    string
	State     string
}

// Plan is one to choose.
type Plan struct {
	ID   int64
	Name string
}

// Transactions are a page of them.
type Transactions struct {
	Frame
	Period    models.SalePeriod
	Kind      models.SaleKind
	Plan      int64
	Country   string
	Total     int64
	Items     []Transaction
	Sums      []Sum
	Plans     []Plan
	Countries []string
	Pager     ui.PagerProps
}

func (t *Transactions) query(page string) []string {
	plan := ""
	if t.Plan != 0 {
		plan = strconv.FormatInt(t.Plan, 10)
	}
	return []string{"period", string(t.Period), "kind", string(t.Kind), "plan", plan, "country", t.Country, "page", page}
}

// Path is the address of a page of them.
func (t *Transactions) Path(page string) string {
	return paths.With(paths.ManageListing(t.Slug, "transactions"), t.query(page)...)
}

func (t *Transactions) file() string {
	return paths.With(paths.ManageListing(t.Slug, "transactions.csv"), t.query("")...)
}

func (t *Transactions) periods(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, p := range models.SalePeriods() {
		all = append(all, ui.Option{Value: string(p), Label: i18n.T(ctx, "sales.period."+string(p))})
	}
	return all
}

func (t *Transactions) kinds(ctx context.Context) []ui.Option {
	all := []ui.Option{{Label: i18n.T(ctx, "sales.any.kind")}}
	for _, k := range models.SaleKinds() {
		all = append(all, ui.Option{Value: string(k), Label: i18n.T(ctx, "sales.kind."+string(k))})
	}
	return all
}

func (t *Transactions) plans(ctx context.Context) []ui.Option {
	all := []ui.Option{{Value: "0", Label: i18n.T(ctx, "sales.any.plan")}}
	for _, p := range t.Plans {
		all = append(all, ui.Option{Value: strconv.FormatInt(p.ID, 10), Label: p.Name})
	}
	return all
}

func (t *Transactions) countries(ctx context.Context) []ui.Option {
	all := []ui.Option{{Label: i18n.T(ctx, "sales.any.country")}}
	for _, c := range t.Countries {
		all = append(all, ui.Option{Value: c, Label: i18n.Country(ctx, c)})
	}
	return all
}

// planValue is a plan's id or number as forms have it.
func planValue(n int64) string { return strconv.FormatInt(n, 10) }
