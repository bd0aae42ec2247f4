package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/notices"
)

// AskAll has Check ask the gateways for every charge.
const AskAll = -1

// sample is how many charges the periodic job asks the gateways for.
const sample = 200

// Options say how much is checked. Ask is how many charges the gateways are asked
// for: the newest half of them, and the rest by chance; AskAll asks for all.
type Options struct{ Ask int }

// Counts are how much was compared.
type Counts struct {
	Sellers      int64 `json:"sellers"`
	Transactions int64 `json:"transactions"`
	Entries      int64 `json:"entries"`
	Invoices     int64 `json:"invoices"`
	Charges      int64 `json:"charges"`
	Refunds      int64 `json:"refunds"`
	Disputes     int64 `json:"disputes"`
	Payouts      int64 `json:"payouts"`
	Asked        int64 `json:"asked"` // charges that the gateways were asked for
}

// Report is what a check found. Found counts all of it; of each rule the first
// hundred are in Discrepancies.
type Report struct {
	ID            int64                `json:"id"`
	Began         time.Time            `json:"began"`
	Ended         time.Time            `json:"ended"`
	Counts        Counts               `json:"counts"`
	Found         int64                `json:"found"`
	Discrepancies []models.Discrepancy `json:"discrepancies"`
}

// Agrees reports whether nothing was found.
func (r *Report) Agrees() bool { return r.Found == 0 }

// perRule is how many discrepancies of one rule are kept.
const perRule = 100

// Check proves that every transaction of the ledger balances, that it and the
// documents say the same, that numbers have no gaps, that what was paid, credited
// and refunded follows from what moved, and that gateways agree. It is for staff and
// operators, and changes nothing but the list of its reports; administrators are
// told when it finds something that wasn't found before.
func (s *Service) Check(ctx context.Context, actor models.Actor, o Options) (*Report, error) {
	if err := actor.MayStaff(models.StaffSupport); err != nil {
		return nil, err
	}
	r := &Report{Began: s.now(), Discrepancies: []models.Discrepancy{}}
	charges, err := s.compare(ctx, r, o)
	if err != nil {
		return nil, err
	}
	if err := s.ask(ctx, r, charges); err != nil {
		return nil, err
	}
	r.Ended = s.now()
	return r, s.keep(ctx, r)
}

// compare asks all rules of one moment of the database.
func (s *Service) compare(ctx context.Context, r *Report, o Options) (charges []asked, err error) {
	tx, err := s.db.Pool().BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return nil, fmt.Errorf("ledger: check: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	c := &r.Counts
	err = tx.QueryRow(ctx, countSQL).Scan(&c.Sellers, &c.Transactions, &c.Entries, &c.Invoices, &c.Charges, &c.Refunds, &c.Disputes, &c.Payouts)
	if err != nil {
		return nil, fmt.Errorf("ledger: check: %w", err)
	}
	for _, one := range rules() {
		if err := one.find(ctx, tx, r, s.now()); err != nil {
			return nil, err
		}
	}
	if o.Ask == 0 || len(s.gateways) == 0 {
		return nil, nil
	}
	return s.choose(ctx, tx, o.Ask)
}

const countSQL = `SELECT (SELECT count(*) FROM sellers), (SELECT count(*) FROM ledger_transactions), (SELECT count(*) FROM ledger_entries),
	(SELECT count(*) FROM invoices), (SELECT count(*) FROM charges), (SELECT count(*) FROM refunds), (SELECT count(*) FROM disputes),
	(SELECT count(*) FROM payouts)`

// find asks one rule. The rows are its findings in the order of
// models.Discrepancy, and how many there are in all.
func (l *rule) find(ctx context.Context, tx pgx.Tx, r *Report, now time.Time) error {
	sql := `SELECT f.kind::text, f.seller_id::bigint, f.subject::text, coalesce(f.id, 0)::bigint, coalesce(f.reference, '')::text, coalesce(f.entry, '')::text,
			coalesce(f.currency, '')::text, coalesce(f.expected::text, ''), coalesce(f.found::text, ''), count(*) OVER ()
		FROM (` + l.sql + `) f (kind, seller_id, subject, id, reference, entry, currency, expected, found)
		WHERE $1::timestamptz IS NOT NULL ORDER BY 2, 4 LIMIT ` + strconv.Itoa(perRule)
	rows, err := tx.Query(ctx, sql, now)
	if err != nil {
		return fmt.Errorf("ledger: %s: %w", l.name, err)
	}
	var all int64
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d models.Discrepancy, err error) {
		return d, row.Scan(&d.Kind, &d.SellerID, &d.Subject, &d.ID, &d.Reference, &d.Entry, &d.Currency, &d.Expected, &d.Found, &all)
	})
	if err != nil {
		return fmt.Errorf("ledger: %s: %w", l.name, err)
	}
	r.Discrepancies = append(r.Discrepancies, found...)
	r.Found += all
	return nil
}

// Kept reports.
const (
	keptReports = 100
	keptOfOne   = 500 // discrepancies
)

// keep writes the report down, and tells administrators when there is more to look
// at than the last time.
func (s *Service) keep(ctx context.Context, r *Report) error {
	counts, err := json.Marshal(r.Counts)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	list, err := json.Marshal(r.Discrepancies[:min(len(r.Discrepancies), keptOfOne)])
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		var before int64
		err := tx.Pgx.QueryRow(ctx, `SELECT found FROM ledger_checks ORDER BY id DESC LIMIT 1`).Scan(&before)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return fmt.Errorf("ledger: %w", err)
		}
		err = tx.Pgx.QueryRow(ctx, `INSERT INTO ledger_checks (began_at, ended_at, counts, found, discrepancies) VALUES ($1, $2, $3::jsonb, $4, $5::jsonb) RETURNING id`,
			r.Began, r.Ended, string(counts), r.Found, string(list)).Scan(&r.ID)
		if err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
		if _, err := tx.Pgx.Exec(ctx, `DELETE FROM ledger_checks WHERE id <= $1`, r.ID-keptReports); err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
		if r.Found <= before {
			return nil
		}
		return s.tell(ctx, tx, r.Found)
	})
}

func (s *Service) tell(ctx context.Context, tx *db.Tx, found int64) error {
	rows, err := tx.Pgx.Query(ctx, `SELECT account_id FROM users WHERE staff = 'administrator' ORDER BY account_id LIMIT 100`)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	people, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeLedgerDisagrees, Params: map[string]string{"count": strconv.FormatInt(found, 10)},
		Link: "/staff/money"}, people...)
}

// Last is the report that was made last; nil before the first one.
func (s *Service) Last(ctx context.Context, actor models.Actor) (*Report, error) {
	if err := actor.MayStaff(models.StaffSupport); err != nil {
		return nil, err
	}
	var r Report
	var counts, list string
	err := s.db.Pool().QueryRow(ctx, `SELECT id, began_at, ended_at, counts::text, found, discrepancies::text FROM ledger_checks ORDER BY id DESC LIMIT 1`).
		Scan(&r.ID, &r.Began, &r.Ended, &counts, &r.Found, &list)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err == nil {
		err = errors.Join(json.Unmarshal([]byte(counts), &r.Counts), json.Unmarshal([]byte(list), &r.Discrepancies))
	}
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	return &r, nil
}
