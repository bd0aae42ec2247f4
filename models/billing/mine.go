package billing

import (
	"context"
	"fmt"

	"souk/models"
)

// Mine says which of a person's subscriptions are asked for: those that run unless
// Ended, a page of them, from 1 on.
type Mine struct {
	Ended         bool
	Page, PerPage int
}

// MyBought is one of a person's subscriptions, or of an organization's for which the
// person pays.
type MyBought struct {
	Bought
	Account models.Account
}

// Mine lists to a program what its user has bought, and, where its token says so,
// what the organizations have for which the user pays; and how many there are.
func (s *Service) Mine(ctx context.Context, actor models.Actor, m Mine) ([]MyBought, int, error) {
	if err := actor.MaySeePurchases(); err != nil {
		return nil, 0, err
	}
	accounts := []int64{actor.UserID}
	if actor.MaySeePurchasesOfOrganizations() == nil {
		for _, of := range actor.Memberships {
			if !of.Suspended && actor.MayPayFor(of.OrganizationID) == nil {
				accounts = append(accounts, of.OrganizationID)
			}
		}
	}
	const which = `WHERE s.account_id = ANY ($1) AND (s.state = 'ended') = $2`
	before := (m.Page - 1) * m.PerPage
	all, err := see(ctx, s.db.Pool(), which+` ORDER BY s.id DESC LIMIT $3 OFFSET $4`, accounts, m.Ended, m.PerPage, before)
	if err != nil {
		return nil, 0, err
	}
	total := before + len(all)
	if len(all) == m.PerPage || len(all) == 0 && before > 0 { // it isn't the last page
		if err := s.db.Pool().QueryRow(ctx, `SELECT count(*) FROM subscriptions s `+which, accounts, m.Ended).Scan(&total); err != nil {
			return nil, 0, fmt.Errorf("billing: mine: %w", err)
		}
	}
	now, mine := s.now(), make([]MyBought, len(all))
	for i := range all {
		mine[i] = MyBought{Bought: all[i].bought(now), Account: all[i].Account}
	}
	return mine, total, nil
}
