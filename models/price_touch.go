package models

import (
	"maps"
	"slices"
	"time"
)

// PriceTouch is what another price of a plan means for one subscription: what its
// period costs now, and what it will cost, from the payment at From on. Kept means
// that it goes on as it is for as long as it stays.
type PriceTouch struct {
	Now, Then Money
	From      time.Time
	Kept      bool
}

// touchYears is how far ahead is looked for the first payment of another price.
const touchYears = 3

// With is the book with one more price of a plan, as if it were decided on.
func (b PriceBook) With(planID int64, tag PriceTag) PriceBook {
	next := maps.Clone(b)
	if next == nil {
		next = PriceBook{}
	}
	next[planID] = append(slices.Clone(next[planID]), tag)
	return next
}

// Touch says what a book of prices, with one that is only thought of as the last of
// the subscription's plan, means for a subscription: the same that its payments will
// say.
func (b PriceBook) Touch(s *Subscription, version int) PriceTouch {
	t := PriceTouch{Now: s.Terms.Price(), Then: s.Terms.Price(), Kept: true}
	if s.State == SubscriptionPaused {
		terms := b.At(s.Terms, s.Start.AddDate(touchYears, 0, 0))
		t.Then, t.Kept = terms.Price(), terms.Plan.Version != version
		return t
	}
	env, at := &BillingEnv{Prices: b}, s.Paid()
	until := s.Start.AddDate(touchYears, 0, 0)
	for next := at.Next(); !next.IsZero() && next.Before(until); next = at.Next() {
		turn := at.Pass(env)
		if at = turn.After.Paid(); at.State == SubscriptionEnded || at.Terms.Plan.ID != s.Terms.Plan.ID {
			return t
		}
		if at.Terms.Plan.Version == version {
			t.Then, t.From, t.Kept = at.Terms.Price(), turn.At, false
			return t
		}
	}
	return t
}
