package jobs

// MailInvoice tells the buyer by mail of an invoice that waits for a transfer, of
// one that was paid (a receipt) or of a credit note, whichever it is by then. Each
// goes out once, however often it is queued.
type MailInvoice struct {
	ID int64 `json:"id"`
}

// Kind is the stable name in the queue.
func (MailInvoice) Kind() string { return "mail_invoice" }
