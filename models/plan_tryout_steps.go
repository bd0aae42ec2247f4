package models

import "time"

// Apply takes a step. It adds to Events what came of it; an error leaves the
// tryout as it was.
func (t *Tryout) Apply(s TryoutStep) error {
	if len(t.Events) >= MaxTryoutEvents {
		return ErrTryoutFull
	}
	switch s.Act {
	case TryoutClock:
		return t.advance(s.To)
	case TryoutCardFails:
		t.CardFails = true
		t.say(TryoutEvent{Act: s.Act})
		return nil
	case TryoutCardWorks:
		t.mend()
		return nil
	}
	turn, err := t.act(s)
	if err != nil {
		return ofTryout(err)
	}
	t.take(turn)
	return nil
}

// env is what bills depend on: there is no tax, and no price changes on the way.
func (t *Tryout) env() *BillingEnv { return &BillingEnv{GraceDays: TryoutGraceDays} }

func (t *Tryout) act(s TryoutStep) (*Turn, error) {
	if (t.Purchase == nil) != (s.Act == ActBuy) {
		if s.Act == ActBuy {
			return nil, ErrTryoutBought
		}
		return nil, t.nothing(s.Act)
	}
	switch s.Act {
	case ActBuy, ActChange:
		terms, err := t.terms(s.Order)
		if err != nil {
			return nil, err
		}
		if s.Act == ActBuy {
			return Subscribe(Offer{AccountID: t.Buyer.ID, Kind: t.Buyer.Kind, Terms: terms, Zone: t.Began.Location().String(), Trialled: t.Trialled}, t.env(), t.Now)
		}
		return t.Purchase.Change(terms, t.Buyer.Kind, !t.Trialled, t.env(), t.Now)
	case ActCancel:
		return t.Purchase.Cancel(t.env(), t.Now)
	case ActTakeBack:
		return t.Purchase.TakeBack(t.Now)
	case ActPause:
		return t.Purchase.Pause(t.env(), t.Now)
	case ActResume:
		return t.Purchase.Resume(t.env(), t.Now)
	}
	return nil, ErrUnknownChoice.On("act")
}

// nothing is why an act isn't possible where nothing is bought.
func (t *Tryout) nothing(act TryoutAct) error {
	switch act {
	case ActTakeBack:
		return ErrTryoutPending
	case ActChange, ActCancel, ActPause, ActResume:
		return ErrTryoutNothing
	}
	return ErrUnknownChoice.On("act")
}

// ofTryout is an error of the rules in the words of a tryout, where it has some.
func ofTryout(err error) error {
	for from, to := range map[*Error]*Error{ErrPlanGone: ErrTryoutPlan, ErrPlanAudience: ErrTryoutAccount, ErrPlanPeriod: ErrTryoutPeriod,
		ErrPlanUnits: ErrTryoutUnits, ErrSameTerms: ErrTryoutSame, ErrNothingPending: ErrTryoutPending, ErrSubscriptionPastDue: ErrTryoutDue} {
		if from.Is(err) {
			return to
		}
	}
	return err
}

func (t *Tryout) say(e TryoutEvent) {
	e.At, e.State = t.Now, t.State()
	t.Events = append(t.Events, e)
}

// take carries a turn out, as if it was charged.
func (t *Tryout) take(turn *Turn) {
	e := TryoutEvent{Act: turn.Act}
	if turn.Act == ActBuy || turn.Act == ActChange || turn.Act == ActResume || turn.Act == ActRenew || turn.Act == ActTrialEnd {
		e.Terms = new(turn.After.Terms)
		if p := turn.After.Pending; p != nil && p.Terms != nil {
			e.Terms = new(*p.Terms)
		}
	}
	bill := turn.Bill
	if turn.Act == ActRetry {
		bill = t.Owed
	}
	declined := t.CardFails && bill != nil && bill.Total > 0
	if bill != nil {
		e.Charge = &TryoutCharge{Bill: *bill, Declined: declined}
	}
	if !declined || !turn.Required {
		t.settle(turn, declined)
		e.Webhooks = turn.Hooks
		if declined && !t.Purchase.Due.Next.IsZero() {
			e.Charge.Next = new(t.Purchase.Due.Next)
		}
	}
	t.say(e)
}

// settle is where a turn leads to.
func (t *Tryout) settle(turn *Turn, declined bool) {
	after := turn.After
	switch {
	case declined:
		after = after.Failed(t.env(), turn.At, t.Now)
		if turn.Bill != nil {
			t.Owed = turn.Bill
		}
	case after.State == SubscriptionEnded:
		t.Purchase, t.Owed = nil, nil
		return
	case turn.Bill != nil || turn.Act == ActRetry:
		after, t.Owed = after.Paid(), nil
	}
	t.Purchase = &after
	t.Trialled = t.Trialled || after.OnTrial()
}

// mend lets the card work again; what is owed is charged at once.
func (t *Tryout) mend() {
	t.CardFails = false
	e := TryoutEvent{Act: TryoutCardWorks}
	if t.Owed != nil && t.Purchase != nil {
		e.Charge = &TryoutCharge{Bill: *t.Owed}
		t.Purchase, t.Owed = new(t.Purchase.Paid()), nil
	}
	t.say(e)
}

// advance moves the clock, and lets happen what happens on the way.
func (t *Tryout) advance(to time.Time) error {
	if !to.After(t.Now) || to.After(t.Last()) {
		return ErrTryoutClock
	}
	quiet := true
	for next := t.Next(); !next.IsZero() && !next.After(to); next = t.Next() {
		t.Now, quiet = next, false
		t.take(t.Purchase.Pass(t.env()))
	}
	t.Now = to
	if quiet {
		t.say(TryoutEvent{Act: TryoutClock})
	}
	return nil
}
