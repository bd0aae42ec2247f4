package invoices

import (
	"context"
	"fmt"
	"strconv"

	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/db"
	"souk/models/jobs"
)

// The messages about documents.
const (
	mailDue        = "invoice_due"
	mailReceipt    = "receipt"
	mailCreditNote = "credit_note"
)

// message is the message that a document is due; "" for none: a charge that failed
// is told of by news of the subscription.
func (i *Invoice) message(transfer bool) string {
	switch {
	case i.Document.Bill.Total == 0:
		return ""
	case i.Kind == models.KindCreditNote:
		return mailCreditNote
	case i.State == models.InvoicePaid:
		return mailReceipt
	case i.State == models.InvoiceOpen && transfer:
		return mailDue
	}
	return ""
}

// Mail queues the message that a document is due, once. It goes to the address on
// the document in its language, else to the person who placed the order.
func (s *Service) Mail(ctx context.Context, id int64) error {
	i, err := s.one(ctx, "i.id = $1", id)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		var transfer bool
		var person *int64
		err := tx.Pgx.QueryRow(ctx, `SELECT s.by_transfer, coalesce(s.buyer_id, u.account_id) FROM subscriptions s
			LEFT JOIN users u ON u.account_id = s.account_id WHERE s.id = $1`, i.SubscriptionID).Scan(&transfer, &person)
		if err != nil {
			return fmt.Errorf("invoices: mail: %w", err)
		}
		message := i.message(transfer)
		if message == "" || i.Document.Buyer.Mail == "" && person == nil {
			return nil
		}
		done, err := tx.Pgx.Exec(ctx, `INSERT INTO invoice_mails (invoice_id, message, sent_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, id, message, s.now())
		if err != nil {
			return fmt.Errorf("invoices: mail: %w", err)
		}
		if done.RowsAffected() == 0 {
			return nil
		}
		return s.queue.Enqueue(ctx, tx, i.mail(message, person))
	})
}

// mail is what the mailer is to send.
func (i *Invoice) mail(message string, person *int64) jobs.SendMail {
	d := &i.Document
	m := jobs.SendMail{Message: message, To: d.Buyer.Mail, Language: d.Language, Params: map[string]string{
		"reference": i.Reference, "listing": d.Listing, "seller": d.Seller.Name, "zone": d.Zone, "corrects": d.Corrects,
		"money": strconv.FormatInt(d.Bill.Total, 10) + " " + d.Bill.Currency, "day": d.Payable.UTC().Format("2006-01-02T15:04:05Z"), "receipt": i.Token}}
	if m.To == "" {
		m.AccountID = *person
	}
	return m
}

// AddWorkers adds the worker for jobs.MailInvoice.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &mailWorker{invoices: s})
}

type mailWorker struct {
	river.WorkerDefaults[jobs.MailInvoice]
	invoices *Service
}

// Work queues the message.
func (w *mailWorker) Work(ctx context.Context, job *river.Job[jobs.MailInvoice]) error {
	return w.invoices.Mail(ctx, job.Args.ID)
}
