package models

import (
	"slices"
	"strings"
	"time"

	"github.com/mileusna/useragent"
)

// FactKind is what happened to a listing beside visits.
type FactKind string

// The kinds of fact.
const (
	FactInstall   FactKind = "install"
	FactUninstall FactKind = "uninstall"
	FactPurchase  FactKind = "purchase" // of a paid plan
	FactTrial     FactKind = "trial"
	FactCancel    FactKind = "cancel"
	FactRevenue   FactKind = "revenue" // money that was charged, or, below zero, given back
)

// Fact is one thing that happened to a listing. Country is two letters, "" where
// nobody told; Minor and Currency are of revenue alone.
type Fact struct {
	ListingID int64
	Kind      FactKind
	At        time.Time
	Country   string
	Language  string
	Minor     int64
	Currency  string
}

// DayFigures are the sums of one day, in UTC.
type DayFigures struct {
	Day           time.Time
	Visitors      int64 // each counts once a day
	Views         int64
	Clicks        int64 // on the way to the app
	Installs      int64 // new ones
	Uninstalls    int64
	Purchases     int64
	Trials        int64
	Cancellations int64
	Active        int64 // installations that there are at the end of the day
	Total         int64 // those that there ever were, gone ones included
	Revenue       []Money
	Burst         bool // far more views than the days before it: somebody's campaign, or a machine
}

// What counts as a burst: so many times the usual number of views, which is the
// median of the days before it, and no fewer than so many.
const (
	burstTimes  = 5
	burstLeast  = 50
	burstBefore = 14
)

// MarkBursts marks the days, which are in order, whose views are out of
// proportion to the days before them.
func MarkBursts(days []DayFigures) {
	for i := range days {
		before := days[max(0, i-burstBefore):i]
		days[i].Burst = days[i].Views >= burstLeast && len(before) > 0 && days[i].Views > burstTimes*max(1, median(before))
	}
}

func median(days []DayFigures) int64 {
	views := make([]int64, len(days))
	for i := range days {
		views[i] = days[i].Views
	}
	slices.Sort(views)
	return views[len(views)/2]
}

// Figures are the sums of some days.
type Figures struct {
	Visitors, Views, Clicks, Installs, Uninstalls, Purchases, Trials, Cancellations int64
	ActiveBefore, Active, Total                                                     int64 // installations
	Revenue                                                                         []Money
	Bursts                                                                          int
}

// SumFigures adds days up, which are in order. Revenue is a sum for each
// currency, in the order of their codes.
func SumFigures(days []DayFigures) (f Figures) {
	sums := map[string]int64{}
	for i := range days {
		d := &days[i]
		f.Visitors += d.Visitors
		f.Views += d.Views
		f.Clicks += d.Clicks
		f.Installs += d.Installs
		f.Uninstalls += d.Uninstalls
		f.Purchases += d.Purchases
		f.Trials += d.Trials
		f.Cancellations += d.Cancellations
		if d.Burst {
			f.Bursts++
		}
		for _, m := range d.Revenue {
			sums[m.Currency] += m.Minor
		}
	}
	if n := len(days); n > 0 {
		f.Active, f.Total = days[n-1].Active, days[n-1].Total
		f.ActiveBefore = days[0].Active - days[0].Installs + days[0].Uninstalls
	}
	for currency, minor := range sums {
		f.Revenue = append(f.Revenue, Money{Minor: minor, Currency: currency})
	}
	slices.SortFunc(f.Revenue, func(a, b Money) int { return strings.Compare(a.Currency, b.Currency) })
	return f
}

// Rates are a day's Conversion and Churn, 0 where there is none.
func (d *DayFigures) Rates() (conversion, churn float64) {
	f := SumFigures([]DayFigures{*d})
	conversion, _ = f.Conversion()
	churn, _ = f.Churn()
	return conversion, churn
}

// Conversion is the share of visitors who installed, from 0 to 1, and false
// where nobody came.
func (f *Figures) Conversion() (share float64, ok bool) {
	if f.Visitors == 0 {
		return 0, false
	}
	return min(1, float64(f.Installs)/float64(f.Visitors)), true
}

// Churn is the share of the installations at the beginning that were taken away,
// and false where there were none.
func (f *Figures) Churn() (share float64, ok bool) {
	if f.ActiveBefore == 0 {
		return 0, false
	}
	return min(1, float64(f.Uninstalls)/float64(f.ActiveBefore)), true
}

// robotWords are in the names of programs that the parser takes for browsers.
var robotWords = []string{"bot", "crawl", "spider", "slurp", "headless", "lighthouse", "preview", "monitor", "fetch", "python", "curl", "wget",
	"http-client", "httpclient", "okhttp", "java/", "libwww", "scrapy", "axios", "node", "phantom", "puppeteer", "playwright", "feed", "scan", "check"}

// Robot reports whether a User-Agent header is that of a program rather than of
// a browser that somebody looks at. What says nothing is one.
func Robot(agent string) bool {
	lower := strings.ToLower(agent)
	if !strings.Contains(lower, "mozilla/") {
		return true
	}
	return slices.ContainsFunc(robotWords, func(w string) bool { return strings.Contains(lower, w) }) || useragent.Parse(agent).Bot
}

// CountryCode is a country as a proxy's header names it: two letters, in upper
// case, "" for what is none or isn't known.
func CountryCode(header string) string {
	c := strings.ToUpper(strings.TrimSpace(header))
	if len(c) != 2 || c[0] < 'A' || c[0] > 'Z' || c[1] < 'A' || c[1] > 'Z' || c == "XX" {
		return ""
	}
	return c
}

// What is refused about figures: nothing yet.
var (
	insightErrors  []*Error
	insightActions []AuditAction
)

// Weeks gathers days, which are in order, into weeks that end with the last one.
// A week's Active is that of its end, its Day its first.
func Weeks(days []DayFigures) []DayFigures {
	var weeks []DayFigures
	for end := len(days); end > 0; end -= 7 {
		week := days[max(0, end-7):end]
		sum := SumFigures(week)
		weeks = append(weeks, DayFigures{Day: week[0].Day, Visitors: sum.Visitors, Views: sum.Views, Clicks: sum.Clicks, Installs: sum.Installs,
			Uninstalls: sum.Uninstalls, Purchases: sum.Purchases, Trials: sum.Trials, Cancellations: sum.Cancellations, Active: sum.Active, Total: sum.Total,
			Revenue: sum.Revenue, Burst: sum.Bursts > 0})
	}
	slices.Reverse(weeks)
	return weeks
}
