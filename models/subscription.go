package models

import "time"

// Terms are what a buyer agreed to: a plan at the price of its Version, for a
// period, in a number of units.
type Terms struct {
	Plan   Plan   `json:"plan"`
	Period Period `json:"period"`
	Units  int64  `json:"units"`
}

// Price is what the terms cost for their period, before any discount.
func (t *Terms) Price() Money {
	m, _ := t.Plan.Price(t.Period, t.Units)
	return m
}

// Same reports whether both are the same plan, period and number of units.
func (t *Terms) Same(o *Terms) bool {
	return t.Plan.ID == o.Plan.ID && t.Period == o.Period && t.Units == o.Units
}

// SubscriptionState is where an account stands on a plan.
type SubscriptionState string

// The states. What is free is active. What is cancelled goes on in its state until
// its period ends.
const (
	SubscriptionIncomplete SubscriptionState = "incomplete" // waits for its first payment
	SubscriptionTrial      SubscriptionState = "trial"
	SubscriptionActive     SubscriptionState = "active"
	SubscriptionPastDue    SubscriptionState = "past_due" // served, unpaid, until its grace is over
	SubscriptionPaused     SubscriptionState = "paused"
	SubscriptionEnded      SubscriptionState = "ended"
)

// SubscriptionStates maps each state to those that may follow it.
func SubscriptionStates() map[SubscriptionState][]SubscriptionState {
	return map[SubscriptionState][]SubscriptionState{
		SubscriptionIncomplete: {SubscriptionActive, SubscriptionEnded},
		SubscriptionTrial:      {SubscriptionActive, SubscriptionPastDue, SubscriptionEnded},
		SubscriptionActive:     {SubscriptionTrial, SubscriptionPastDue, SubscriptionPaused, SubscriptionEnded},
		SubscriptionPastDue:    {SubscriptionActive, SubscriptionEnded},
		SubscriptionPaused:     {SubscriptionActive, SubscriptionEnded},
		SubscriptionEnded:      {},
	}
}

// EndReason says why a subscription ended.
type EndReason string

// The reasons.
const (
	EndCancelled EndReason = "cancelled"
	EndUnpaid    EndReason = "unpaid"    // its grace was over
	EndAbandoned EndReason = "abandoned" // the first payment never came
)

// Subscription is an account's standing on a plan of a listing. It changes by the
// functions of subscription_acts.go, which buyers call, and subscription_time.go,
// which the clock does; both only say what would come of it. Times have whole
// seconds.
type Subscription struct {
	ID         int64             `json:"id"`
	ListingID  int64             `json:"listing_id"`
	SellerID   int64             `json:"seller_id"`
	AccountID  int64             `json:"account_id"`
	State      SubscriptionState `json:"state"`
	EndReason  EndReason         `json:"end_reason,omitempty"`
	Terms      Terms             `json:"terms"`
	Zone       string            `json:"zone"`               // IANA name; dates are reckoned in it
	Anchor     time.Time         `json:"anchor"`             // where paid periods are reckoned from
	Months     int               `json:"months"`             // between it and Start
	Start      time.Time         `json:"start"`              // of the period that runs
	End        time.Time         `json:"end,omitzero"`       // zero: what is free, paused or ended has none
	TrialEnd   time.Time         `json:"trial_end,omitzero"` // zero: there never was a trial
	Pending    *PendingChange    `json:"pending,omitempty"`
	Due        *Dunning          `json:"due,omitempty"`
	Coupon     *Discount         `json:"coupon,omitempty"`  // for the periods to come
	Applied    *Discount         `json:"applied,omitempty"` // in the period that runs
	ByTransfer bool              `json:"by_transfer,omitempty"`
	Reminded   time.Time         `json:"reminded,omitzero"` // the End that the buyer was told of
}

// PendingKind is what waits for the end of the period.
type PendingKind string

// The kinds.
const (
	PendingTerms  PendingKind = "change"
	PendingCancel PendingKind = "cancel"
	PendingPause  PendingKind = "pause"
)

// PendingChange waits for the end of the period; there is at most one.
type PendingChange struct {
	Kind  PendingKind `json:"kind"`
	Terms *Terms      `json:"terms,omitempty"` // of a change
}

// Dunning is a payment that is owed.
type Dunning struct {
	InvoiceID int64      `json:"invoice_id,omitempty"`
	Since     time.Time  `json:"since"`            // when it fell due
	Until     time.Time  `json:"until"`            // when the subscription ends if it stays unpaid
	Tries     int        `json:"tries"`            // charges that failed, or reminders that went out
	Next      time.Time  `json:"next,omitzero"`    // the next of them; zero: none
	Payable   time.Time  `json:"payable,omitzero"` // by transfer: until when it isn't late
	Before    *PaidTerms `json:"before,omitempty"` // of an upgrade by transfer: what goes on if it is never paid
}

// PaidTerms are terms whose period is paid.
type PaidTerms struct {
	Terms   Terms     `json:"terms"`
	Anchor  time.Time `json:"anchor"`
	Months  int       `json:"months"`
	Start   time.Time `json:"start"`
	End     time.Time `json:"end"`
	Coupon  *Discount `json:"coupon,omitempty"`
	Applied *Discount `json:"applied,omitempty"`
}

// DunningDays are the days after a payment fell due on which it is tried again.
var DunningDays = []int{2, 7, 14, 21}

