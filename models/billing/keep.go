package billing

import (
	"maps"
	"slices"
	"time"

	"souk/models"
)

// keep writes the subscription as it is after a turn. Open is the payment that is
// under way then.
func (p *page) keep(after *models.Subscription, open *openCharge) {
	var method *int64
	if p.st.Method != nil {
		method = &p.st.Method.ID
	}
	var ended *time.Time
	if after.State == models.SubscriptionEnded {
		ended = &p.now
	}
	t := &after.Terms
	args := []any{after.ID, after.State, after.EndReason, t.Plan.ID, t.Plan.Version, t.Period, t.Units, after.Zone, after.Anchor, after.Months,
		after.Start, null(after.End), null(after.TrialEnd), after.Pending, after.Due, after.Coupon, after.Applied, after.ByTransfer, method,
		null(after.Reminded), null(nextLook(after, open, p.now)), p.now, ended}
	if p.st.fresh {
		p.insert(after, args)
		return
	}
	one(p.b.Queue(`UPDATE subscriptions SET state = $2, end_reason = $3, plan_id = $4, plan_version = $5, period = $6, units = $7, zone = $8, anchor = $9,
			months = $10, period_start = $11, period_end = $12, trial_ends_at = $13, pending = $14, due = $15, coupon = $16, applied = $17,
			by_transfer = $18, payment_method_id = $19, reminded_for = $20, next_at = $21, updated_at = $22, ended_at = coalesce(ended_at, $23), version = version + 1
		WHERE id = $1 AND version = $24`, append(args, p.st.Version)...), models.ErrSubscriptionBusy)
	p.trial(after)
}

func (p *page) insert(after *models.Subscription, args []any) {
	if p.st.Seller.AccountID == 0 {
		// Who gives something away has nothing to set up first.
		p.b.Queue(`INSERT INTO sellers (account_id, created_at, updated_at) VALUES ($1, $2, $2) ON CONFLICT ON CONSTRAINT sellers_pkey DO NOTHING`,
			after.SellerID, p.now)
	}
	p.b.Queue(`INSERT INTO subscriptions (id, state, end_reason, plan_id, plan_version, period, units, zone, anchor, months, period_start, period_end,
			trial_ends_at, pending, due, coupon, applied, by_transfer, payment_method_id, reminded_for, next_at, updated_at, ended_at,
			listing_id, seller_id, account_id, buyer_id, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $22)`,
		append(args, after.ListingID, after.SellerID, after.AccountID, nobody(p.st.BuyerID))...)
	p.trial(after)
}

// trial notes that a trial began: there is one for each account and card.
func (p *page) trial(after *models.Subscription) {
	if !after.OnTrial() || p.st.Sub.OnTrial() {
		return
	}
	fingerprint := ""
	if p.st.Method != nil {
		fingerprint = p.st.Method.Fingerprint
	}
	p.b.Queue(`INSERT INTO trials (listing_id, account_id, fingerprint, subscription_id, began_at) VALUES ($1, $2, $3, $4, $5)`,
		after.ListingID, after.AccountID, fingerprint, after.ID, p.now)
}

// Pauses between looks at a payment that is under way.
const (
	reservedPause   = 10 * time.Minute // the job that settles it comes first
	processingPause = time.Hour        // the gateway tells; this is in case it doesn't
	processingTime  = 10 * 24 * time.Hour
)

// nextLook is when time has something to do with a subscription: what the engine
// says, or to look after a payment that is under way, for which all else waits
// unless the buyer alone can finish it.
func nextLook(s *models.Subscription, open *openCharge, now time.Time) time.Time {
	next := s.Next()
	switch {
	case open == nil:
		return next
	case open.State == models.ChargeReserved:
		return now.Add(reservedPause)
	case open.State == models.ChargeProcessing:
		return now.Add(processingPause)
	case open.OrderID != 0:
		return sooner(next, open.CreatedAt.Add(models.AbandonAfter))
	}
	return next
}

func sooner(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

// seatsOf are the places that a subscription holds: those of its plan, of what it
// waits to become at the end of its period, and of the order that is being paid.
func seatsOf(s *models.Subscription, ordered *models.Terms) map[int64]int64 {
	held := map[int64]int64{}
	if s.State == models.SubscriptionEnded {
		return held
	}
	held[s.Terms.Plan.ID] = s.Terms.Units
	more := []*models.Terms{ordered}
	if s.Pending != nil {
		more = append(more, s.Pending.Terms)
	}
	for _, t := range more {
		if t != nil {
			held[t.Plan.ID] = max(held[t.Plan.ID], t.Units)
		}
	}
	return held
}

// held are the places that are held before the turn.
func (p *page) held() map[int64]int64 {
	if p.st.fresh {
		return nil
	}
	var ordered *models.Terms
	if p.st.Waiting != nil {
		ordered = &p.st.Waiting.Turn.After.Terms
	}
	return seatsOf(&p.st.Sub, ordered)
}

// seats takes the places that are held after and weren't before, and gives back the
// others. Only plans with a capacity count them.
func (p *page) seats(before, after map[int64]int64) {
	ids := map[int64]bool{}
	for id := range before {
		ids[id] = true
	}
	for id := range after {
		ids[id] = true
	}
	for _, id := range slices.Sorted(maps.Keys(ids)) { // in one order, so that nobody waits for each other
		plan, _ := planOf(p.st.Plans, id)
		more := after[id] - before[id]
		switch {
		case plan.Capacity == nil || more == 0:
		case more < 0:
			p.b.Queue(`UPDATE plan_seats SET taken = greatest(taken + $2, 0) WHERE plan_id = $1`, id, more)
		default:
			// What doesn't fit breaks the constraint, so that the batch needs nobody to look.
			p.b.Queue(`UPDATE plan_seats SET taken = CASE WHEN taken + $2 <= (SELECT capacity FROM plans WHERE id = $1) THEN taken + $2 ELSE -1 END
				WHERE plan_id = $1`, id, more)
		}
	}
}

// redeem counts a coupon that an order used, or, below zero, gives it back.
func (p *page) redeem(d *models.Discount, times int) {
	if d != nil {
		p.b.Queue(`UPDATE coupons SET redemptions = redemptions + $2 WHERE id = $1`, d.CouponID, times)
	}
}
