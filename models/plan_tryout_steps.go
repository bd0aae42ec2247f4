package models

// Apply takes a step. It adds to Events what came of it; an error leaves the
// tryout as it was.
func (t *Tryout) Apply(s TryoutStep) error {
	if len(t.Events) >= MaxTryoutEvents {
		return ErrTryoutFull
	}
	switch s.Act {
	case TryoutBuy:
		return t.buy(s.Order)
	case TryoutChange:
		return t.change(s.Order)
	case TryoutCancel:
		return t.cancel()
	case TryoutTakeBack:
		return t.takeBack()
	case TryoutClock:
		return t.advance(s.To)
	case TryoutCardFails, TryoutCardWorks:
		t.CardFails = s.Act == TryoutCardFails
		t.say(TryoutEvent{Act: s.Act})
		return nil
	}
	return ErrUnknownChoice.On("act")
}

func (t *Tryout) say(e TryoutEvent) {
	e.At, e.State = t.Now, t.State()
	t.Events = append(t.Events, e)
}

// buy buys what is the buyer's first plan, or the first one again.
func (t *Tryout) buy(o TryoutOrder) error {
	if t.Purchase != nil {
		return ErrTryoutBought
	}
	if err := t.check(&o); err != nil {
		return err
	}
	next, charge := t.enter(o)
	e := TryoutEvent{Act: TryoutBuy, Order: &o}
	if t.pay(charge, &e) {
		t.settle(next)
		e.Webhooks = []TryoutHook{t.hook(HookPurchased, nil)}
	}
	t.say(e)
	return nil
}

// enter is a purchase from now on, and what is paid for it now: nothing for what
// is free, or for a trial. There is one trial a listing.
func (t *Tryout) enter(o TryoutOrder) (*TryoutPurchase, *TryoutCharge) {
	p := &TryoutPurchase{Order: o, Anchor: t.Now, Start: t.Now}
	plan := t.Plan(o.Plan)
	switch {
	case plan.Free():
		return p, nil
	case plan.TrialDays > 0 && !t.Trialled:
		p.Trial, p.End = true, t.Now.AddDate(0, 0, plan.TrialDays)
		p.TrialEnd = p.End
		return p, nil
	}
	p.End = p.end()
	return p, t.whole(o, p)
}

// whole is the charge for a whole period.
func (t *Tryout) whole(o TryoutOrder, p *TryoutPurchase) *TryoutCharge {
	price := t.price(o)
	line := TryoutLine{Order: o, From: p.Start, Until: p.End, Minor: price.Minor, Whole: price.Minor}
	return &TryoutCharge{Lines: []TryoutLine{line}, Total: price}
}

func (t *Tryout) settle(p *TryoutPurchase) {
	t.Purchase = p
	t.Trialled = t.Trialled || p.Trial
}

// pay charges the card, and says whether what was to be paid is paid.
func (t *Tryout) pay(c *TryoutCharge, e *TryoutEvent) bool {
	if c == nil || c.Total.Minor == 0 && len(c.Lines) < 2 {
		return true
	}
	c.Declined = t.CardFails && c.Total.Minor > 0
	e.Charges = append(e.Charges, *c)
	return !c.Declined
}

// change moves to another order: at once where it costs more, or nothing is paid
// yet; at the end of the period where it costs less. It takes the place of a
// change that was pending.
func (t *Tryout) change(o TryoutOrder) error {
	switch p := t.Purchase; {
	case p == nil:
		return ErrTryoutNothing
	case p.Due != nil:
		return ErrTryoutDue
	default:
		if err := t.check(&o); err != nil {
			return err
		}
		if o == p.Order || p.Pending != nil && p.Pending.Order != nil && o == *p.Pending.Order {
			return ErrTryoutSame
		}
	}
	next, charge, now := t.turn(o)
	e := TryoutEvent{Act: TryoutChange, Order: &o}
	if !now {
		t.Purchase.Pending = &TryoutPending{Order: &o}
		e.Webhooks = []TryoutHook{t.pendingHook()}
		t.say(e)
		return nil
	}
	t.swap(next, charge, &e)
	t.say(e)
	return nil
}

