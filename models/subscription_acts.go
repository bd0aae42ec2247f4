package models

import "time"

// Offer is what an account may buy: whether it had its trial, and the coupon it
// redeems.
type Offer struct {
	ListingID, SellerID, AccountID int64
	Kind                           AccountKind // of the account
	Terms                          Terms
	Zone                           string
	Trialled                       bool // there is one trial an account and listing
	Coupon                         *Discount
	ByTransfer                     bool
}

// Subscribe is buying what is offered. It returns ErrPlanAudience, ErrPlanPeriod,
// ErrPlanUnits or ErrPlanGone where that can't be bought.
func Subscribe(o Offer, env *BillingEnv, now time.Time) (*Turn, error) {
	terms, err := o.Terms.checked(o.Kind)
	if err != nil {
		return nil, err
	}
	s := Subscription{ListingID: o.ListingID, SellerID: o.SellerID, AccountID: o.AccountID, Zone: o.Zone, Coupon: o.Coupon, ByTransfer: o.ByTransfer}
	t := s.enter(terms, !o.Trialled, env, now.Truncate(time.Second))
	t.Act = ActBuy
	t.Hooks = []PurchaseHook{t.After.hook(HookPurchased, t.At, nil)}
	return t, nil
}

// checked completes terms: what isn't priced per unit has one unit, and what is
// free has months.
func (t Terms) checked(kind AccountKind) (Terms, error) {
	p := &t.Plan
	switch {
	case p.State != PlanPublished:
		return t, ErrPlanGone
	case !p.Audience.Allows(kind):
		return t, ErrPlanAudience
	}
	if p.Kind != PlanPerUnit {
		t.Units = 1
	}
	if p.Free() {
		t.Period = Monthly
	}
	if t.Period != Monthly && t.Period != Yearly {
		return t, ErrPlanPeriod
	}
	if _, offered := p.Price(t.Period, 1); !offered {
		return t, ErrPlanPeriod
	}
	if !p.Takes(t.Units) {
		return t, ErrPlanUnits
	}
	return t, nil
}

// enter begins terms at now, as if nothing had been paid before: free, with a trial
// where there is one and the buyer may have it, or with a period that is paid.
func (s Subscription) enter(terms Terms, mayTry bool, env *BillingEnv, now time.Time) *Turn {
	s.State, s.Terms, s.Pending, s.Due, s.Applied = SubscriptionActive, terms, nil, nil, nil
	s.Anchor, s.Months, s.Start, s.End = now, 0, now, time.Time{}
	t := &Turn{At: now}
	switch {
	case terms.Plan.Free():
	case mayTry && terms.Plan.TrialDays > 0:
		s.State = SubscriptionTrial
		s.End = now.In(s.Location()).AddDate(0, 0, terms.Plan.TrialDays)
		s.TrialEnd = s.End
	default:
		s.End = s.end()
		t.Bill = s.begin(env)
		t.Required = t.Bill.Total > 0 && !s.ByTransfer
		s.owe(t.Bill, env, now)
	}
	t.After = s
	return t
}

// begin uses what the coupon has for the period that begins, and bills it.
func (s *Subscription) begin(env *BillingEnv) *Bill {
	s.Applied, s.Coupon = s.Coupon.use(&s.Terms.Plan)
	price := s.Terms.Price()
	return newBill(price.Currency, env.Tax, wholeLine(&s.Terms, s.Applied, s.Start, s.End))
}

// end is when the period that began at Start is over.
func (s *Subscription) end() time.Time {
	return MonthsAfter(s.Anchor.In(s.Location()), s.Months+s.Terms.Period.Months())
}

// owe gives the buyer time to transfer what is billed; the service goes on
// meanwhile.
func (s *Subscription) owe(b *Bill, env *BillingEnv, now time.Time) {
	if !s.ByTransfer || b == nil || b.Total == 0 {
		return
	}
	payable := now.AddDate(0, 0, env.TransferDays)
	until := payable.AddDate(0, 0, env.GraceDays)
	if until.After(s.End) {
		until = s.End // nobody owes for two periods
	}
	s.Due = &Dunning{Since: now, Payable: payable, Until: until}
	s.Due.Next = s.Due.after(now)
}

