package billing

import "souk/models"

// Try is an order that was placed for a request, as who decides on the request sees it.
type Try struct {
	ID      int64              `json:"id"`
	State   string             `json:"state"` // waiting, done, failed
	Buyer   string             `json:"buyer"`
	Plan    string             `json:"plan"`
	Kind    models.PlanKind    `json:"kind"`
	Unit    string             `json:"unit"`
	Period  models.Period      `json:"period"`
	Units   int64              `json:"units"`
	Total   int64              `json:"total"`
	Money   string             `json:"currency"`
	Decline models.DeclineCode `json:"decline"`
	Charge  models.ChargeState `json:"charge"`
}

// TryJSON is the last Try among the orders d that a condition names, as an expression
// for statements that ask more; null where there is none.
func TryJSON(where string) string {
	return `(SELECT json_build_object('id', d.id, 'state', d.state, 'buyer', coalesce(b.login, ''), 'plan', p.name, 'kind', p.kind, 'unit', p.unit_name,
			'period', d.period, 'units', d.units, 'total', d.total_minor, 'currency', d.currency, 'decline', coalesce(h.decline, ''), 'charge', coalesce(h.state, ''))
			FROM orders d JOIN plans p ON p.id = d.plan_id LEFT JOIN accounts b ON b.id = d.buyer_id
				LEFT JOIN LATERAL (SELECT decline, state FROM charges c WHERE c.order_id = d.id ORDER BY c.id DESC LIMIT 1) h ON true
			WHERE ` + where + ` ORDER BY d.id DESC LIMIT 1)`
}
