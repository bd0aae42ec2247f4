package jobs

import "souk/models"

// SendMail renders a message in the reader's language and sends it. It goes to
// an account's own address, or to To.
type SendMail struct {
	Message   string            `json:"message"` // its template: "verify_mail"
	AccountID int64             `json:"account_id,omitempty"`
	To        string            `json:"to,omitempty"`
	Language  string            `json:"language,omitempty"` // where no account says it
	Params    map[string]string `json:"params,omitempty"`
	// Token asks for a link with a single-use token. It is made while the message
	// is sent, so that no queue ever holds it.
	Token *MailToken `json:"token,omitempty"`
}

// MailToken says what the token of a link is good for.
type MailToken struct {
	Purpose   models.Purpose `json:"purpose"`
	AccountID int64          `json:"account_id,omitempty"`
	Subject   string         `json:"subject,omitempty"`
}

// Kind is the stable name in the queue.
func (SendMail) Kind() string { return "send_mail" }
