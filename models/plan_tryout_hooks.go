package models

import "time"

// TryoutHook is a webhook that would have been sent.
type TryoutHook struct {
	Action    HookAction      `json:"action"`
	Effective time.Time       `json:"effective"`
	Purchase  TryoutSnapshot  `json:"purchase"`
	Previous  *TryoutSnapshot `json:"previous,omitempty"`
}

// TryoutSnapshot is a purchase as a webhook tells of it.
type TryoutSnapshot struct {
	Order    TryoutOrder `json:"order"`
	Trial    bool        `json:"trial,omitempty"`
	TrialEnd time.Time   `json:"trial_end,omitzero"`
	Billing  time.Time   `json:"billing,omitzero"` // when it is next
}

func (t *Tryout) snapshot() TryoutSnapshot {
	p := t.Purchase
	return TryoutSnapshot{Order: p.Order, Trial: p.Trial, TrialEnd: p.TrialEnd, Billing: p.End}
}

func (t *Tryout) hook(action HookAction, previous *TryoutSnapshot) TryoutHook {
	return TryoutHook{Action: action, Effective: t.Now, Purchase: t.snapshot(), Previous: previous}
}

// pendingHook tells of the change that waits for the end of the period.
func (t *Tryout) pendingHook() TryoutHook {
	p := t.Purchase
	if p.Pending.Order == nil {
		return t.endHook(HookPending, p.End)
	}
	was := t.snapshot()
	later := *t
	later.Purchase = t.follow(p)
	return TryoutHook{Action: HookPending, Effective: p.End, Purchase: later.snapshot(), Previous: &was}
}

// endHook tells of an end: the same purchase, with no date to pay on.
func (t *Tryout) endHook(action HookAction, at time.Time) TryoutHook {
	was := t.snapshot()
	last := was
	last.Billing, last.Trial = time.Time{}, false
	return TryoutHook{Action: action, Effective: at, Purchase: last, Previous: &was}
}

// Payload is the body of a webhook as it would have been sent; base is this
// site's address.
func (t *Tryout) Payload(h *TryoutHook, base string) PurchasePayload {
	p := PurchasePayload{Action: h.Action, Effective: moment(h.Effective), Sender: payloadUser(t.Sender.hook(), base), Purchase: t.payloadPurchase(&h.Purchase)}
	if h.Previous != nil {
		previous := t.payloadPurchase(h.Previous)
		p.Previous = &previous
	}
	return p
}

func (t *Tryout) payloadPurchase(s *TryoutSnapshot) PayloadPurchase {
	p := PayloadPurchase{Account: payloadAccount(t.Buyer.hook()), Cycle: s.Order.Period.Cycle(), Units: s.Order.Units, OnTrial: s.Trial, Plan: PayloadPlanOf(t.Plan(s.Order.Plan))}
	if s.Trial {
		p.TrialEnds = new(moment(s.TrialEnd))
	}
	if !s.Billing.IsZero() {
		p.Billing = new(moment(s.Billing))
	}
	return p
}

// hook is the account as webhooks tell of it.
func (a TryoutAccount) hook() HookAccount {
	return HookAccount{ID: a.ID, Login: a.Login, Kind: a.Kind, Mail: "billing@" + a.Login + ".example"}
}
