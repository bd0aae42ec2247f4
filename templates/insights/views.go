package insights

import (
	"context"
	"time"

	"souk/models"
	"souk/templates/desk"
	"souk/templates/layout"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Figures is the page of a listing's figures.
type Figures struct {
	Frame     desk.Listing
	Spans     []int // of days to choose from
	Span      int
	Days      []models.DayFigures // the days, or the weeks, of the charts
	Weekly    bool
	Sum       models.Figures
	Before    models.Figures
	Countries []Share
	Languages []Share
	At        *time.Time
}

// Share is how much came from somewhere; Code is "" where it isn't known.
type Share struct {
	Code                       string
	Visitors, Clicks, Installs int64
}

func (v *Figures) tabs(ctx context.Context) []ui.Tab {
	tabs := make([]ui.Tab, len(v.Spans))
	for i, n := range v.Spans {
		tabs[i] = ui.Tab{Text: i18n.N(ctx, "insights.days", int64(n)), Path: paths.Figures(v.Frame.Slug, n), Current: n == v.Span}
	}
	return tabs
}

// number is one figure of the page's head, and what it was before.
type number struct{ name, now, before, help string }

func (v *Figures) numbers(ctx context.Context) []number {
	count := func(key string, now, before int64) number {
		return number{i18n.T(ctx, "insights."+key), i18n.Number(ctx, now), i18n.Number(ctx, before), ""}
	}
	share := func(key string, of func(*models.Figures) (float64, bool)) number {
		n := number{name: i18n.T(ctx, "insights."+key), now: "–", before: "–", help: i18n.T(ctx, "insights."+key+".help")}
		if s, ok := of(&v.Sum); ok {
			n.now = i18n.Percent(ctx, s)
		}
		if s, ok := of(&v.Before); ok {
			n.before = i18n.Percent(ctx, s)
		}
		return n
	}
	list := []number{
		count("visitors", v.Sum.Visitors, v.Before.Visitors), count("clicks", v.Sum.Clicks, v.Before.Clicks),
		count("installs", v.Sum.Installs, v.Before.Installs), count("active", v.Sum.Active, v.Before.Active), count("total", v.Sum.Total, v.Before.Total),
		share("conversion", (*models.Figures).Conversion), share("churn", (*models.Figures).Churn),
		count("purchases", v.Sum.Purchases, v.Before.Purchases), count("trials", v.Sum.Trials, v.Before.Trials),
	}
	for _, m := range v.Sum.Revenue {
		list = append(list, number{name: i18n.T(ctx, "insights.revenue", "currency", m.Currency), now: i18n.Money(ctx, m.Minor, m.Currency),
			before: i18n.Money(ctx, revenueIn(v.Before.Revenue, m.Currency), m.Currency)})
	}
	return list
}

func revenueIn(list []models.Money, currency string) int64 {
	for _, m := range list {
		if m.Currency == currency {
			return m.Minor
		}
	}
	return 0
}

// charts are the page's charts, each with what its table says.
func (v *Figures) charts(ctx context.Context) []Chart {
	pair := func(key, bars, line string, of func(*models.DayFigures) (int64, int64)) Chart {
		c := Chart{ID: key, Title: i18n.T(ctx, "insights.chart."+key), Bars: i18n.T(ctx, "insights."+bars), Line: i18n.T(ctx, "insights."+line)}
		for i := range v.Days {
			d := &v.Days[i]
			p := Point{Label: i18n.Date(ctx, d.Day)}
			p.Bar, p.Line = of(d)
			p.BarText, p.LineText = i18n.Number(ctx, p.Bar), i18n.Number(ctx, p.Line)
			p.Mark = key == "visits" && d.Burst
			c.Points = append(c.Points, p)
		}
		c.Top = i18n.Number(ctx, c.top())
		return c
	}
	list := []Chart{
		pair("visits", "visitors", "clicks", func(d *models.DayFigures) (int64, int64) { return d.Visitors, d.Clicks }),
		pair("installations", "installs", "active", func(d *models.DayFigures) (int64, int64) { return d.Installs, d.Active }),
		pair("leaving", "uninstalls", "cancellations", func(d *models.DayFigures) (int64, int64) { return d.Uninstalls, d.Cancellations }),
		pair("buying", "purchases", "trials", func(d *models.DayFigures) (int64, int64) { return d.Purchases, d.Trials }),
	}
	list = append(list, v.rates(ctx))
	for _, m := range v.Sum.Revenue {
		c := Chart{ID: "revenue-" + m.Currency, Title: i18n.T(ctx, "insights.revenue", "currency", m.Currency), Bars: i18n.T(ctx, "insights.revenue", "currency", m.Currency)}
		for i := range v.Days {
			minor := revenueIn(v.Days[i].Revenue, m.Currency)
			c.Points = append(c.Points, Point{Label: i18n.Date(ctx, v.Days[i].Day), Bar: minor, BarText: i18n.Money(ctx, minor, m.Currency)})
		}
		c.Top = i18n.Money(ctx, c.top(), m.Currency)
		list = append(list, c)
	}
	return list
}

// rates are conversion and churn over time, in tenths of a percent.
func (v *Figures) rates(ctx context.Context) Chart {
	c := Chart{ID: "rates", Title: i18n.T(ctx, "insights.chart.rates"), Bars: i18n.T(ctx, "insights.conversion"), Line: i18n.T(ctx, "insights.churn")}
	for i := range v.Days {
		conversion, churn := v.Days[i].Rates()
		c.Points = append(c.Points, Point{Label: i18n.Date(ctx, v.Days[i].Day), Bar: int64(conversion * 1000), Line: int64(churn * 1000),
			BarText: i18n.Percent(ctx, conversion), LineText: i18n.Percent(ctx, churn)})
	}
	c.Top = i18n.Percent(ctx, float64(c.top())/1000)
	return c
}

// from names a country, or a language by its own name.
func (s *Share) from(ctx context.Context, kind string) string {
	switch {
	case s.Code == "":
		return i18n.T(ctx, "insights.unknown")
	case kind == "countries":
		return i18n.Country(ctx, s.Code)
	}
	return layout.LanguageName(s.Code)
}

// empty reports whether nothing has happened yet.
func (v *Figures) empty() bool {
	s := &v.Sum
	return s.Visitors+s.Clicks+s.Installs+s.Active+s.Purchases+s.Trials == 0 && len(s.Revenue) == 0
}
