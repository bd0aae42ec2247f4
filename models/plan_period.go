package models

import "time"

// MonthsAfter is the day n months after anchor at the same time of day, in the
// zone that anchor is in. A day that the month doesn't have is its last one; the
// next month has the anchor's day again: 31 January, 28 February, 31 March.
func MonthsAfter(anchor time.Time, n int) time.Time {
	year, month, day := anchor.Date()
	first := time.Date(year, month+time.Month(n), 1, 0, 0, 0, 0, anchor.Location())
	last := first.AddDate(0, 1, -1).Day()
	hour, minute, second := anchor.Clock()
	return time.Date(first.Year(), first.Month(), min(day, last), hour, minute, second, anchor.Nanosecond(), anchor.Location())
}

// Months is how many months a period has.
func (p Period) Months() int {
	if p == Yearly {
		return 12
	}
	return 1
}

// Periods lists the periods in the order of pages.
func Periods() []Period { return []Period{Monthly, Yearly} }
