package requests

import (
	"context"

	"souk/models"
	"souk/templates/ui"
)

// Words are the plan with its period and units.
func (t *Terms) Words(ctx context.Context) string { return t.words(ctx) }

// Cost is an amount for a period: "€12.00 a month", or that it is free.
func Cost(ctx context.Context, m models.Money, period models.Period) string {
	return cost(ctx, m, period)
}

// State is where a request stands.
func State(ctx context.Context, s models.RequestState) string { return state(ctx, s) }

// StateTone is how that is marked.
func StateTone(s models.RequestState) ui.Tone { return tone(s) }

// Button names what ordering does.
func (q *Quote) Button(ctx context.Context) string { return q.button(ctx) }
