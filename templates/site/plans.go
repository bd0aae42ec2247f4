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

// PricesSeen is the day on which the oldest of the prices was seen.
func PricesSeen(plans []Plan) *time.Time {
	var oldest *time.Time
	for i := range plans {
		if d := plans[i].AsOf; d != nil && (oldest == nil || d.Before(*oldest)) {
			oldest = d
		}
	}
	return oldest
}
