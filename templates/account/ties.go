package account

import (
	"context"
	"slices"

	"souk/models"
	"souk/web/i18n"
)

// TiedDown reports whether any of them must end first.
func TiedDown(all []models.Tie) bool {
	return slices.ContainsFunc(all, func(t models.Tie) bool { return !t.Ends })
}

// tieWords say what a subscription waits for.
func tieWords(ctx context.Context, t *models.Tie) string {
	switch {
	case t.Selling:
		return i18n.T(ctx, "billing.ties.selling", "plan", t.Plan)
	case t.Owed != nil:
		return i18n.T(ctx, "billing.ties.owed", "amount", i18n.Money(ctx, t.Owed.Minor, t.Owed.Currency))
	case !t.Until.IsZero():
		return i18n.T(ctx, "billing.ties.until", "plan", t.Plan, "date", i18n.Date(ctx, t.Until))
	}
	return i18n.T(ctx, "billing.ties.runs", "plan", t.Plan)
}