// Change moves to other terms: at once where that costs more, or nothing is paid
// yet; at the end of the period where it costs less, is in another currency, or is
// paid by the month instead of the year. It takes the place of what was pending.
// More units of the same plan are had at the price that was agreed to.
func (s *Subscription) Change(to Terms, kind AccountKind, mayTry bool, env *BillingEnv, now time.Time) (*Turn, error) {
	now = now.Truncate(time.Second)
	if err := s.changeable(now); err != nil {
		return nil, err
	}
	if to.Plan.ID == s.Terms.Plan.ID {
		to.Plan = s.Terms.keep(to)
	}
	to, err := to.checked(kind)
	if err != nil {
		return nil, err
	}
	if to.Same(&s.Terms) || s.Pending != nil && s.Pending.Terms != nil && to.Same(s.Pending.Terms) {
		return nil, ErrSameTerms
	}
	was := s.snapshot()
	t := s.turnTo(to, mayTry, env, now)
	t.Act = ActChange
	t.After.missed(now)
	if t.After.Pending != nil {
		t.Hooks = []PurchaseHook{t.After.pendingHook(env)}
	} else {
		t.Hooks = []PurchaseHook{t.After.hook(HookChanged, now, &was)}
	}
	return t, nil
}

// keep is the plan of to at the price that was agreed to before, where that offers
// the period; what is no longer sold can be kept.
func (t *Terms) keep(to Terms) Plan {
	p := to.Plan
	p.State = PlanPublished
	if _, offered := t.Plan.Price(to.Period, 1); offered {
		p.Version, p.Kind, p.MonthlyMinor, p.YearlyMinor, p.Currency = t.Plan.Version, t.Plan.Kind, t.Plan.MonthlyMinor, t.Plan.YearlyMinor, t.Plan.Currency
	}
	return p
}

// changeable says why a subscription can't be changed now.
func (s *Subscription) changeable(now time.Time) error {
	switch s.State {
	case SubscriptionEnded:
		return ErrSubscriptionEnded
	case SubscriptionIncomplete:
		return ErrSubscriptionIncomplete
	case SubscriptionPastDue:
		return ErrSubscriptionPastDue
	case SubscriptionPaused:
		return ErrSubscriptionPaused
	}
	if s.Due != nil {
		return ErrInvoiceOpen
	}
	if !s.End.IsZero() && !now.Before(s.End) {
		return ErrSubscriptionDue
	}
	return nil
}

func (s *Subscription) turnTo(to Terms, mayTry bool, env *BillingEnv, now time.Time) *Turn {
	next := *s
	next.Terms, next.Pending = to, nil
	switch {
	case s.OnTrial() && !to.Plan.Free() && to.Plan.TrialDays > 0:
		return &Turn{At: now, After: next} // the trial goes on as long as it was to
	case s.OnTrial() || s.End.IsZero():
		return s.enter(to, mayTry && s.TrialEnd.IsZero(), env, now)
	case !s.dearer(&to) || s.ByTransfer && s.End.Before(now.AddDate(0, 0, env.TransferDays)):
		next.Terms = s.Terms
		next.Pending = &PendingChange{Kind: PendingTerms, Terms: &to}
		return &Turn{At: now, After: next}
	}
	unused := partLine(LineUnused, &s.Terms, s.Applied, s.Start, s.End, now)
	var charged BillLine
	if to.Period != s.Terms.Period {
		next.Anchor, next.Months, next.Start = now, 0, now
		next.End = next.end()
		next.Applied, next.Coupon = next.Coupon.use(&to.Plan)
		charged = wholeLine(&to, next.Applied, now, next.End)
	} else {
		if next.Applied != nil && !next.Applied.takes(&to.Plan) {
			next.Applied = nil
		}
		charged = partLine(LineRemaining, &to, next.Applied, s.Start, s.End, now)
	}
	if charged.Amount()+unused.Amount() < 0 {
		next = *s
		next.Pending = &PendingChange{Kind: PendingTerms, Terms: &to}
		return &Turn{At: now, After: next}
	}
	t := &Turn{At: now, Bill: newBill(to.Price().Currency, env.Tax, charged, unused)}
	t.Required = t.Bill.Total > 0 && !s.ByTransfer
	next.owe(t.Bill, env, now)
	if next.Due != nil {
		next.Due.Before = &PaidTerms{Terms: s.Terms, Anchor: s.Anchor, Months: s.Months, Start: s.Start, End: s.End, Coupon: s.Coupon, Applied: s.Applied}
	}
	t.After = next
	return t
}

// dearer reports whether terms cost as much as the present ones or more, so that
// they can be had at once. To pay by the year instead of by the month is more.
func (s *Subscription) dearer(to *Terms) bool {
	is, was := to.Price(), s.Terms.Price()
	switch {
	case to.Plan.Free(), is.Currency != was.Currency, s.Terms.Period == Yearly && to.Period == Monthly:
		return false
	case to.Period != s.Terms.Period:
		return true
	}
	return is.Minor >= was.Minor
}

