package models_test

import (
	"time"

	"souk/models"
)

const billingPreface = `# Billing: the rules, and a hundred stories

What a buyer is shown before, what is billed, and what is written into the books come from the same functions (` + "`models/subscription_acts.go`, `models/subscription_time.go`, `models/bill.go`" + `). The stories below are played by a test, which fails when one of them comes to another amount or date.

## The rules

- **Amounts** are whole minor units of their currency (cents; yen have none, Kuwaiti dinars three decimal places). Nothing is ever reckoned in fractions that are kept.
- **Rounding**: an amount that is shared is rounded to the minor unit, halves up, once for each line. What is left over is the other part, so that parts always add up to the whole. Tax is reckoned once, on the sum of a bill.
- **Dates** are reckoned from the moment of the first paid period (the *anchor*) in the buyer's time zone, and keep its time of day across daylight saving. A day that a month lacks is its last one; the month after has the anchor's day again. 29 February is 28 February in years without it.
- **A period** belongs to whoever paid it from its first second to the last before its end. Shares of a period are reckoned to the second.
- **An upgrade** (a dearer plan, more units, the year instead of the month) happens at once. What is left of the period is paid at the new price, less what is left of it at the old one. It holds only if the charge succeeds.
- **A downgrade** (cheaper, fewer units, the month instead of the year, another currency, free) waits for the end of the period. At most one change waits; a newer one takes its place, and it can be taken back.
- **Cancelling** ends what is free, a trial or what is paused at once, and everything else with the period that is paid.
- **A trial** lasts as many days as the plan says, once for each account and listing. The day on which it ends is the new anchor.
- **Pausing** stops with the period that is paid; resuming begins a new one, paid at once.
- **A charge that fails** is tried again 2, 7, 14 and 21 days after it fell due, and at once when the buyer gives another payment method, as long as the seller's grace lasts. Then the subscription ends, and the open invoice is corrected by a credit note.
- **By bank transfer** the service begins at once; the invoice is payable within the seller's number of days (14 at most), and the grace follows. Nobody owes for two periods: at the end of the period the subscription ends if the first one isn't paid. An upgrade that is never paid falls back to what was paid before.
- **Prices** that change leave those who bought before alone, or move them after a notice, as the seller decides when publishing them.
- **A coupon** is used up period by period, from the first one that is paid; what is left of a period is worth what was paid for it.

`

var (
	vat       = models.TaxRule{Name: "VAT", Country: "FR", Millionths: 200_000}
	vatWithin = models.TaxRule{Name: "VAT", Country: "DE", Millionths: 190_000, Inclusive: true}
	reverse   = models.TaxRule{Name: "VAT", Country: "DE", Millionths: 190_000, Reverse: true}
	jct       = models.TaxRule{Name: "消費税", Country: "JP", Millionths: 100_000}
	swiss     = models.TaxRule{Name: "MWST", Country: "CH", Millionths: 81_000}
	newYork   = models.TaxRule{Name: "Sales tax", Country: "US", Region: "NY", Millionths: 88_750}
)

func taxed(r models.TaxRule) models.BillingEnv { return models.BillingEnv{Tax: r} }

func grace(days int) models.BillingEnv { return models.BillingEnv{GraceDays: days} }

func coupon(d models.Discount) models.Offer { return models.Offer{Coupon: &d} }

var byTransfer = models.Offer{ByTransfer: true}

// laterPrice is a book in which Solo costs another price a month from a day on.
func laterPrice(day string, minor int64, policy models.PricePolicy, notice int, kind models.PlanKind) models.PriceBook {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	tag := models.PriceTag{Version: 2, Kind: kind, Currency: "EUR", PricePolicy: policy, NoticeDays: notice, EffectiveAt: at}
	if kind != models.PlanFree {
		tag.MonthlyMinor, tag.YearlyMinor = &minor, new(minor*10)
	}
	return models.PriceBook{2: {tag}}
}

