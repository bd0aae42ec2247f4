package mail

import (
	"context"
	"fmt"

	"souk/models/db"
)

// Readers knows who reads the mail of an account.
type Readers struct{ db *db.DB }

// NewReaders makes a Readers.
func NewReaders(d *db.DB) *Readers { return &Readers{db: d} }

// Reader is who reads the mail of an account.
type Reader struct {
	Login     string
	Name      string
	Mail      string
	Confirmed bool // the address is known to be theirs
	Language  string
	TimeZone  string // IANA name
}

// Of returns the reader of a user's account; found is false where there is no
// such user, any more.
func (r *Readers) Of(ctx context.Context, account int64) (reader Reader, found bool, err error) {
	err = r.db.Read(ctx).Raw(`SELECT a.login, a.name, u.mail, u.mail_verified_at IS NOT NULL confirmed, u.language, u.time_zone
		FROM users u JOIN accounts a ON a.id = u.account_id WHERE u.account_id = ?`, account).Take(&reader).Error
	if found, err = db.Found(err); err != nil {
		return reader, false, fmt.Errorf("mail: reader: %w", err)
	}
	return reader, found, nil
}