// turn is how the purchase goes on with another order, what is paid for that
// now, and whether it does so now.
func (t *Tryout) turn(o TryoutOrder) (next *TryoutPurchase, charge *TryoutCharge, now bool) {
	p, to := t.Purchase, t.Plan(o.Plan)
	switch {
	case p.Trial && !to.Free() && to.TrialDays > 0:
		kept := *p
		kept.Order, kept.Pending = o, nil
		return &kept, nil, true
	case p.Trial || p.End.IsZero():
		next, charge = t.enter(o)
		return next, charge, true
	case to.Free() || t.price(o).Currency != t.price(p.Order).Currency || p.Order.Period == Yearly && o.Period == Monthly:
		return nil, nil, false
	case o.Period != p.Order.Period:
		next = &TryoutPurchase{Order: o, Anchor: t.Now, Start: t.Now, TrialEnd: p.TrialEnd}
		next.End = next.end()
		charge = t.whole(o, next)
	default:
		kept := *p
		kept.Order, kept.Pending = o, nil
		next, charge = &kept, &TryoutCharge{Lines: []TryoutLine{t.remaining(o)}, Total: t.price(o)}
	}
	unused := t.remaining(p.Order)
	unused.Minor = -unused.Minor
	charge.Lines = append(charge.Lines, unused)
	charge.Total.Minor = charge.Lines[0].Minor + unused.Minor
	return next, charge, charge.Total.Minor >= 0 && t.dearer(o)
}

// dearer reports whether an order costs as much as the present one, or more. To
// pay by the year instead of by the month is more.
func (t *Tryout) dearer(o TryoutOrder) bool {
	return o.Period != t.Purchase.Order.Period || t.price(o).Minor >= t.price(t.Purchase.Order).Minor
}

// remaining is an order for what is left of the period that runs, to the second.
func (t *Tryout) remaining(o TryoutOrder) TryoutLine {
	p, price := t.Purchase, t.price(o).Minor
	of, _ := Share(price, int64(p.End.Sub(t.Now).Seconds()), int64(p.End.Sub(p.Start).Seconds()))
	return TryoutLine{Order: o, From: t.Now, Until: p.End, Minor: of, Whole: price}
}

// swap puts another purchase in the place of the present one. Apps hear of an
// upgrade before it is paid, and when the card fails that all is as before.
func (t *Tryout) swap(next *TryoutPurchase, charge *TryoutCharge, e *TryoutEvent) {
	before, was := *t.Purchase, t.snapshot()
	t.Purchase = next
	e.Webhooks = append(e.Webhooks, t.hook(HookChanged, &was))
	if t.pay(charge, e) {
		t.settle(next)
		return
	}
	failed := t.snapshot()
	t.Purchase = &before
	e.Webhooks = append(e.Webhooks, t.hook(HookChanged, &failed))
}

// cancel ends what is free, not paid, or a trial at once, and anything else with
// its period.
func (t *Tryout) cancel() error {
	p := t.Purchase
	if p == nil {
		return ErrTryoutNothing
	}
	e := TryoutEvent{Act: TryoutCancel}
	switch {
	case t.State() != TryoutPaid:
		e.Webhooks = t.end()
	case p.Pending != nil && p.Pending.Order == nil:
		return ErrTryoutSame
	default:
		p.Pending = &TryoutPending{}
		e.Webhooks = []TryoutHook{t.pendingHook()}
	}
	t.say(e)
	return nil
}

func (t *Tryout) end() []TryoutHook {
	h := t.endHook(HookCancelled, t.Now)
	t.Purchase = nil
	return []TryoutHook{h}
}

// takeBack undoes a change that is pending.
func (t *Tryout) takeBack() error {
	if t.Purchase == nil || t.Purchase.Pending == nil {
		return ErrTryoutPending
	}
	t.Purchase.Pending = nil
	h := t.hook(HookPendingCancelled, nil)
	h.Effective = t.Purchase.End
	t.say(TryoutEvent{Act: TryoutTakeBack, Webhooks: []TryoutHook{h}})
	return nil
}