// pendingHook tells of what waits for the end of the period.
func (s *Subscription) pendingHook(env *BillingEnv) PurchaseHook {
	was := s.snapshot()
	h := PurchaseHook{Action: HookPending, Effective: s.End, Purchase: was, Previous: &was}
	if s.Pending.Terms == nil {
		h.Purchase.Billing = time.Time{}
		return h
	}
	later := *s
	later.follow(env)
	h.Purchase = later.snapshot()
	return h
}

// Cancel ends what is free, not paid, a trial or paused at once, and anything else
// with its period.
func (s *Subscription) Cancel(env *BillingEnv, now time.Time) (*Turn, error) {
	now = now.Truncate(time.Second)
	switch {
	case s.State == SubscriptionEnded:
		return nil, ErrSubscriptionEnded
	case s.State == SubscriptionIncomplete:
		return s.stop(ActCancel, EndAbandoned, now), nil
	case s.State == SubscriptionPastDue && s.fallsBack(now):
		t := s.fallBack(ActCancel, now)
		t.After.Pending = &PendingChange{Kind: PendingCancel}
		t.Hooks = append(t.Hooks, t.After.pendingHook(env))
		return t, nil
	case s.State != SubscriptionActive, s.Free():
		return s.stop(ActCancel, EndCancelled, now), nil
	case s.Pending != nil && s.Pending.Kind == PendingCancel:
		return nil, ErrSameTerms
	case !now.Before(s.End):
		return nil, ErrSubscriptionDue
	}
	t := &Turn{Act: ActCancel, At: now, After: *s}
	t.After.Pending = &PendingChange{Kind: PendingCancel}
	t.Hooks = []PurchaseHook{t.After.pendingHook(env)}
	return t, nil
}

// stop ends the subscription at a time.
func (s *Subscription) stop(act SubscriptionAct, reason EndReason, at time.Time) *Turn {
	t := &Turn{Act: act, At: at, After: *s}
	was := s.snapshot()
	t.After.State, t.After.EndReason, t.After.End, t.After.Pending, t.After.Due = SubscriptionEnded, reason, time.Time{}, nil, nil
	if s.State == SubscriptionIncomplete || s.State == SubscriptionPaused {
		return t // the app doesn't know of it, or has been told already
	}
	h := s.hook(HookCancelled, at, &was)
	h.Purchase.Billing = time.Time{}
	t.Hooks = []PurchaseHook{h}
	return t
}

// TakeBack undoes what is pending.
func (s *Subscription) TakeBack(now time.Time) (*Turn, error) {
	switch {
	case s.State == SubscriptionEnded:
		return nil, ErrSubscriptionEnded
	case s.Pending == nil:
		return nil, ErrNothingPending
	case !now.Before(s.End):
		return nil, ErrSubscriptionDue
	}
	t := &Turn{Act: ActTakeBack, At: now.Truncate(time.Second), After: *s}
	t.After.Pending = nil
	t.After.missed(now)
	t.Hooks = []PurchaseHook{t.After.hook(HookPendingCancelled, s.End, nil)}
	return t, nil
}

// Pause stops a paid subscription with its period: nothing is served and nothing
// charged until it is resumed. The app is told as of a cancellation.
func (s *Subscription) Pause(env *BillingEnv, now time.Time) (*Turn, error) {
	if err := s.changeable(now); err != nil {
		return nil, err
	}
	if s.OnTrial() || s.Free() {
		return nil, ErrNotPausable
	}
	if s.Pending != nil && s.Pending.Kind == PendingPause {
		return nil, ErrSameTerms
	}
	t := &Turn{Act: ActPause, At: now.Truncate(time.Second), After: *s}
	t.After.Pending = &PendingChange{Kind: PendingPause}
	t.Hooks = []PurchaseHook{t.After.pendingHook(env)}
	return t, nil
}

// Resume begins a new period of a paused subscription, which is paid at once. The
// app is told as of a purchase.
func (s *Subscription) Resume(env *BillingEnv, now time.Time) (*Turn, error) {
	if s.State == SubscriptionEnded {
		return nil, ErrSubscriptionEnded
	}
	if s.State != SubscriptionPaused {
		return nil, ErrNotPaused
	}
	now = now.Truncate(time.Second)
	t := s.enter(env.Prices.At(s.Terms, now), false, env, now)
	t.Act = ActResume
	t.Hooks = []PurchaseHook{t.After.hook(HookPurchased, now, nil)}
	return t, nil
}
