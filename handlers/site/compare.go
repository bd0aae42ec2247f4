package site

import (
	"errors"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/catalog"
	"souk/templates/site"
	"souk/web"
	"souk/web/paths"
)

// usualSeats is how many seats prices are worked out for unless asked.
const usualSeats = 10

const maxSeats = 100_000

type compareInput struct {
	Apps  []string `query:"apps"`
	Seats int64    `query:"seats"`
}

// Compare shows up to four listings side by side. Of more it shows the first
// four and says so.
func (s *Site) Compare(c echo.Context) error {
	in, err := web.Bind[compareInput](c)
	if err != nil {
		return err
	}
	if in.Seats < 0 || in.Seats > maxSeats {
		return models.ErrBadParameter.On("seats")
	}
	lang, slugs := web.Requested(c).Lang, values(in.Apps)
	details, err := s.catalogue.Compare(c.Request().Context(), lang, slugs)
	var problem string
	if errors.Is(err, models.ErrTooManyCompared) {
		problem = models.ErrTooManyCompared.Code
		details, err = s.catalogue.Compare(c.Request().Context(), lang, slugs[:models.MaxCompared])
	}
	if err != nil {
		return err
	}
	v := compareView(details, max(in.Seats, 0), lang)
	v.Problem = problem
	return web.Page(c, site.ComparePage(v))
}

// compareView is the table: a column for each listing, a row for each
// permission that any of them asks for.
func compareView(details []catalog.Details, seats int64, lang string) site.Compare {
	if seats == 0 {
		seats = usualSeats
	}
	slugs := make([]string, len(details))
	for i := range details {
		slugs[i] = details[i].Listing.Slug
	}
	v := site.Compare{Seats: seats, Apps: strings.Join(slugs, ","), Rows: accessRows(details)}
	if len(slugs) < models.MaxCompared {
		v.AddHref = paths.Localized(lang, paths.Browse+"?compare="+v.Apps)
	}
	for i := range details {
		column := columnView(&details[i], seats, lang)
		rest := slices.Delete(slices.Clone(slugs), i, i+1)
		column.RemoveHref = paths.Localized(lang, paths.Comparison(rest...))
		v.Columns = append(v.Columns, column)
	}
	return v
}

func columnView(d *catalog.Details, seats int64, lang string) site.Column {
	v := site.Column{
		Card: detailsCard(d, lang), Access: accessView(&d.App), Programming: d.Listing.Programming, Languages: textLanguages(d),
		Support: d.Listing.Links.Support, Docs: d.Listing.Links.Documentation, UpdatedAt: d.Listing.UpdatedAt,
		Monthly: quoteView(d.Plans, models.Monthly, seats), Yearly: quoteView(d.Plans, models.Yearly, seats),
	}
	v.PricesSeen = site.PricesSeen(planViews(d.Plans))
	for i := range d.Plans {
		v.TrialDays = max(v.TrialDays, d.Plans[i].TrialDays)
	}
	return v
}

func quoteView(plans []models.Plan, period models.Period, seats int64) site.Quote {
	q := site.Quote{Known: models.PricingOf(plans).Known}
	if plan, price, ok := models.CheapestPaid(plans, period, seats); ok {
		q.Offered, q.Minor, q.Money, q.Plan = true, price.Minor, price.Currency, plan.Name
	}
	return q
}

// accessRows lists every permission and scope that any listing asks for, the
// riskiest first.
func accessRows(details []catalog.Details) []site.AccessRow {
	var rows []site.AccessRow
	row := func(key string, scope bool) *site.AccessRow {
		at := slices.IndexFunc(rows, func(r site.AccessRow) bool { return r.Key == key && r.Scope == scope })
		if at < 0 {
			rows = append(rows, site.AccessRow{Key: key, Scope: scope, Levels: make([]models.Level, len(details))})
			at = len(rows) - 1
		}
		return &rows[at]
	}
	union := models.Grants{}
	for i := range details {
		for _, g := range details[i].App.Permissions.Sorted() {
			if g.Level.Rank() > union[g.Key].Rank() {
				union[g.Key] = g.Level
			}
		}
	}
	for _, g := range union.Sorted() {
		row(g.Key, false)
	}
	for i := range details {
		for _, g := range details[i].App.Permissions.Sorted() {
			row(g.Key, false).Levels[i] = g.Level
		}
		for _, s := range details[i].App.Scopes {
			row(s, true).Levels[i] = models.LevelWrite
		}
	}
	return rows
}
