package mail

import (
	"context"
	"fmt"
	"time"

	"souk/models"
	"souk/models/db"
)

// Mailbox keeps messages in the database instead of sending them, for local
// runs without an SMTP server. Whoever runs Souk reads them there.
type Mailbox struct {
	db  *db.DB
	now func() time.Time
}

// NewMailbox makes a mailbox.
func NewMailbox(d *db.DB, now func() time.Time) *Mailbox { return &Mailbox{db: d, now: now} }

// MailboxDays is how long a mailbox keeps a message.
const MailboxDays = 7

// Send puts m into the mailbox, once.
func (b *Mailbox) Send(ctx context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	err := b.db.Read(ctx).Exec(`INSERT INTO mailbox (message_id, recipient, subject, text, html, language, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT ON CONSTRAINT mailbox_message_key DO NOTHING`,
		m.ID, m.To, m.Subject, m.Text, m.HTML, m.Language, b.now()).Error
	if err != nil {
		return fmt.Errorf("mail: keep: %w", err)
	}
	return nil
}

// Kept is a message in a mailbox.
type Kept struct {
	Message   `gorm:"embedded"`
	Number    int64
	CreatedAt time.Time
}

const keptColumns = `SELECT id number, message_id id, recipient "to", subject, text, html, language, created_at FROM mailbox`

// Latest are the newest messages, at most limit, to one address or with "" to
// all.
func (b *Mailbox) Latest(ctx context.Context, to string, limit int) ([]Kept, error) {
	var all []Kept
	err := b.db.Read(ctx).Raw(keptColumns+` WHERE ? = '' OR lower(recipient) = lower(?) ORDER BY id DESC LIMIT ?`, to, to, limit).Scan(&all).Error
	if err != nil {
		return nil, fmt.Errorf("mail: latest: %w", err)
	}
	return all, nil
}

// Open returns one message, or models.ErrNotFound.
func (b *Mailbox) Open(ctx context.Context, number int64) (*Kept, error) {
	var k Kept
	err := b.db.Read(ctx).Raw(keptColumns+` WHERE id = ?`, number).Take(&k).Error
	switch found, err := db.Found(err); {
	case err != nil:
		return nil, fmt.Errorf("mail: open: %w", err)
	case !found:
		return nil, models.ErrNotFound
	}
	return &k, nil
}

// Tidy removes messages that are older than MailboxDays.
func (b *Mailbox) Tidy(ctx context.Context) error {
	err := b.db.Read(ctx).Exec(`DELETE FROM mailbox WHERE created_at < ?`, b.now().AddDate(0, 0, -MailboxDays)).Error
	if err != nil {
		return fmt.Errorf("mail: tidy: %w", err)
	}
	return nil
}
