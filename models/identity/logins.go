package identity

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"souk/models"
	"souk/models/db"
)

// ClaimLogin returns the login that someone wants in the form in which it is
// kept, if it may be had by the account self (0 for a new one). It returns
// ErrLoginForm, ErrLoginReserved, or ErrLoginTaken for one that somebody has,
// or that looks like one of staff, of a verified publisher or of those who run
// the site: with 0 for o, 1 or i for l, rn for m, vv for w, cl for d, or hyphens
// elsewhere. That two claim a login at once is for the unique key to settle;
// see TakenLogin.
func (s *Service) ClaimLogin(ctx context.Context, tx *db.Tx, login string, self int64) (string, error) {
	return s.claimLogin(tx.WithContext(ctx), login, self)
}

func (s *Service) claimLogin(q *gorm.DB, login string, self int64) (string, error) {
	login, err := models.NewLogin(login)
	if err != nil {
		return "", err
	}
	var row struct{ Posing, Taken bool }
	err = q.Raw(`SELECT
			EXISTS (SELECT FROM unnest(string_to_array(?, ' ')) r WHERE login_skeleton(r) = login_skeleton(?)) posing,
			EXISTS (SELECT FROM accounts a LEFT JOIN users u ON u.account_id = a.id
				WHERE a.id <> ? AND login_skeleton(a.login) = login_skeleton(?)
				AND (a.login = ? OR a.verified_at IS NOT NULL OR u.staff <> '')) taken`,
		strings.Join(models.ReservedRoles(), " "), login, self, login, login).Take(&row).Error
	switch {
	case err != nil:
		return "", fmt.Errorf("identity: claim login: %w", err)
	case row.Posing:
		return "", models.ErrLoginReserved
	case row.Taken:
		return "", models.ErrLoginTaken
	}
	return login, nil
}

// TakenLogin turns the violation of the key of logins into ErrLoginTaken.
func TakenLogin(err error) error {
	if db.Violates(err, "accounts_login_key") {
		return models.ErrLoginTaken
	}
	return err
}
