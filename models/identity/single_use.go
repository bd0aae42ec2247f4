package identity

import (
	"context"
	"fmt"
	"strings"

	"souk/models"
	"souk/models/db"
)

// Redeemed is what a single-use token stood for. Subject is what it was made
// about, such as a mail address.
type Redeemed struct {
	Purpose   models.Purpose
	AccountID int64 // 0: nobody's
	Login     string
	Subject   string
}

// Mail is the address that a token confirms. An organization's stands behind the
// organization it is meant for.
func (r *Redeemed) Mail() string {
	if r.Purpose == models.PurposeOrgMail {
		_, mail, _ := strings.Cut(r.Subject, " ")
		return mail
	}
	return r.Subject
}

// Mint makes a single-use token and returns it; only its hash is kept.
func (s *Service) Mint(ctx context.Context, purpose models.Purpose, accountID *int64, subject string) (token string, err error) {
	token, now := newSecret(), s.now()
	err = s.db.Read(ctx).Exec(`INSERT INTO single_use_tokens (purpose, account_id, subject, token_hash, created_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?)`, purpose, accountID, subject, hashOf(token), now, now.Add(purpose.Lifetime())).Error
	if err != nil {
		return "", fmt.Errorf("identity: mint: %w", err)
	}
	return token, nil
}

const redeemedColumns = `purpose, coalesce(account_id, 0) account_id, subject,
	coalesce((SELECT a.login FROM accounts a WHERE a.id = account_id), '') login`

// Peek says what a token stands for without using it up, for the page on which
// a person uses it. It returns ErrLinkUsed for one that is used, too old or made
// up, or for another purpose.
func (s *Service) Peek(ctx context.Context, token string, purposes ...models.Purpose) (Redeemed, error) {
	var r Redeemed
	if !possible(token) {
		return r, models.ErrLinkUsed
	}
	err := s.db.Read(ctx).Raw(`SELECT `+redeemedColumns+` FROM single_use_tokens
		WHERE token_hash = ? AND purpose IN ? AND used_at IS NULL AND expires_at > ?`, hashOf(token), purposes, s.now()).Take(&r).Error
	return r, usedUnless(err)
}

// Redeem uses a token up: of any number of requests with the same one, a single
// one gets it, and it is given back when tx rolls back. It returns ErrLinkUsed
// like Peek.
func (s *Service) Redeem(ctx context.Context, tx *db.Tx, purpose models.Purpose, token string) (Redeemed, error) {
	var r Redeemed
	if !possible(token) {
		return r, models.ErrLinkUsed
	}
	now := s.now()
	err := tx.WithContext(ctx).Raw(`UPDATE single_use_tokens SET used_at = ?
		WHERE token_hash = ? AND purpose = ? AND used_at IS NULL AND expires_at > ? RETURNING `+redeemedColumns,
		now, hashOf(token), purpose, now).Take(&r).Error
	return r, usedUnless(err)
}

// possible keeps what can't be a token away from the database.
func possible(token string) bool { return len(token) >= 20 && len(token) <= 64 }

func usedUnless(err error) error {
	found, err := db.Found(err)
	switch {
	case err != nil:
		return fmt.Errorf("identity: single-use token: %w", err)
	case !found:
		return models.ErrLinkUsed
	}
	return nil
}
