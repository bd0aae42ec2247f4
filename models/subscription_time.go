package models

import "time"

// Next is when time has something to do with the subscription; zero for never.
func (s *Subscription) Next() time.Time {
	if s.State == SubscriptionEnded || s.State == SubscriptionIncomplete {
		return time.Time{}
	}
	next := s.End
	if s.remindable() {
		next = earlier(next, s.End.AddDate(0, 0, -ReminderDays))
	}
	if s.Due != nil {
		next = earlier(earlier(next, s.Due.Until), s.Due.Next)
	}
	return next
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// remindable reports whether the buyer is still to be told of the end of the
// period, or of the trial: when something will be charged then.
func (s *Subscription) remindable() bool {
	switch {
	case s.End.IsZero(), s.Reminded.Equal(s.End):
		return false
	case s.Pending != nil && (s.Pending.Terms == nil || s.Pending.Terms.Plan.Free()):
		return false
	}
	return s.End.AddDate(0, 0, -ReminderDays).After(s.Start)
}

// missed leaves the reminder out whose time is over: what is done in the last days
// of a period is done in the knowledge of it.
func (s *Subscription) missed(now time.Time) {
	if !s.End.IsZero() && !now.Before(s.End.AddDate(0, 0, -ReminderDays)) {
		s.Reminded = s.End
	}
}

// Pass is what happens at Next, which must not be zero. What is late happens as if
// it had been on time, one after the other.
func (s *Subscription) Pass(env *BillingEnv) *Turn {
	at := s.Next()
	switch {
	case s.Due != nil && !at.Before(s.Due.Until) && s.fallsBack(at):
		return s.fallBack(ActLapse, at)
	case s.Due != nil && !at.Before(s.Due.Until):
		return s.stop(ActLapse, EndUnpaid, at)
	case s.Due != nil && at.Equal(s.Due.Next):
		return s.again(at)
	case s.remindable() && at.Before(s.End):
		t := &Turn{Act: ActRemind, At: at, After: *s}
		t.After.Reminded = s.End
		return t
	case s.Pending != nil && s.Pending.Kind == PendingCancel:
		return s.stop(ActPeriodEnd, EndCancelled, at)
	case s.Pending != nil && s.Pending.Kind == PendingPause:
		return s.rest(at)
	}
	return s.goOn(env, at)
}

// again is another try to get what is owed. By transfer it is a reminder, and past
// the day on which it was payable the subscription is late.
func (s *Subscription) again(at time.Time) *Turn {
	t := &Turn{Act: ActRetry, At: at, After: *s}
	due := *s.Due
	if !due.Payable.IsZero() {
		due.Tries++
		due.Next = due.after(at)
		if !at.Before(due.Payable) {
			t.After.State = SubscriptionPastDue
		}
	}
	t.After.Due = &due
	return t
}

// fallsBack reports whether what is owed is an upgrade, and the period before it is
// paid and goes on.
func (s *Subscription) fallsBack(at time.Time) bool {
	return s.Due != nil && s.Due.Before != nil && at.Before(s.Due.Before.End)
}

// fallBack goes on with what was paid before an upgrade that never was.
func (s *Subscription) fallBack(act SubscriptionAct, at time.Time) *Turn {
	t := &Turn{Act: act, At: at, After: *s}
	was, paid, next := s.snapshot(), s.Due.Before, &t.After
	next.State, next.Due, next.Terms = SubscriptionActive, nil, paid.Terms
	next.Anchor, next.Months, next.Start, next.End = paid.Anchor, paid.Months, paid.Start, paid.End
	next.Coupon, next.Applied = paid.Coupon, paid.Applied
	if next.Pending != nil && next.Pending.Kind == PendingTerms {
		next.Pending = nil // it was chosen instead of the upgrade
	}
	next.missed(at)
	t.Hooks = []PurchaseHook{next.hook(HookChanged, at, &was)}
	return t
}

// rest pauses the subscription at the end of its period.
func (s *Subscription) rest(at time.Time) *Turn {
	t := s.stop(ActPeriodEnd, "", at)
	t.After.State = SubscriptionPaused
	return t
}

// goOn begins the next period: after a trial, with what was pending, or as before.
func (s *Subscription) goOn(env *BillingEnv, at time.Time) *Turn {
	t := &Turn{Act: ActRenew, At: at, After: *s}
	was := s.snapshot()
	next := &t.After
	changed := s.Pending != nil || s.OnTrial()
	if s.OnTrial() {
		t.Act = ActTrialEnd
	}
	next.follow(env)
	if next.Free() {
		changed = true
	} else {
		t.Bill = next.begin(env)
		next.owe(t.Bill, env, at)
	}
	if changed {
		t.Hooks = []PurchaseHook{next.hook(HookChanged, at, &was)}
	}
	return t
}

// follow moves the subscription into the period after its End. After a trial,
// periods are reckoned from there; else the day of the month stays what it was.
func (s *Subscription) follow(env *BillingEnv) {
	at := s.End
	if s.OnTrial() {
		s.Anchor, s.Months, s.Start = at, 0, at
	} else {
		s.Months += s.Terms.Period.Months()
		s.Start = at
	}
	if s.Pending != nil && s.Pending.Terms != nil {
		s.Terms = *s.Pending.Terms
	}
	s.State, s.Pending, s.Applied = SubscriptionActive, nil, nil
	s.Terms = env.Prices.At(s.Terms, at)
	s.End = time.Time{}
	if !s.Free() {
		s.End = s.end()
	}
}

// Failed is a charge of what is owed that failed at a time: the first one, of the
// period that began at since, or another try.
func (s *Subscription) Failed(env *BillingEnv, since, at time.Time) Subscription {
	next := *s
	due := Dunning{Since: since, Until: since.AddDate(0, 0, env.GraceDays)}
	if s.Due != nil {
		due = *s.Due
	}
	due.Tries++
	due.Next = due.after(at)
	next.Due, next.State = &due, SubscriptionPastDue
	return next
}

// after is when the payment is tried next, or reminded of, after a time; zero for
// not any more.
func (d *Dunning) after(at time.Time) time.Time {
	from := d.Since
	if !d.Payable.IsZero() {
		for _, early := range []time.Time{d.Payable.AddDate(0, 0, -ReminderDays), d.Payable} {
			if early.After(at) && early.After(d.Since) && early.Before(d.Until) {
				return early
			}
		}
		from = d.Payable
	}
	for _, day := range DunningDays {
		if next := from.AddDate(0, 0, day); next.After(at) {
			if !next.Before(d.Until) {
				break
			}
			return next
		}
	}
	return time.Time{}
}

// Paid is the subscription once what it owed is paid.
func (s *Subscription) Paid() Subscription {
	next := *s
	next.Due = nil
	if s.State == SubscriptionPastDue {
		next.State = SubscriptionActive
	}
	return next
}

// CalendarEntry is a day on which something is charged, a reminder is mailed, or
// the subscription ends, as far as it can be told today.
type CalendarEntry struct {
	At   time.Time
	Act  SubscriptionAct
	Bill *Bill // nil: nothing is charged
}

// Calendar is what will come of a turn until a time, if everything is paid and
// nothing changed: the same that will be billed then.
func (t *Turn) Calendar(env *BillingEnv, until time.Time) []CalendarEntry {
	var entries []CalendarEntry
	if t.Charges() {
		entries = append(entries, CalendarEntry{At: t.At, Act: t.Act, Bill: t.Bill})
	}
	s := t.After.Paid()
	for next := s.Next(); !next.IsZero() && !next.After(until); next = s.Next() {
		passed := s.Pass(env)
		entries = append(entries, CalendarEntry{At: passed.At, Act: passed.Act, Bill: passed.Bill})
		s = passed.After.Paid()
	}
	return entries
}
