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
		if t.Purchase != nil && t.Purchase.Trial {
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
	p := t.Purchase
	if p == nil {
		return time.Time{}
	}
	if p.Due != nil && (p.End.IsZero() || p.Due.Next.Before(p.End)) {
		return p.Due.Next
	}
	return p.End
}

// Last is how far the clock can go.
func (t *Tryout) Last() time.Time { return t.Began.AddDate(TryoutYears, 0, 0) }

// advance moves the clock, and lets happen what happens on the way.
func (t *Tryout) advance(to time.Time) error {
	if !to.After(t.Now) || to.After(t.Last()) {
		return ErrTryoutClock
	}
	quiet := true
	for next := t.Next(); !next.IsZero() && !next.After(to); next = t.Next() {
		t.Now, quiet = next, false
		t.pass()
	}
	t.Now = to
	if quiet {
		t.say(TryoutEvent{Act: TryoutClock})
	}
	return nil
}

// pass is what happens at Next.
func (t *Tryout) pass() {
	switch p := t.Purchase; {
	case p.Due != nil && t.Now.Equal(p.Due.Next):
		t.retry()
	case p.Trial:
		t.endTrial()
	case p.Pending != nil && p.Pending.Order == nil:
		t.say(TryoutEvent{Act: TryoutPeriod, Webhooks: t.end()})
	default:
		t.renew()
	}
}

// endTrial turns a trial into what is paid for.
func (t *Tryout) endTrial() {
	was, p := t.snapshot(), t.Purchase
	p.Trial, p.Anchor, p.Months, p.Start = false, t.Now, 0, t.Now
	p.End = p.end()
	e := TryoutEvent{Act: TryoutTrialEnd, Webhooks: []TryoutHook{t.hook(HookChanged, &was)}}
	t.charge(&e)
	t.say(e)
}

// renew begins the next period, with the change that was pending.
func (t *Tryout) renew() {
	was, p := t.snapshot(), t.Purchase
	e := TryoutEvent{Act: TryoutRenewal}
	if p.Pending != nil {
		t.Purchase = t.follow(p)
		e.Order = new(t.Purchase.Order)
		e.Webhooks = []TryoutHook{t.hook(HookChanged, &was)}
	} else {
		p.Start, p.Months = p.End, p.Months+p.Order.Period.Months()
		p.End = p.end()
	}
	t.charge(&e)
	t.say(e)
}

// follow is the purchase that its pending change makes of p when its period ends.
// The day of the month stays what it was.
func (t *Tryout) follow(p *TryoutPurchase) *TryoutPurchase {
	next := &TryoutPurchase{Order: *p.Pending.Order, Anchor: p.Anchor, Months: p.Months + p.Order.Period.Months(), Start: p.End, TrialEnd: p.TrialEnd}
	if !t.Plan(next.Order.Plan).Free() {
		next.End = next.end()
	}
	return next
}

// end is when the period that began at Start is over.
func (p *TryoutPurchase) end() time.Time {
	return MonthsAfter(p.Anchor, p.Months+p.Order.Period.Months())
}

// charge takes the price of the period that begins. A card that fails is tried
// again later.
func (t *Tryout) charge(e *TryoutEvent) {
	p := t.Purchase
	if p.End.IsZero() {
		return
	}
	c := t.whole(p.Order, p)
	if t.pay(c, e) {
		return
	}
	next := t.Now.AddDate(0, 0, TryoutRetries[0])
	p.Due = &TryoutDue{Charge: *c, Since: t.Now, Next: next}
	e.Charges[len(e.Charges)-1].Next = &next
}

// retry tries a charge again; after the last time the purchase ends.
func (t *Tryout) retry() {
	due := t.Purchase.Due
	c := due.Charge
	e := TryoutEvent{Act: TryoutRetry}
	due.Tries++
	switch {
	case t.pay(&c, &e):
		t.Purchase.Due = nil
	case due.Tries < len(TryoutRetries):
		due.Next = due.Since.AddDate(0, 0, TryoutRetries[due.Tries])
		next := due.Next
		e.Charges[len(e.Charges)-1].Next = &next
	default:
		e.Webhooks = t.end()
	}
	t.say(e)
}