func billingChapters() []chapter {
	return []chapter{
		{"Buying", "What is paid at once, and what follows.", []scenario{
			{title: "A free plan", steps: "2026-03-01 09:00:00 buy Free\n2027-03-01 09:00:00 until"},
			{title: "A flat rate by the month", steps: "2026-03-10 09:00:00 buy Solo month\n2026-06-11 09:00:00 until"},
			{title: "A flat rate by the year", steps: "2026-03-10 09:00:00 buy Solo year\n2028-03-11 09:00:00 until"},
			{title: "Seats by the month", steps: "2026-03-10 09:00:00 buy Seats month 7\n2026-05-11 09:00:00 until"},
			{title: "Seats by the year", steps: "2026-03-10 09:00:00 buy Seats year 12\n2027-03-11 09:00:00 until"},
			{title: "Yen have no decimal places", zone: "Asia/Tokyo", steps: "2026-03-10 09:00:00 buy Yen month 3\n2026-04-11 09:00:00 until"},
			{title: "Dinars have three", zone: "Asia/Kuwait", steps: "2026-03-10 09:00:00 buy Dinar month\n2026-04-11 09:00:00 until"},
			{title: "A card that is declined", steps: "2026-03-10 09:00:00 card fails\n2026-03-10 09:00:00 buy Solo month"},
			{title: "A period that isn't offered", steps: "2026-03-10 09:00:00 buy Long_trial year"},
		}},
		{"The calendar", "Months of different length, leap years, time zones and daylight saving.", []scenario{
			{title: "From 31 January", steps: "2026-01-31 10:00:00 buy Solo month\n2026-07-01 00:00:00 until"},
			{title: "From 31 January in a leap year", steps: "2028-01-31 10:00:00 buy Solo month\n2028-05-01 00:00:00 until"},
			{title: "From 30 January", steps: "2026-01-30 10:00:00 buy Solo month\n2026-05-01 00:00:00 until"},
			{title: "From 29 January", steps: "2027-01-29 10:00:00 buy Solo month\n2027-04-30 00:00:00 until"},
			{title: "From 31 August, over months of thirty days", steps: "2026-08-31 10:00:00 buy Solo month\n2027-01-01 00:00:00 until"},
			{title: "From 29 February, by the year", steps: "2028-02-29 10:00:00 buy Solo year\n2032-03-01 12:00:00 until"},
			{title: "From 29 February, by the month", steps: "2028-02-29 10:00:00 buy Solo month\n2028-06-01 00:00:00 until"},
			{title: "From 28 February in a common year", steps: "2026-02-28 10:00:00 buy Solo month\n2026-05-29 00:00:00 until"},
			{title: "Over the beginning of summer time in Paris", zone: "Europe/Paris", steps: "2026-03-01 02:30:00 buy Solo month\n2026-05-02 00:00:00 until"},
			{title: "On the hour that summer time leaves out", zone: "Europe/Paris", steps: "2026-01-29 02:30:00 buy Solo month\n2026-05-01 00:00:00 until"},
			{title: "Over the end of summer time in New York", zone: "America/New_York", steps: "2026-10-15 23:30:00 buy Solo month\n2026-12-16 00:00:00 until"},
			{title: "The last second of a month in Tokyo is another day in UTC", zone: "Asia/Tokyo", steps: "2026-01-31 23:59:59 buy Solo month\n2026-04-01 00:00:00 until"},
			{title: "Far west", zone: "Pacific/Honolulu", steps: "2026-01-31 18:00:00 buy Solo month\n2026-04-01 00:00:00 until"},
			{title: "Far east", zone: "Pacific/Kiritimati", steps: "2026-01-31 01:00:00 buy Solo month\n2026-04-01 00:00:00 until"},
			{title: "Midnight at the turn of the year", zone: "Asia/Shanghai", steps: "2026-12-31 00:00:00 buy Solo month\n2027-03-01 00:00:00 until"},
		}},
		{"Trials", "Nothing is paid before they end, and there is one for each account and listing.", []scenario{
			{title: "Fourteen days, then paid", steps: "2026-03-01 09:00:00 buy Trial month\n2026-05-16 00:00:00 until"},
			{title: "Forty-five days", steps: "2026-03-01 09:00:00 buy Long_trial month\n2026-05-16 00:00:00 until"},
			{title: "Two days are too short for a reminder", steps: "2026-03-01 09:00:00 buy Day_trial month\n2026-04-04 00:00:00 until"},
			{title: "By the year", steps: "2026-03-01 09:00:00 buy Trial year\n2027-03-16 00:00:00 until"},
			{title: "A second trial is none", offer: models.Offer{Trialled: true}, steps: "2026-03-01 09:00:00 buy Trial month\n2026-04-02 00:00:00 until"},
			{title: "Cancelled while it runs", steps: "2026-03-01 09:00:00 buy Trial month\n2026-03-10 09:00:00 cancel\n2026-05-01 00:00:00 until"},
			{title: "To another plan with a trial: the same days go on", steps: "2026-03-01 09:00:00 buy Trial month\n2026-03-08 09:00:00 change Long_trial month\n2026-04-16 00:00:00 until"},
			{title: "To a plan without one: paid at once", steps: "2026-03-01 09:00:00 buy Trial month\n2026-03-08 09:00:00 change Team month\n2026-04-09 00:00:00 until"},
			{title: "To a plan without one, with a card that is declined", steps: "2026-03-01 09:00:00 buy Trial month\n2026-03-08 09:00:00 card fails\n2026-03-08 09:00:00 change Team month\n2026-03-09 00:00:00 until"},
			{title: "To a free plan", steps: "2026-03-01 09:00:00 buy Trial month\n2026-03-08 09:00:00 change Free\n2026-05-01 00:00:00 until"},
			{title: "To the year while it runs", steps: "2026-03-01 09:00:00 buy Trial month\n2026-03-08 09:00:00 change Trial year\n2026-03-16 00:00:00 until"},
			{title: "From a free plan", steps: "2026-03-01 09:00:00 buy Free\n2026-03-08 09:00:00 change Trial month\n2026-03-23 00:00:00 until"},
			{title: "From a free plan, had before", offer: models.Offer{Trialled: true}, steps: "2026-03-01 09:00:00 buy Free\n2026-03-08 09:00:00 change Trial month\n2026-03-23 00:00:00 until"},
			{title: "It can't be paused", steps: "2026-03-01 09:00:00 buy Trial month\n2026-03-08 09:00:00 pause"},
			{title: "It ends over the beginning of summer time", zone: "Europe/Paris", steps: "2026-03-20 02:30:00 buy Trial month\n2026-05-04 00:00:00 until"},
			{title: "The first charge fails", steps: "2026-03-01 09:00:00 buy Trial month\n2026-03-02 09:00:00 card fails\n2026-04-16 00:00:00 until"},
		}},
		{"Upgrades", "At once, for what is left of the period.", []scenario{
			{title: "In the middle of a month of thirty days", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-16 00:00:00 change Team month\n2026-06-02 00:00:00 until"},
			{title: "In the first second", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-01 00:00:00 change Team month"},
			{title: "In the last second", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-30 23:59:59 change Team month\n2026-05-02 00:00:00 until"},
			{title: "A third of the way through February", steps: "2026-02-01 00:00:00 buy Solo month\n2026-02-10 08:00:00 change Team month"},
			{title: "More seats", steps: "2026-04-01 00:00:00 buy Seats month 5\n2026-04-11 00:00:00 change Seats month 8\n2026-05-02 00:00:00 until"},
			{title: "Seats, twice in one period", steps: "2026-04-01 00:00:00 buy Seats month 5\n2026-04-11 00:00:00 change Seats month 8\n2026-04-21 00:00:00 change Seats month 10\n2026-05-02 00:00:00 until"},
			{title: "From the month to the year", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-16 00:00:00 change Solo year\n2027-04-17 00:00:00 until"},
			{title: "To a dearer plan by the year", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-16 00:00:00 change Team year"},
			{title: "To a year that costs less than what is left of the month waits", steps: "2026-04-01 00:00:00 buy Cheap_year month\n2026-04-02 00:00:00 change Cheap_year year\n2027-05-02 00:00:00 until"},
			{title: "Of a yearly plan, half way", steps: "2026-01-01 00:00:00 buy Solo year\n2026-07-02 12:00:00 change Team year\n2027-01-02 00:00:00 until"},
			{title: "Odd amounts", steps: "2026-03-01 00:00:00 buy Odd month\n2026-03-18 13:37:21 change Team month"},
			{title: "From a free plan", steps: "2026-04-01 00:00:00 buy Free\n2026-04-11 00:00:00 change Solo month\n2026-05-12 00:00:00 until"},
			{title: "With a card that is declined", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-15 00:00:00 card fails\n2026-04-16 00:00:00 change Team month\n2026-04-17 00:00:00 card works\n2026-05-02 00:00:00 until"},
			{title: "While a cancellation waits: it no longer does", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-10 00:00:00 cancel\n2026-04-16 00:00:00 change Team month\n2026-05-02 00:00:00 until"},
			{title: "Across the day on which summer time begins", zone: "Europe/Paris", steps: "2026-03-15 00:00:00 buy Solo month\n2026-03-30 00:00:00 change Team month"},
			{title: "In yen", zone: "Asia/Tokyo", steps: "2026-04-01 00:00:00 buy Yen month 3\n2026-04-13 09:00:00 change Yen month 4"},
			{title: "To what one has is refused", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-13 09:00:00 change Solo month"},
		}},
		{"Downgrades", "At the end of the period; one change waits at most, and can be taken back.", []scenario{
			{title: "To a cheaper plan", steps: "2026-04-01 00:00:00 buy Team month\n2026-04-10 00:00:00 change Solo month\n2026-06-02 00:00:00 until"},
			{title: "Fewer seats", steps: "2026-04-01 00:00:00 buy Seats month 8\n2026-04-10 00:00:00 change Seats month 5\n2026-05-02 00:00:00 until"},
			{title: "From the year to the month", steps: "2026-04-01 00:00:00 buy Solo year\n2026-06-10 00:00:00 change Solo month\n2027-05-02 00:00:00 until"},
			{title: "To a free plan", steps: "2026-04-01 00:00:00 buy Team month\n2026-04-10 00:00:00 change Free\n2026-07-01 00:00:00 until"},
			{title: "To another currency", steps: "2026-04-01 00:00:00 buy Team month\n2026-04-10 00:00:00 change Yen month 2\n2026-05-02 00:00:00 until"},
			{title: "Taken back", steps: "2026-04-01 00:00:00 buy Team month\n2026-04-10 00:00:00 change Solo month\n2026-04-12 00:00:00 takeback\n2026-05-02 00:00:00 until"},
			{title: "Replaced by another", steps: "2026-04-01 00:00:00 buy Seats month 8\n2026-04-10 00:00:00 change Seats month 5\n2026-04-12 00:00:00 change Seats month 3\n2026-05-02 00:00:00 until"},
			{title: "Replaced by an upgrade", steps: "2026-04-01 00:00:00 buy Seats month 8\n2026-04-10 00:00:00 change Seats month 5\n2026-04-16 00:00:00 change Seats month 10\n2026-05-02 00:00:00 until"},
			{title: "Nothing to take back", steps: "2026-04-01 00:00:00 buy Team month\n2026-04-12 00:00:00 takeback"},
			{title: "The anchor's day stays", steps: "2026-01-31 00:00:00 buy Team month\n2026-02-10 00:00:00 change Solo month\n2026-04-01 00:00:00 until"},
		}},
		{"Cancelling, pausing and resuming", "What is paid is served to its end.", []scenario{
			{title: "A paid plan goes on to the end of its period", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-10 00:00:00 cancel\n2026-06-01 00:00:00 until"},
			{title: "A year goes on to its end", steps: "2026-04-01 00:00:00 buy Solo year\n2026-04-10 00:00:00 cancel\n2027-06-01 00:00:00 until"},
			{title: "A free plan ends at once", steps: "2026-04-01 00:00:00 buy Free\n2026-04-10 00:00:00 cancel"},
			{title: "Taken back", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-10 00:00:00 cancel\n2026-04-29 00:00:00 takeback\n2026-05-02 00:00:00 until"},
			{title: "Twice is refused", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-10 00:00:00 cancel\n2026-04-11 00:00:00 cancel"},
			{title: "Paused and resumed", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-10 00:00:00 pause\n2026-06-20 12:00:00 resume\n2026-07-21 00:00:00 until"},
			{title: "Resumed with a card that is declined", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-10 00:00:00 pause\n2026-06-20 11:00:00 card fails\n2026-06-20 12:00:00 resume\n2026-07-21 00:00:00 until"},
			{title: "A pause taken back in time", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-10 00:00:00 pause\n2026-04-20 00:00:00 takeback\n2026-05-02 00:00:00 until"},
			{title: "Cancelled while paused", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-10 00:00:00 pause\n2026-05-20 00:00:00 cancel"},
			{title: "A free plan can't be paused", steps: "2026-04-01 00:00:00 buy Free\n2026-04-10 00:00:00 pause"},
		}},
		{"Failed payments", "Tries after 2, 7, 14 and 21 days, within the grace.", []scenario{
			{title: "Mended by the second try", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-20 00:00:00 card fails\n2026-05-02 00:00:00 card works\n2026-06-02 00:00:00 until"},
			{title: "Never mended, with a grace of fourteen days", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-20 00:00:00 card fails\n2026-07-01 00:00:00 until"},
			{title: "With a grace of twenty-one days", env: grace(21), steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-20 00:00:00 card fails\n2026-07-01 00:00:00 until"},
			{title: "With a grace of five", env: grace(5), steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-20 00:00:00 card fails\n2026-07-01 00:00:00 until"},
			{title: "Without any", env: grace(-1), steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-20 00:00:00 card fails\n2026-07-01 00:00:00 until"},
			{title: "Another card is charged at once", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-20 00:00:00 card fails\n2026-05-04 15:00:00 mend\n2026-06-02 00:00:00 until"},
			{title: "No change while something is owed", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-20 00:00:00 card fails\n2026-05-02 00:00:00 change Team month"},
			{title: "Cancelled while something is owed: it ends at once", steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-20 00:00:00 card fails\n2026-05-02 00:00:00 cancel"},
			{title: "After a downgrade that waited", steps: "2026-04-01 00:00:00 buy Team month\n2026-04-10 00:00:00 change Solo month\n2026-04-20 00:00:00 card fails\n2026-05-20 00:00:00 until"},
		}},
		{"Bank transfer", "Served at once, payable within fourteen days.", []scenario{
			{title: "Paid in time", offer: byTransfer, steps: "2026-04-01 09:00:00 buy Solo year\n2026-04-09 00:00:00 transfer\n2027-04-02 00:00:00 until"},
			{title: "Paid late", offer: byTransfer, steps: "2026-04-01 09:00:00 buy Solo year\n2026-04-20 00:00:00 transfer\n2026-06-01 00:00:00 until"},
			{title: "Never paid", offer: byTransfer, steps: "2026-04-01 09:00:00 buy Solo year\n2026-06-01 00:00:00 until"},
			{title: "By the month, never paid", offer: byTransfer, env: grace(21), steps: "2026-02-01 09:00:00 buy Solo month\n2026-06-01 00:00:00 until"},
			{title: "An upgrade has an invoice of its own", offer: byTransfer, steps: "2026-01-01 00:00:00 buy Solo year\n2026-01-05 00:00:00 transfer\n2026-07-02 12:00:00 change Team year\n2026-07-10 00:00:00 transfer"},
			{title: "An upgrade that is never paid: what was paid goes on", offer: byTransfer, steps: "2026-01-01 00:00:00 buy Solo year\n2026-01-05 00:00:00 transfer\n2026-07-02 12:00:00 change Team year\n2027-01-02 00:00:00 until"},
			{title: "An upgrade that is late, and cancelled", offer: byTransfer, steps: "2026-01-01 00:00:00 buy Solo year\n2026-01-05 00:00:00 transfer\n2026-07-02 12:00:00 change Team year\n2026-07-20 00:00:00 cancel\n2027-01-02 00:00:00 until"},
			{title: "No change while an invoice is open", offer: byTransfer, steps: "2026-01-01 00:00:00 buy Solo year\n2026-01-05 00:00:00 change Team year"},
			{title: "An upgrade shortly before the end waits for it", offer: byTransfer, steps: "2026-01-01 00:00:00 buy Solo year\n2026-01-05 00:00:00 transfer\n2026-12-25 00:00:00 change Team year\n2027-01-02 00:00:00 until"},
		}},
		{"Taxes", "On the sum of a bill, once, halves up.", []scenario{
			{title: "Added to the price", env: taxed(vat), steps: "2026-04-01 00:00:00 buy Odd month\n2026-05-02 00:00:00 until"},
			{title: "Within the price", env: taxed(vatWithin), steps: "2026-04-01 00:00:00 buy Odd month\n2026-05-02 00:00:00 until"},
			{title: "Reverse charge", env: taxed(reverse), steps: "2026-04-01 00:00:00 buy Odd month"},
			{title: "Ten per cent of yen", zone: "Asia/Tokyo", env: taxed(jct), steps: "2026-04-01 00:00:00 buy Yen month 3\n2026-04-13 09:00:00 change Yen month 4"},
			{title: "8.1 per cent", zone: "Europe/Zurich", env: taxed(swiss), steps: "2026-04-01 00:00:00 buy Odd month"},
			{title: "8.875 per cent", zone: "America/New_York", env: taxed(newYork), steps: "2026-04-01 00:00:00 buy Odd year"},
			{title: "On an upgrade, of the difference", env: taxed(vat), steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-16 00:00:00 change Team month"},
			{title: "Within an upgrade", env: taxed(vatWithin), steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-16 00:00:00 change Team month"},
		}},
		{"Coupons", "Used up period by period; what is left of a period is worth what was paid for it.", []scenario{
			{title: "Half the price once", offer: coupon(models.Discount{Code: "HALF", Percent: 50, Left: 1}), steps: "2026-04-01 00:00:00 buy Solo month\n2026-06-02 00:00:00 until"},
			{title: "A third for three months", offer: coupon(models.Discount{Code: "THIRD", Percent: 33, Left: 3}), steps: "2026-04-01 00:00:00 buy Odd month\n2026-07-02 00:00:00 until"},
			{title: "For ever", offer: coupon(models.Discount{Code: "EVER", Percent: 10, Left: -1}), steps: "2026-04-01 00:00:00 buy Solo month\n2026-06-02 00:00:00 until"},
			{title: "All of it, once", offer: coupon(models.Discount{Code: "GIFT", Percent: 100, Left: 1}), steps: "2026-04-01 00:00:00 buy Solo month\n2026-05-02 00:00:00 until"},
			{title: "An amount larger than the price", offer: coupon(models.Discount{Code: "TWENTY", Minor: 2000, Currency: "EUR", Left: 1}), steps: "2026-04-01 00:00:00 buy Solo month\n2026-05-02 00:00:00 until"},
			{title: "In another currency takes nothing off", offer: coupon(models.Discount{Code: "YEN", Minor: 100, Currency: "JPY", Left: 1}), steps: "2026-04-01 00:00:00 buy Solo month"},
			{title: "After a trial, from the first payment", offer: coupon(models.Discount{Code: "HALF", Percent: 50, Left: 1}), steps: "2026-03-01 09:00:00 buy Trial month\n2026-04-16 00:00:00 until"},
			{title: "An upgrade in a discounted period", offer: coupon(models.Discount{Code: "HALF", Percent: 50, Left: 1}), steps: "2026-04-01 00:00:00 buy Solo month\n2026-04-16 00:00:00 change Team month\n2026-05-02 00:00:00 until"},
			{title: "With tax", env: taxed(vat), offer: coupon(models.Discount{Code: "HALF", Percent: 50, Left: 1}), steps: "2026-04-01 00:00:00 buy Odd month"},
		}},
		{"Other prices", "Who bought before keeps the price, or is moved after a notice.", []scenario{
			{title: "Kept", book: laterPrice("2026-04-15", 1500, models.PriceKeep, 30, models.PlanFlatRate), steps: "2026-04-01 00:00:00 buy Solo month\n2026-07-02 00:00:00 until"},
			{title: "Moved after thirty days", book: laterPrice("2026-04-15", 1500, models.PriceMove, 30, models.PlanFlatRate), steps: "2026-04-01 00:00:00 buy Solo month\n2026-07-02 00:00:00 until"},
			{title: "Lower, without a notice", book: laterPrice("2026-04-15", 800, models.PriceMove, 30, models.PlanFlatRate), steps: "2026-04-01 00:00:00 buy Solo month\n2026-06-02 00:00:00 until"},
			{title: "Free for everyone", book: laterPrice("2026-04-15", 0, models.PriceMove, 30, models.PlanFree), steps: "2026-04-01 00:00:00 buy Solo month\n2026-06-02 00:00:00 until"},
			{title: "By the year, at the next renewal", book: laterPrice("2026-06-15", 1500, models.PriceMove, 30, models.PlanFlatRate), steps: "2026-04-01 00:00:00 buy Solo year\n2027-04-02 00:00:00 until"},
		}},
	}
}
