package models

import "time"

// TryoutReach names where a tryout's clock can be sent.
type TryoutReach string

// Where the clock goes: to the end of the trial, to what happens next, on by a day
// or a month, or to a date that is typed.
const (
	ReachTrialEnd TryoutReach = "trial_end"
	ReachNext     TryoutReach = "next"
	ReachDay      TryoutReach = "day"
	ReachMonth    TryoutReach = "month"
	ReachDate     TryoutReach = "date"
)

// Reach is the moment that a name stands for. It is ErrTryoutClock where there
// is none: no trial runs, nothing happens any more, or the date can't be read.
func (t *Tryout) Reach(to TryoutReach, date string) (time.Time, error) {
	switch to {
	case ReachTrialEnd:
		if t.Purchase != nil && t.Purchase.OnTrial() {
			return t.Purchase.End, nil
		}
	case ReachNext:
		if next := t.Next(); !next.IsZero() {
			return next, nil
		}
	case ReachDay:
		return t.Now.AddDate(0, 0, 1), nil
	case ReachMonth:
		return MonthsAfter(t.Now, 1), nil
	case ReachDate:
		if day, err := time.ParseInLocation(time.DateOnly, date, t.Now.Location()); err == nil {
			hour, minute, second := t.Now.Clock()
			return day.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second), nil
		}
	}
	return time.Time{}, ErrTryoutClock
}

// Next is when something happens by itself; zero for never.
func (t *Tryout) Next() time.Time {
	if t.Purchase == nil {
		return time.Time{}
	}
	return t.Purchase.Next()
}

// Last is how far the clock can go.
func (t *Tryout) Last() time.Time { return t.Began.AddDate(TryoutYears, 0, 0) }
