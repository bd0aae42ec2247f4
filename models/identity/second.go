package identity

import (
	"context"
	"encoding/json"
	"fmt"

	"souk/models"
	"souk/models/db"
)

// pendingData is what a sign-in remembers while it waits.
type pendingData struct {
	ReturnTo string              `json:"return_to"`
	Method   models.SignInMethod `json:"method"`
}

// wait keeps a sign-in for its second factor and returns its secret.
func (s *Service) wait(ctx context.Context, tx *db.Tx, account int64, data pendingData) (secret string, err error) {
	text, err := json.Marshal(data)
	if err != nil {
		return "", fmt.Errorf("identity: %w", err)
	}
	secret = newSecret()
	err = tx.WithContext(ctx).Exec(`INSERT INTO ceremonies (kind, token_hash, account_id, data, expires_at) VALUES ('second_factor', ?, ?, ?, ?)`,
		hashOf(secret), account, string(text), s.now().Add(models.SecondFactorLifetime)).Error
	if err != nil {
		return "", fmt.Errorf("identity: ceremony: %w", err)
	}
	return secret, nil
}

type ceremonyRow struct {
	AccountID int64
	Login     string
	Data      string
}

func (r *ceremonyRow) data() (d pendingData, err error) {
	if err = json.Unmarshal([]byte(r.Data), &d); err != nil {
		err = fmt.Errorf("identity: ceremony: %w", err)
	}
	return d, err
}

// PendingSecondFactor says who waits with a second factor behind a secret. It
// returns ErrLinkUsed for one that is used, too old or made up.
func (s *Service) PendingSecondFactor(ctx context.Context, secret string) (models.PendingSignIn, error) {
	var r ceremonyRow
	err := s.db.Read(ctx).Raw(`SELECT c.account_id, a.login, c.data::text data FROM ceremonies c JOIN accounts a ON a.id = c.account_id
		WHERE c.token_hash = ? AND c.kind = 'second_factor' AND c.expires_at > ?`, hashOf(secret), s.now()).Take(&r).Error
	if err := usedUnless(err); err != nil {
		return models.PendingSignIn{}, err
	}
	d, err := r.data()
	return models.PendingSignIn{AccountID: r.AccountID, Login: r.Login, ReturnTo: d.ReturnTo}, err
}

// FinishSecondFactor lets in who has proven the second factor, in the transaction
// that used it up. Of any number of requests with the same secret a single one
// is let in; the others get ErrLinkUsed.
func (s *Service) FinishSecondFactor(ctx context.Context, tx *db.Tx, secret string, visit models.Visit) (models.Entrance, error) {
	var r ceremonyRow
	err := tx.WithContext(ctx).Raw(`DELETE FROM ceremonies WHERE token_hash = ? AND kind = 'second_factor' AND expires_at > ?
		RETURNING account_id, data::text data`, hashOf(secret), s.now()).Take(&r).Error
	if err := usedUnless(err); err != nil {
		return models.Entrance{}, err
	}
	d, err := r.data()
	if err != nil {
		return models.Entrance{}, err
	}
	return s.Enter(ctx, tx, r.AccountID, d.Method, d.ReturnTo, visit)
}

// Enter lets an account in that has proven everything it has to, such as by a
// passkey alone, in the transaction that keeps its use.
func (s *Service) Enter(ctx context.Context, tx *db.Tx, account int64, method models.SignInMethod, returnTo string, visit models.Visit) (models.Entrance, error) {
	var p person
	err := tx.WithContext(ctx).Raw(personColumns+`WHERE a.id = ? FOR UPDATE OF u`, account).Take(&p).Error
	found, err := db.Found(err)
	switch {
	case err != nil:
		return models.Entrance{}, fmt.Errorf("identity: enter: %w", err)
	case !found:
		return models.Entrance{}, models.ErrSignIn
	}
	e := models.Entrance{Language: p.Language, Theme: p.Theme, ReturnTo: returnTo}
	e.Session, err = s.admit(ctx, tx, &p, method, visit)
	return e, err
}
