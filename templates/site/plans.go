package site

import "time"

// hasYearly reports whether any plan can be paid by the year.
func (l *Listing) hasYearly() bool {
	for i := range l.Plans {
		if l.Plans[i].YearlyMinor != nil {
			return true
		}
	}
	return false
}

// pricesSeen is the day on which the oldest of the prices was seen.
func (l *Listing) pricesSeen() *time.Time {
	var oldest *time.Time
	for i := range l.Plans {
		if d := l.Plans[i].AsOf; d != nil && (oldest == nil || d.Before(*oldest)) {
			oldest = d
		}
	}
	return oldest
}
