package models

// CheapestPaid is the published paid plan that costs the least for a number of
// units and a period, and what it costs. Free plans don't count: they seldom
// hold what a team pays for. ok is false where no paid plan is offered for the
// period, or its price isn't known; plans in different currencies are compared
// only with the first one's.
func CheapestPaid(plans []Plan, period Period, units int64) (plan *Plan, price Money, ok bool) {
	for i := range plans {
		p := &plans[i]
		if p.State != PlanPublished || p.Free() {
			continue
		}
		m, offered := p.Price(period, units)
		if !offered || ok && (m.Currency != price.Currency || m.Minor >= price.Minor) {
			continue
		}
		plan, price, ok = p, m, true
	}
	return plan, price, ok
}
