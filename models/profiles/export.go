package profiles

import (
	"context"
	"fmt"
	"io"
	"time"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// Exports are few: each reads all that there is.
const (
	exports     = 3
	exportEvery = 20 * time.Minute
)

// part is one list of an export: rows of its own, with nothing secret among the
// columns. Every ? is the account.
type part struct{ name, statement string }

var parts = []part{
	{"profile", `SELECT login, name, bio, location, website_url, verified_at, suspended_at, suspended_reason, created_at, updated_at FROM accounts WHERE id = ?`},
	{"previous_logins", `SELECT login, created_at AS given_up_at FROM account_redirects WHERE account_id = ? ORDER BY created_at`},
	{"mail", `SELECT mail, mail_verified_at FROM users WHERE account_id = ?`},
	{"mail_changes", `SELECT mail, old_confirmed_at, new_confirmed_at, created_at FROM mail_changes WHERE account_id = ?`},
	{"settings", `SELECT language, time_zone, theme, notifications, staff, created_at FROM users WHERE account_id = ?`},
	{"sign_in", `SELECT password_hash <> '' AS has_password, password_changed_at, totp_confirmed_at AS authenticator_since, two_factor_at AS two_factor_since,
		(SELECT count(*) FROM recovery_codes c WHERE c.account_id = u.account_id AND c.used_at IS NULL) AS recovery_codes_left
		FROM users u WHERE account_id = ?`},
	{"passkeys", `SELECT name, created_at, used_at FROM passkeys WHERE account_id = ? ORDER BY id`},
	{"sessions", `SELECT method, ip, user_agent, created_at, used_at, expires_at, staff_reason AS reason_of_staff FROM sessions WHERE account_id = ? ORDER BY id`},
	{"personal_access_tokens", `SELECT name, scopes, tail AS last_characters, created_at, expires_at, used_at, revoked_at FROM access_tokens WHERE account_id = ? ORDER BY id`},
	{"organizations", `SELECT o.login, o.name, m.role, m.suspended_at, m.created_at AS since
		FROM memberships m JOIN accounts o ON o.id = m.organization_id WHERE m.account_id = ? ORDER BY o.login`},
	{"invitations_received", `SELECT o.login AS organization, i.role, i.mail, i.created_at, i.expires_at, i.accepted_at, i.declined_at, i.withdrawn_at
		FROM users u JOIN invitations i ON i.account_id = u.account_id OR (i.mail <> '' AND lower(i.mail) = lower(u.mail) AND u.mail_verified_at IS NOT NULL)
		JOIN accounts o ON o.id = i.organization_id WHERE u.account_id = ? ORDER BY i.id`},
	{"invitations_sent", `SELECT o.login AS organization, p.login AS invited, i.mail, i.role, i.created_at, i.expires_at, i.accepted_at, i.declined_at, i.withdrawn_at
		FROM invitations i JOIN accounts o ON o.id = i.organization_id LEFT JOIN accounts p ON p.id = i.account_id WHERE i.inviter_id = ? ORDER BY i.id`},
	{"repositories", `SELECT name, description, private, archived_at, created_at, updated_at FROM repositories WHERE account_id = ? ORDER BY id`},
	{"collaborations", `SELECT o.login AS owner, r.name, c.level, c.created_at AS since
		FROM collaborators c JOIN repositories r ON r.id = c.repository_id JOIN accounts o ON o.id = r.account_id WHERE c.account_id = ? ORDER BY r.id`},
	{"repository_transfers", `SELECT r.name, t.created_at, t.expires_at, t.requester_id = u.account_id AS asked_by_you
		FROM users u JOIN repository_transfers t ON u.account_id IN (t.account_id, t.requester_id) JOIN repositories r ON r.id = t.repository_id
		WHERE u.account_id = ? ORDER BY t.created_at`},
	{"apps", `SELECT slug, name, kind, homepage_url, created_at FROM apps WHERE account_id = ? ORDER BY id`},
	{"billing_details", `SELECT name, address, tax_number, mail, language, time_zone, updated_at FROM billing_profiles WHERE account_id = ?`},
	{"payment_methods", `SELECT kind, brand, last4 AS last_digits, expires, state, created_at, used_at FROM payment_methods WHERE account_id = ? ORDER BY id`},
	{"subscriptions", `SELECT s.id, l.slug AS listing, l.name, p.name AS plan, s.period, s.units, s.state, s.end_reason, s.period_start, s.period_end, s.trial_ends_at,
		s.pending, s.by_transfer, s.created_at, s.ended_at
		FROM subscriptions s JOIN listings l ON l.id = s.listing_id JOIN plans p ON p.id = s.plan_id WHERE s.account_id = ? ORDER BY s.id`},
	{"orders", `SELECT y.subscription_id AS subscription, y.act, p.name AS plan, y.period, y.units, y.total_minor, y.currency, y.state, y.created_at, y.settled_at,
		a.login AS for_account
		FROM users u JOIN orders y ON u.account_id IN (y.account_id, y.buyer_id) JOIN plans p ON p.id = y.plan_id JOIN accounts a ON a.id = y.account_id
		WHERE u.account_id = ? ORDER BY y.id`},
	{"invoices", `SELECT i.reference, i.kind, i.subscription_id AS subscription, i.state, i.currency, i.net_minor, i.tax_minor, i.total_minor, i.paid_minor,
		i.credited_minor, i.issued_at, i.due_at, i.settled_at, i.document::json AS document FROM invoices i WHERE i.account_id = ? ORDER BY i.id`},
	{"charges", `SELECT c.subscription_id AS subscription, i.reference AS invoice, c.minor, c.currency, c.refunded_minor, c.state, c.decline, c.created_at, c.settled_at
		FROM charges c LEFT JOIN invoices i ON i.id = c.invoice_id WHERE c.account_id = ? ORDER BY c.id`},
	{"requests_to_buy", `SELECT o.login AS organization, l.slug AS listing, p.name AS plan, q.period, q.units, q.reason, q.state, q.words AS answer, q.created_at, q.decided_at
		FROM buy_requests q JOIN accounts o ON o.id = q.organization_id JOIN listings l ON l.id = q.listing_id JOIN plans p ON p.id = q.plan_id
		WHERE q.requester_id = ? ORDER BY q.id`},
	{"installed_apps", `SELECT a.slug AS app, a.name, i.selection, ARRAY(SELECT r.name FROM installation_repositories x JOIN repositories r ON r.id = x.repository_id
			WHERE x.installation_id = i.id ORDER BY r.name) AS repositories, i.permissions, i.single_file_paths, i.agreed_at, i.suspended_at,
		i.barred_at AS suspended_by_integrator_at, i.barred_words AS words_of_integrator, i.created_at, i.used_at
		FROM installations i JOIN apps a ON a.id = i.app_id WHERE i.account_id = ? ORDER BY i.id`},
	{"authorized_apps", `SELECT a.slug AS app, a.name, a.kind, g.permissions, g.declined, g.scopes, g.created_at, g.updated_at, g.used_at,
		(SELECT count(*) FROM authorization_tokens t WHERE t.authorization_id = g.id) AS tokens
		FROM authorizations g JOIN apps a ON a.id = g.app_id WHERE g.account_id = ? ORDER BY g.id`},
	{"requests_to_let_apps_in", `SELECT o.login AS organization, a.slug AS app, p.reason, p.state, p.words AS answer, p.requested_at, p.decided_at
		FROM oauth_approvals p JOIN accounts o ON o.id = p.organization_id JOIN apps a ON a.id = p.app_id WHERE p.requester_id = ? ORDER BY p.requested_at, p.app_id`},
	{"requests_to_install", `SELECT o.login AS organization, a.slug AS app, q.selection, ARRAY(SELECT r.name FROM installation_request_repositories x
			JOIN repositories r ON r.id = x.repository_id WHERE x.request_id = q.id ORDER BY r.name) AS repositories,
		p.name AS plan, v.reason, q.state, CASE WHEN q.decided_at IS NOT NULL THEN q.words END AS answer, v.created_at, q.decided_at
		FROM installation_request_votes v JOIN installation_requests q ON q.id = v.request_id JOIN accounts o ON o.id = q.organization_id
		JOIN apps a ON a.id = q.app_id LEFT JOIN plans p ON p.id = q.plan_id WHERE v.account_id = ? ORDER BY q.id`},
	{"access_reviews", `SELECT v.opened_at, v.finished_at, i.kind, i.app_slug AS app, i.facts, i.decision, i.note, i.decided_at, i.ended_at
		FROM integration_reviews v JOIN integration_review_items i ON i.review_id = v.id WHERE v.account_id = ? ORDER BY i.id`},
	{"access_questions", `SELECT o.login AS organization, i.app_slug AS app, i.note AS question, i.answer, i.answer_words AS words, i.answered_at
		FROM integration_review_items i JOIN integration_reviews v ON v.id = i.review_id JOIN accounts o ON o.id = v.account_id WHERE i.asked_id = ? ORDER BY i.id`},
	{"selling", `SELECT legal_name, address, tax_number, tax_registered, mail, invoice_prefix, accepts_transfer, transfer_details, gateway, created_at
		FROM sellers WHERE account_id = ?`},
	{"notifications", `SELECT kind, params, link, created_at, read_at, done_at FROM notifications WHERE account_id = ? ORDER BY id`},
	{"audit_log", `SELECT e.at, e.actor_login AS actor, e.staff_login AS staff, e.action, e.target_kind, e.target_name, e.before, e.after, e.description,
		CASE WHEN e.actor_id = u.account_id AND e.staff_id IS NULL THEN e.ip END AS ip,
		CASE WHEN e.actor_id = u.account_id AND e.staff_id IS NULL THEN e.user_agent END AS user_agent
		FROM users u JOIN audit_events e ON u.account_id IN (e.account_id, e.actor_id) WHERE u.account_id = ? ORDER BY e.id`},
}

// Export is all that Souk keeps of a person, ready to be written.
type Export struct {
	Login string
	At    time.Time

	db      *db.DB
	account int64
}

// Export prepares the export of the actor's own data and records that it was
// asked for. It returns ErrTooManyTries for the fourth in an hour. The suspended
// may take their data too.
func (s *Service) Export(ctx context.Context, actor models.Actor) (*Export, error) {
	if err := actor.MayTakeData(); err != nil {
		return nil, err
	}
	if err := s.identity.Spend(ctx, fmt.Sprint("export:", actor.UserID), exports, exportEvery); err != nil {
		return nil, err
	}
	e := &Export{At: s.now(), db: s.db, account: actor.UserID}
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		o, err := locked(ctx, tx, actor)
		if err != nil {
			return err
		}
		e.Login = o.Account.Login
		return audit.Record(ctx, tx, actor, o.event("data.export", nil, nil))
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// Write writes the export as one JSON object: a list for each kind of thing, as
// the database had them all at one moment. Rows are read as they are written, so
// that a long life costs no memory.
func (e *Export) Write(ctx context.Context, w io.Writer) error {
	return e.db.Tx(ctx, func(tx *db.Tx) error {
		if err := tx.WithContext(ctx).Exec(`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY`).Error; err != nil {
			return fmt.Errorf("profiles: export: %w", err)
		}
		if _, err := fmt.Fprintf(w, "{\n\"format\": \"souk-account\",\n\"version\": 1,\n\"exported_at\": %q", e.At.UTC().Format(time.RFC3339)); err != nil {
			return err
		}
		for _, p := range parts {
			if err := e.part(ctx, tx, w, p); err != nil {
				return err
			}
		}
		_, err := io.WriteString(w, "\n}\n")
		return err
	})
}

func (e *Export) part(ctx context.Context, tx *db.Tx, w io.Writer, p part) error {
	rows, err := tx.WithContext(ctx).Raw(`SELECT row_to_json(x)::text FROM (`+p.statement+`) x`, e.account).Rows()
	if err != nil {
		return fmt.Errorf("profiles: export %s: %w", p.name, err)
	}
	defer rows.Close()
	if _, err := fmt.Fprintf(w, ",\n%q: [", p.name); err != nil {
		return err
	}
	comma := "\n"
	for rows.Next() {
		var row string
		if err := rows.Scan(&row); err != nil {
			return fmt.Errorf("profiles: export %s: %w", p.name, err)
		}
		if _, err := io.WriteString(w, comma+row); err != nil {
			return err
		}
		comma = ",\n"
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("profiles: export %s: %w", p.name, err)
	}
	_, err = io.WriteString(w, "]")
	return err
}