// Limits of subscriptions.
const (
	MaxGraceDays    = 21
	MaxTransferDays = 14
	ReminderDays    = 3              // before a trial ends or a period is paid
	AbandonAfter    = 24 * time.Hour // an order whose payment nobody finished
	CalendarMonths  = 12             // that an order page shows
)

// PurchaseSnapshot is a subscription as a webhook tells of it.
type PurchaseSnapshot struct {
	Terms    Terms     `json:"terms"`
	Trial    bool      `json:"trial,omitempty"`
	TrialEnd time.Time `json:"trial_end,omitzero"`
	Billing  time.Time `json:"billing,omitzero"` // when it is next
}

// PurchaseHook is a marketplace_purchase webhook.
type PurchaseHook struct {
	Action    HookAction        `json:"action"`
	Effective time.Time         `json:"effective"`
	Purchase  PurchaseSnapshot  `json:"purchase"`
	Previous  *PurchaseSnapshot `json:"previous,omitempty"`
}

// SubscriptionAct is what is done to a subscription, or what time does to it.
type SubscriptionAct string

// The acts of people, and those of time.
const (
	ActBuy      SubscriptionAct = "buy"
	ActChange   SubscriptionAct = "change"
	ActCancel   SubscriptionAct = "cancel"
	ActTakeBack SubscriptionAct = "take_back" // what was pending
	ActPause    SubscriptionAct = "pause"
	ActResume   SubscriptionAct = "resume"

	ActRemind    SubscriptionAct = "remind"
	ActTrialEnd  SubscriptionAct = "trial_end"
	ActRenew     SubscriptionAct = "renew"
	ActPeriodEnd SubscriptionAct = "period_end" // and with it the subscription, or it pauses
	ActRetry     SubscriptionAct = "retry"      // the charge of what is owed; by transfer, a reminder
	ActLapse     SubscriptionAct = "lapse"      // the grace is over
)

// Turn is what comes of an act, or of time: the subscription afterwards, what is
// billed for it, and what the app is told. With Required, none of it holds before
// Bill is paid; without, it holds, and a bill that isn't paid makes it past due.
type Turn struct {
	Act      SubscriptionAct `json:"act"`
	At       time.Time       `json:"at"` // by the calendar, however late it is carried out
	After    Subscription    `json:"after"`
	Bill     *Bill           `json:"bill,omitempty"` // nil: nothing is billed
	Required bool            `json:"required,omitempty"`
	Hooks    []PurchaseHook  `json:"hooks,omitempty"`
}

// Charges reports whether money is to be paid.
func (t *Turn) Charges() bool { return t.Bill != nil && t.Bill.Total > 0 }

// BillingEnv is what bills depend on beside the subscription: the prices of the
// plans, the tax of seller and buyer, and how the seller is paid.
type BillingEnv struct {
	Prices       PriceBook
	Tax          TaxRule
	GraceDays    int
	TransferDays int
}

// PriceBook has all versions of plans' prices, by the id of the plan, each in
// their order.
type PriceBook map[int64][]PriceTag

// At is what terms have become for a payment that falls due: at the price that was
// agreed to, or at a later one that applies to those who had bought before.
func (b PriceBook) At(t Terms, due time.Time) Terms {
	for _, tag := range b[t.Plan.ID] {
		if tag.Version <= t.Plan.Version {
			continue
		}
		next := tag.Plan()
		for _, e := range PriceChange(&t.Plan, &next, tag.PricePolicy, tag.NoticeDays, tag.EffectiveAt) {
			if e.Buyers == BuyersPaying && e.Period == t.Period && !e.Kept && !due.Before(e.From) {
				t.Plan.priceAs(&tag)
				break
			}
		}
	}
	return t
}

// priceAs gives the plan the price of one of its versions.
func (p *Plan) priceAs(v *PriceTag) {
	p.Version, p.Kind, p.MonthlyMinor, p.YearlyMinor, p.Currency = v.Version, v.Kind, v.MonthlyMinor, v.YearlyMinor, v.Currency
	p.UnitName, p.TrialDays, p.PricePolicy, p.NoticeDays = v.UnitName, v.TrialDays, v.PricePolicy, v.NoticeDays
}

// Location is the time zone in which the subscription's dates are reckoned.
func (s *Subscription) Location() *time.Location {
	if zone, err := time.LoadLocation(s.Zone); err == nil {
		return zone
	}
	return time.UTC
}

// Free reports whether nothing is ever billed for it.
func (s *Subscription) Free() bool { return s.Terms.Plan.Free() }

// OnTrial reports whether a trial runs.
func (s *Subscription) OnTrial() bool { return s.State == SubscriptionTrial }

// Serves reports whether the app is to serve the buyer.
func (s *Subscription) Serves() bool {
	return s.State == SubscriptionTrial || s.State == SubscriptionActive || s.State == SubscriptionPastDue
}

// EffectivePrice is what the period that runs costs, with its discount.
func (s *Subscription) EffectivePrice() Money { return s.Applied.reduce(s.Terms.Price()) }

func (s *Subscription) snapshot() PurchaseSnapshot {
	return PurchaseSnapshot{Terms: s.Terms, Trial: s.OnTrial(), TrialEnd: s.TrialEnd, Billing: s.End}
}

func (s *Subscription) hook(action HookAction, at time.Time, previous *PurchaseSnapshot) PurchaseHook {
	return PurchaseHook{Action: action, Effective: at, Purchase: s.snapshot(), Previous: previous}
}
