package ledger_test

import (
	"crypto/rand"
	"slices"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/billing"
	"souk/models/db/dbtest"
	"souk/models/gateway"
	"souk/models/ledger"
	"souk/models/refunds"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

var operator = models.Actor{Operator: true}

// busy is a shop in which everything has happened that moves money: purchases,
// renewals, an upgrade, a transfer, refunds, a dispute, a payout, a write-off.
func busy(t *testing.T) *apptest.Shop {
	t.Helper()
	s := apptest.NewShop(t, func(m *models.Seller) { m.TaxRegistered, m.AcceptsTransfer = true, true })
	s.Verbs.Billing.KeepFee(20_000)
	buyer := s.Actor(s.Ada, s.Acme)
	id := s.Buy(t, apptest.Team)
	s.Pass(t, 10)
	if _, err := s.Verbs.Billing.Change(t.Context(), buyer, id, billing.ChangeOrder{Key: rand.Text(), Plan: apptest.Pro, Period: models.Monthly, Units: 1}); err != nil {
		t.Fatal(err)
	}
	s.Pass(t, 40)
	invoice := s.Number(t, `SELECT max(id) FROM invoices WHERE kind = 'invoice' AND paid_minor > 0`)
	refund := refunds.Order{Key: rand.Text(), Invoice: invoice, Minor: 777, Reason: models.RefundRequested}
	if _, err := s.Verbs.Refunds.Give(t.Context(), s.Seller(), refund); err != nil {
		t.Fatal(err)
	}
	var charge string
	if err := s.DB.Pool().QueryRow(t.Context(), `SELECT reference FROM charges ORDER BY id LIMIT 1`).Scan(&charge); err != nil {
		t.Fatal(err)
	}
	for _, e := range []gateway.Event{
		{ID: "1", Kind: gateway.EventDispute, Reference: "dp_1", Dispute: gateway.Dispute{Charge: charge, Amount: models.Money{Minor: 500, Currency: "EUR"}, State: "open"}},
		{ID: "2", Kind: gateway.EventPayout, Account: "acct_makers", Reference: "po_1", Payout: gateway.Payout{Amount: models.Money{Minor: 900, Currency: "EUR"}, State: "paid"}},
	} {
		if err := s.Verbs.Refunds.Hear(t.Context(), models.GatewayTest, e); err != nil {
			t.Fatal(err)
		}
	}
	s.Exec(t, `UPDATE payment_methods SET reference = 'tok_decline'`)
	s.Pass(t, 50) // its grace is over: written off
	s.Buy(t, apptest.Seats, func(o *billing.Order) { o.Transfer, o.Method, o.Units = true, 0, 7 })
	if err := s.Verbs.Billing.MarkPaid(t.Context(), s.Seller(), s.Number(t, `SELECT max(id) FROM invoices`), ""); err != nil {
		t.Fatal(err)
	}
	for what, sql := range map[string]string{"write-off": `SELECT count(*) FROM ledger_transactions WHERE kind = 'write_off'`, "transfer": `SELECT count(*) FROM ledger_transactions WHERE kind = 'transfer'`,
		"fee refund": `SELECT count(*) FROM ledger_transactions WHERE kind = 'fee_refund'`, "upgrade": `SELECT count(*) FROM orders WHERE act = 'change' AND state = 'done'`} {
		if s.Number(t, sql) == 0 {
			t.Fatalf("there is no %s to prove", what)
		}
	}
	return s
}

func check(t *testing.T, s *apptest.Shop, ask int) *ledger.Report {
	t.Helper()
	r, err := s.Verbs.Ledger.Check(t.Context(), operator, ledger.Options{Ask: ask})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestAgreement proves books that are right, counts them, and changes nothing.
func TestAgreement(t *testing.T) {
	t.Parallel()
	s := busy(t)
	r := check(t, s, ledger.AskAll)
	if !r.Agrees() {
		t.Errorf("found %+v", r.Discrepancies)
	}
	if charges := s.Number(t, `SELECT count(*) FROM charges`); r.Counts.Charges != charges || r.Counts.Asked != charges || r.Counts.Transactions < 10 {
		t.Errorf("counted %+v of %d charges", r.Counts, charges)
	}
	last, err := s.Verbs.Ledger.Last(t.Context(), operator)
	if err != nil || last.ID != r.ID || last.Counts != r.Counts {
		t.Errorf("kept %+v %v", last, err)
	}
	if _, err := s.Verbs.Ledger.Check(t.Context(), s.Seller(), ledger.Options{}); err == nil {
		t.Error("a seller may check the books of everyone")
	}
	if r := check(t, s, 4); r.Counts.Asked == 0 || !r.Agrees() {
		t.Errorf("a sample: %+v", r)
	}
}

// planted are statements that make one thing wrong, past what keeps it from being
// wrong, and what is found then.
var planted = []struct {
	name string
	sql  string
	want []models.DiscrepancyKind
}{
	{"an entry is missing", `DELETE FROM ledger_entries WHERE account = 'tax' AND transaction_id = (SELECT min(transaction_id) FROM ledger_entries WHERE account = 'tax')`,
		[]models.DiscrepancyKind{models.BooksUnbalanced, models.BooksAmount}},
	{"entries say more", `UPDATE ledger_entries SET minor = 2 * minor WHERE transaction_id = (SELECT id FROM ledger_transactions WHERE kind = 'payout')`,
		[]models.DiscrepancyKind{models.BooksAmount}},
	{"a charge isn't in the books", `WITH t AS (SELECT min(id) id FROM ledger_transactions WHERE kind = 'charge'), e AS (DELETE FROM ledger_entries WHERE transaction_id = (SELECT id FROM t))
		SELECT 1`, []models.DiscrepancyKind{models.BooksMissing}},
	{"a dispute isn't in the books", `DELETE FROM ledger_entries WHERE transaction_id = (SELECT id FROM ledger_transactions WHERE kind = 'dispute')`,
		[]models.DiscrepancyKind{models.BooksMissing}},
	{"a refund was never given", `UPDATE refunds SET state = 'failed'`,
		[]models.DiscrepancyKind{models.BooksStray, models.BooksStray, models.ChargeRefundedSum}},
	{"a payout stands in another's books", `WITH x AS (INSERT INTO sellers (account_id, created_at, updated_at) SELECT id, now(), now() FROM accounts WHERE login = 'acme' RETURNING account_id)
		UPDATE ledger_transactions SET seller_id = (SELECT account_id FROM x) WHERE kind = 'payout'`, []models.DiscrepancyKind{models.BooksSeller}},
	{"a transaction names nothing", `UPDATE ledger_transactions SET payout_id = NULL WHERE kind = 'payout'`,
		[]models.DiscrepancyKind{models.BooksMissing, models.BooksStray, models.BooksStray}},
	{"a number is missing", `UPDATE sellers SET last_number = last_number + 2`, []models.DiscrepancyKind{models.NumbersGap, models.NumbersGap}},
	{"a number was never given out", `UPDATE sellers SET last_number = last_number - 1 WHERE last_number > 0`, []models.DiscrepancyKind{models.NumbersBeyond}},
	{"a document was changed", `UPDATE invoices SET document = replace(document, 'Checker', 'Chequer') WHERE id = (SELECT min(id) FROM invoices)`,
		[]models.DiscrepancyKind{models.DocumentChanged}},
	{"a document says another sum", `UPDATE invoices SET document = d.text, hash = sha256(convert_to(reference || E'\n' || d.text, 'UTF8'))
		FROM (SELECT jsonb_set(document::jsonb, '{bill,total}', '1')::text text FROM invoices ORDER BY id LIMIT 1) d WHERE id = (SELECT min(id) FROM invoices)`,
		[]models.DiscrepancyKind{models.DocumentSum}},
	{"paid with nothing", `UPDATE invoices SET paid_minor = paid_minor - 1 WHERE id = (SELECT min(id) FROM invoices)`,
		[]models.DiscrepancyKind{models.InvoicePaidSum, models.InvoiceWrongState}},
	{"credited with nothing", `UPDATE invoices SET credited_minor = credited_minor + 1 WHERE id = (SELECT min(id) FROM invoices)`,
		[]models.DiscrepancyKind{models.InvoiceCreditedSum}},
	{"open and paid", `UPDATE invoices SET state = 'open' WHERE id = (SELECT min(id) FROM invoices)`, []models.DiscrepancyKind{models.InvoiceWrongState}},
	{"refunded with nothing", `UPDATE charges SET refunded_minor = refunded_minor + 1 WHERE id = (SELECT min(id) FROM charges)`, []models.DiscrepancyKind{models.ChargeRefundedSum}},
	{"a charge without an invoice", `UPDATE charges SET invoice_id = NULL, order_id = (SELECT min(id) FROM orders) WHERE id = (SELECT min(id) FROM charges)`,
		[]models.DiscrepancyKind{models.InvoicePaidSum, models.ChargeWithoutBill}},
	{"a charge for another's invoice", `UPDATE charges SET account_id = seller_id WHERE id = (SELECT min(id) FROM charges)`, []models.DiscrepancyKind{models.ChargeOtherCurrency}},
	{"a refund without a credit note", `UPDATE refunds SET credit_note_id = NULL`, []models.DiscrepancyKind{models.RefundUncredited}},
	{"a refund that came back", `UPDATE refunds SET problem = 'account_closed'`, []models.DiscrepancyKind{models.RefundCameBack}},
	{"more back than paid", `INSERT INTO refunds (key, charge_id, invoice_id, minor, currency, reason, state, created_at)
		SELECT 'x', id, invoice_id, minor + 1, currency, 'other', 'reserved', '2999-01-01' FROM charges WHERE state = 'succeeded' ORDER BY id LIMIT 1`,
		[]models.DiscrepancyKind{models.ChargeOverRefunded}},
	{"a charge that nobody settled", `UPDATE charges SET state = 'reserved', created_at = '2001-01-01' WHERE id = (SELECT max(id) FROM charges WHERE state = 'declined')`,
		[]models.DiscrepancyKind{models.Unsettled, models.GatewayState}},
	{"what couldn't be worked on", `INSERT INTO gateway_events (gateway, id, kind, body, received_at, processed_at, problem) VALUES ('test', 'evt_9', 'charge', '{}', now(), now(), 'unknown')`,
		[]models.DiscrepancyKind{models.GatewayEventFailed}},
	{"the gateway knows of no success", `UPDATE test_gateway SET body = jsonb_set(body, '{state}', '"declined"') WHERE kind = 'charge' AND key = (SELECT reference FROM charges ORDER BY id LIMIT 1)`,
		[]models.DiscrepancyKind{models.GatewayState}},
	{"the gateway kept more", `UPDATE test_gateway SET body = jsonb_set(body, '{fee}', '999') WHERE kind = 'charge' AND key = (SELECT reference FROM charges ORDER BY id LIMIT 1)`,
		[]models.DiscrepancyKind{models.GatewayFee}},
	{"the gateway knows nothing", `DELETE FROM test_gateway WHERE kind = 'charge' AND key = (SELECT reference FROM charges ORDER BY id LIMIT 1)`,
		[]models.DiscrepancyKind{models.GatewayUnknown}},
}

// TestDiscrepancies plants each, one after the other, and takes it back.
func TestDiscrepancies(t *testing.T) {
	t.Parallel()
	s := busy(t)
	seen := map[models.DiscrepancyKind]bool{}
	for _, p := range planted {
		got := plant(t, s, p.sql)
		for _, kind := range got {
			seen[kind] = true
		}
		want := slices.Sorted(slices.Values(p.want))
		if !slices.Equal(got, want) {
			t.Errorf("%s: found %v, want %v", p.name, got, want)
		}
	}
	if r := check(t, s, ledger.AskAll); !r.Agrees() {
		t.Fatalf("what was planted is still there: %+v", r.Discrepancies)
	}
	for _, kind := range models.DiscrepancyKinds() {
		if !seen[kind] {
			t.Errorf("nothing here is %s", kind)
		}
	}
}

// plant makes something wrong in a copy of all that is looked at, and returns the
// kinds that are found, in order.
func plant(t *testing.T, s *apptest.Shop, sql string) []models.DiscrepancyKind {
	t.Helper()
	tables := []string{"ledger_transactions", "ledger_entries", "invoices", "charges", "refunds", "disputes", "payouts", "sellers", "gateway_events", "test_gateway"}
	wrong := func(statements ...string) {
		t.Helper()
		s.Exec(t, "SET session_replication_role = replica; "+strings.Join(statements, "; ")+"; SET session_replication_role = origin")
	}
	var keep, restore []string
	for _, name := range tables {
		keep = append(keep, "CREATE TABLE kept_"+name+" AS TABLE "+name)
		restore = append(restore, "DELETE FROM "+name, "INSERT INTO "+name+" OVERRIDING SYSTEM VALUE TABLE kept_"+name, "DROP TABLE kept_"+name)
	}
	wrong(keep...)
	defer wrong(restore...)
	wrong(sql)
	var kinds []models.DiscrepancyKind
	for _, d := range check(t, s, ledger.AskAll).Discrepancies {
		kinds = append(kinds, d.Kind)
	}
	slices.Sort(kinds)
	return kinds
}

// TestNews tells administrators, once for each number of discrepancies.
func TestNews(t *testing.T) {
	t.Parallel()
	s := apptest.NewShop(t)
	admin := dbtest.User(t, s.DB, "root")
	dbtest.MakeStaff(t, s.DB, admin, models.StaffAdministrator)
	s.Buy(t, apptest.Team)
	s.Exec(t, `UPDATE sellers SET last_number = last_number + 1`)
	for range 3 {
		if r := check(t, s, 0); r.Found != 1 {
			t.Fatalf("found %+v", r.Discrepancies)
		}
	}
	if n := s.Number(t, `SELECT count(*) FROM notifications WHERE kind = 'ledger_disagrees' AND account_id = $1`, admin.ID); n != 1 {
		t.Errorf("told %d times", n)
	}
}
