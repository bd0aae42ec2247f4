package invoices_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/invoices"
	"souk/models/invoices/invoicetest"
	"souk/models/jobs"
	"souk/models/ledger"
	"souk/models/secretbox"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is acme, which ada owns and bert pays for, and which bought the listing
// checker of toolmakers, which grace owns; cleo is a member of acme, eve nobody.
type world struct {
	*invoices.Service
	t                                  *testing.T
	db                                 *db.DB
	ada, bert, cleo, grace, eve, linus models.Account
	acme, makers                       models.Account
	seller                             models.Seller
	checker                            dbtest.Entry
	subscription                       int64
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t)}
	queue, err := jobs.NewQueue(w.db)
	if err != nil {
		t.Fatal(err)
	}
	box, err := secretbox.New("the secret of a test, which is no secret")
	if err != nil {
		t.Fatal(err)
	}
	w.Service = invoices.New(w.db, queue, box, func() time.Time { return invoicetest.At })
	for login, a := range map[string]*models.Account{"ada": &w.ada, "bert": &w.bert, "cleo": &w.cleo, "grace": &w.grace, "eve": &w.eve, "linus": &w.linus} {
		*a = dbtest.User(t, w.db, login)
	}
	dbtest.MakeStaff(t, w.db, w.linus, models.StaffAdministrator)
	w.acme = dbtest.Organization(t, w.db, "acme", w.ada)
	dbtest.Member(t, w.db, w.acme, w.bert, models.RoleBillingManager)
	dbtest.Member(t, w.db, w.acme, w.cleo, models.RoleMember)
	w.makers = dbtest.Organization(t, w.db, "toolmakers", w.grace)
	w.seller = dbtest.Seller(t, w.db, w.makers)
	w.checker = dbtest.Listing(t, w.db, dbtest.Named("checker", "Checker"), dbtest.By(w.makers), dbtest.WithPlan(models.Plan{Name: "Pro", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(1000)), Currency: "EUR"}))
	w.subscription = invoicetest.Subscription(t, w.db, &w.checker, w.acme, w.ada.ID, false)
	return w
}

func (w *world) actor(a models.Account, roles ...models.OrganizationRole) models.Actor {
	actor := models.Actor{UserID: a.ID, Login: a.Login}
	for i, r := range roles {
		actor.Memberships = append(actor.Memberships, models.Membership{OrganizationID: []int64{w.acme.ID, w.makers.ID}[i], Role: r})
	}
	return actor
}

func (w *world) issue(change ...func(*invoices.Issue)) (id int64, token string) {
	w.t.Helper()
	i := invoices.Issue{SellerID: w.makers.ID, AccountID: w.acme.ID, ListingID: w.checker.ID, SubscriptionID: w.subscription, Paid: true,
		Document: invoicetest.Document(w.seller, "toolmakers", w.acme, "en")}
	for _, c := range change {
		c(&i)
	}
	return invoicetest.Issue(w.t, w.db, i)
}

// credit credits a part of an invoice that was written.
func (w *world) credit(of, minor, before int64) (id int64) {
	original, err := w.Read(w.t.Context(), w.actor(w.ada, models.RoleOwner), of)
	if err != nil {
		w.t.Fatal(err)
	}
	id, _ = w.issue(func(i *invoices.Issue) {
		i.CorrectsID = of
		i.Document = models.CreditNoteDocument(original.Document, original.Reference, models.Credit{Minor: minor, Before: before, Reason: "It never worked", At: invoicetest.At})
	})
	return id
}

func (w *world) refused(what, constraint, sql string, args ...any) {
	w.t.Helper()
	_, err := w.db.Pool().Exec(w.t.Context(), sql, args...)
	if err == nil || constraint != "" && !db.Violates(err, constraint) {
		w.t.Errorf("%s: %v", what, err)
	}
}

// TestDocumentsNeverChange: whatever is tried on the database itself.
func TestDocumentsNeverChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, _ := w.issue()
	for _, column := range []string{"reference = reference || 'x'", "number = number + 1", "document = document || ' '", "hash = sha256('x')", "token = 'x'",
		"total_minor = total_minor + 1, net_minor = net_minor + 1", "issued_at = issued_at + interval '1 day'", "due_at = due_at + interval '1 day'",
		"currency = 'USD'", "kind = 'credit_note', corrects_id = id", "account_id = seller_id", "seller_id = seller_id + 1"} {
		w.refused(column, "", `UPDATE invoices SET `+column+` WHERE id = $1`, id)
	}
	w.refused("deleting", "", `DELETE FROM invoices WHERE id = $1`, id)
	w.refused("emptying", "", `TRUNCATE invoices CASCADE`)
	w.refused("the number again", "invoices_number_key", `INSERT INTO invoices SELECT nextval(pg_get_serial_sequence('invoices', 'id')), kind, seller_id, number, reference, account_id,
		listing_id, subscription_id, corrects_id, currency, net_minor, tax_minor, total_minor, document, hash, 'other', issued_at, due_at, state FROM invoices WHERE id = $1`, id)
	w.refused("more given back than was asked for", "invoices_settled", `UPDATE invoices SET credited_minor = total_minor + 1 WHERE id = $1`, id)
	if _, err := w.db.Pool().Exec(t.Context(), `UPDATE invoices SET credited_minor = 1 WHERE id = $1`, id); err != nil {
		t.Errorf("how far it is settled: %v", err)
	}
}

// TestBooksBalance: what doesn't come to nothing isn't kept, and nothing is changed
// afterwards.
func TestBooksBalance(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, _ := w.issue()
	var transaction int64
	if err := w.db.Pool().QueryRow(t.Context(), `SELECT id FROM ledger_transactions WHERE invoice_id = $1`, id).Scan(&transaction); err != nil {
		t.Fatal(err)
	}
	w.refused("one side", "ledger_entries_balanced", `INSERT INTO ledger_entries VALUES ($1, 'bank', 'EUR', 5)`, transaction)
	w.refused("two currencies", "ledger_entries_balanced", `INSERT INTO ledger_entries VALUES ($1, 'bank', 'EUR', 5), ($1, 'gateway', 'USD', -5)`, transaction)
	w.refused("nothing", "ledger_entries_minor", `INSERT INTO ledger_entries VALUES ($1, 'bank', 'EUR', 0)`, transaction)
	w.refused("changing", "", `UPDATE ledger_entries SET minor = minor * 2 WHERE transaction_id = $1`, transaction)
	w.refused("deleting", "", `DELETE FROM ledger_entries WHERE transaction_id = $1`, transaction)
	w.refused("changing a transaction", "", `UPDATE ledger_transactions SET at = at + interval '1 day' WHERE id = $1`, transaction)
	w.refused("the same once more", "ledger_transactions_invoice_key", `INSERT INTO ledger_transactions (seller_id, kind, at, invoice_id) VALUES ($1, 'invoice', now(), $2)`, w.makers.ID, id)
	err := w.db.Tx(t.Context(), func(tx *db.Tx) error {
		b := &pgx.Batch{}
		ledger.Post(b, ledger.Transaction{SellerID: w.makers.ID, Kind: models.PostInvoice, At: invoicetest.At, Currency: "EUR", Minor: 100, Tax: 10, InvoiceID: id})
		return tx.Pgx.SendBatch(t.Context(), b).Close()
	})
	if !db.Violates(err, "ledger_transactions_invoice_key") {
		t.Errorf("an invoice is booked twice: %v", err)
	}
}

// TestNumbersHaveNoGaps: also where documents are written at once, and some not at all.
func TestNumbersHaveNoGaps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var all sync.WaitGroup
	for n := range 24 {
		all.Go(func() {
			i := invoices.Issue{ID: int64(1_000_000 + n), SellerID: w.makers.ID, AccountID: w.acme.ID, ListingID: w.checker.ID, SubscriptionID: w.subscription,
				Token: strings.Repeat("x", n+1), Document: invoicetest.Document(w.seller, "toolmakers", w.acme, "en"), At: invoicetest.At}
			_ = w.db.Tx(t.Context(), func(tx *db.Tx) error {
				b := &pgx.Batch{}
				if err := invoices.Write(b, i); err != nil {
					return err
				}
				if err := tx.Pgx.SendBatch(t.Context(), b).Close(); err != nil {
					return err
				}
				if n%3 == 0 {
					return errors.New("something else failed")
				}
				return nil
			})
		})
	}
	all.Wait()
	rows, err := w.db.Pool().Query(t.Context(), `SELECT number FROM invoices ORDER BY number`)
	if err != nil {
		t.Fatal(err)
	}
	numbers, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(numbers) != 16 || numbers[0] != 1 || numbers[15] != 16 {
		t.Errorf("the numbers are %v, %v", numbers, err)
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, _ := w.issue()
	note := w.credit(id, 500, 0)
	for name, c := range map[string]struct {
		actor models.Actor
		buyer bool
		err   error
	}{
		"owner":           {w.actor(w.ada, models.RoleOwner), true, nil},
		"billing manager": {w.actor(w.bert, models.RoleBillingManager), true, nil},
		"member":          {w.actor(w.cleo, models.RoleMember), false, models.ErrNotFound},
		"seller":          {w.actor(w.grace, "", models.RoleOwner), false, nil},
		"eve":             {w.actor(w.eve), false, models.ErrNotFound},
		"nobody":          {models.Actor{}, false, models.ErrNotFound},
		"staff":           {models.Actor{UserID: w.linus.ID, Staff: models.StaffAdministrator}, true, nil},
	} {
		var i *invoices.Invoice
		var err error
		if n := dbtest.Statements(w.db, func() { i, err = w.Read(t.Context(), c.actor, id) }); n != 1 {
			t.Errorf("%s: %d statements", name, n)
		}
		if !errors.Is(err, c.err) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && (i.OfBuyer != c.buyer || i.Reference != "TM-000001" || i.Altered || len(i.Corrections) != 1 || i.Corrections[0].ID != note) {
			t.Errorf("%s: %+v", name, i)
		}
	}
	i, err := w.Read(t.Context(), w.actor(w.ada, models.RoleOwner), note)
	if err != nil || i.Kind != models.KindCreditNote || i.Corrects == nil || i.Corrects.ID != id || i.Document.Bill.Total != 500 || i.Document.Reason != "It never worked" || i.Owed() != 0 {
		t.Errorf("the credit note: %+v, %v", i, err)
	}
	if _, err := w.Read(t.Context(), w.actor(w.ada, models.RoleOwner), 999); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("none: %v", err)
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range invoices.PerPage + 1 {
		w.issue()
	}
	ada := w.actor(w.ada, models.RoleOwner)
	var l *invoices.List
	var err error
	if n := dbtest.Statements(w.db, func() { l, err = w.List(t.Context(), ada, "Acme", 1) }); n != 1 || err != nil {
		t.Fatalf("%d statements, %v", n, err)
	}
	if l.Total != invoices.PerPage+1 || len(l.Items) != invoices.PerPage || l.Items[0].Reference != "TM-000026" || l.Items[0].Seller != "Tool Makers Ltd" || l.Items[0].Listing != "Checker" ||
		l.Items[0].Minor != 1230 || l.Items[0].Currency != "EUR" || l.Account.ID != w.acme.ID {
		t.Errorf("the first page: %+v", l)
	}
	if l, err = w.List(t.Context(), ada, "acme", 2); err != nil || len(l.Items) != 1 || l.Items[0].Reference != "TM-000001" {
		t.Errorf("the second page: %+v, %v", l, err)
	}
	for name, c := range map[string]struct {
		actor models.Actor
		login string
		page  int
		err   error
	}{
		"no such page":        {ada, "acme", 3, models.ErrPageOutOfRange},
		"page nothing":        {ada, "acme", 0, models.ErrPageOutOfRange},
		"an endless page":     {ada, "acme", 1 << 62, models.ErrPageOutOfRange},
		"nobody of that name": {ada, "nobody", 1, models.ErrNotFound},
		"no name":             {ada, "a\x00b", 1, models.ErrNotFound},
		"not theirs":          {w.actor(w.eve), "acme", 1, models.ErrNotFound},
		"a member":            {w.actor(w.cleo, models.RoleMember), "acme", 1, models.ErrForbidden},
		"the seller":          {w.actor(w.grace, "", models.RoleOwner), "acme", 1, models.ErrNotFound},
	} {
		if _, err := w.List(t.Context(), c.actor, c.login, c.page); !errors.Is(err, c.err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if l, err := w.List(t.Context(), w.actor(w.eve), "eve", 1); err != nil || l.Total != 0 || len(l.Items) != 0 {
		t.Errorf("none: %+v, %v", l, err)
	}
}

// TestVerify: anyone finds out whether a document is genuine, with OpenSSL too.
func TestVerify(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, token := w.issue()
	r, err := w.Verify(t.Context(), token)
	if err != nil || r.Reference != "TM-000001" || r.Altered || r.Seller != "Tool Makers Ltd" || r.Total.Minor != 1230 || !r.Paid.Equal(invoicetest.At) {
		t.Fatalf("%+v, %v", r, err)
	}
	i, err := w.Read(t.Context(), w.actor(w.ada, models.RoleOwner), id)
	if err != nil {
		t.Fatal(err)
	}
	if sum := invoices.Hash(i.Reference, i.Text); hex.EncodeToString(sum[:]) != r.Hash {
		t.Errorf("the hash is %s", r.Hash)
	}
	key, err := w.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	hash, _ := hex.DecodeString(r.Hash)
	signature, _ := base64.StdEncoding.DecodeString(r.Signature)
	if !ed25519.Verify(key.Raw, invoices.Statement(r.Reference, hash), signature) {
		t.Error("the signature doesn't fit")
	}
	openssl(t, key.PEM, invoices.Statement(r.Reference, hash), signature, true)
	openssl(t, key.PEM, invoices.Statement("TM-000002", hash), signature, false)

	for name, c := range map[string][2]string{"as it stands": {"TM-000001", r.Hash}, "upper case and spaces": {" TM-000001 ", strings.ToUpper(r.Hash[:32]) + " \n" + r.Hash[32:]}} {
		if found, err := w.Find(t.Context(), c[0], c[1]); err != nil || found.Token != token {
			t.Errorf("%s: %+v, %v", name, found, err)
		}
	}
	for name, c := range map[string][2]string{"another number": {"TM-000002", r.Hash}, "another hash": {"TM-000001", strings.Repeat("0", 64)}, "half a hash": {"TM-000001", r.Hash[:32]},
		"no hash": {"TM-000001", ""}, "no number": {"", r.Hash}, "what is none": {"TM-000001", strings.Repeat("z", 64)}, "a null": {"TM-000001\x00", r.Hash}} {
		if _, err := w.Find(t.Context(), c[0], c[1]); !errors.Is(err, models.ErrReceipt) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, none := range []string{"", "x", "\x00", "\xff", strings.Repeat("x", 1000)} {
		if _, err := w.Verify(t.Context(), none); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%q: %v", none, err)
		}
	}
}

// openssl checks a signature as the page tells people to.
func openssl(t *testing.T, key string, statement, signature []byte, good bool) {
	t.Helper()
	dir := t.TempDir()
	for name, b := range map[string][]byte{"souk-receipts.pem": []byte(key), "receipt.txt": statement, "receipt.sig": signature} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.CommandContext(t.Context(), "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "souk-receipts.pem", "-rawin", "-in", "receipt.txt", "-sigfile", "receipt.sig")
	c.Dir = dir
	if out, err := c.CombinedOutput(); (err == nil) != good {
		t.Errorf("openssl: %v, %s", err, out)
	}
}

// TestAltered: what somebody changed behind the triggers' back is found out, and not
// signed.
func TestAltered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, token := w.issue()
	for _, sql := range []string{`ALTER TABLE invoices DISABLE TRIGGER invoices_immutable`, `UPDATE invoices SET document = replace(document, '1230', '9930')`} {
		if _, err := w.db.Pool().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	r, err := w.Verify(t.Context(), token)
	if err != nil || !r.Altered || r.Signature != "" {
		t.Errorf("%+v, %v", r, err)
	}
	if i, err := w.Read(t.Context(), w.actor(w.ada, models.RoleOwner), id); err != nil || !i.Altered {
		t.Errorf("%+v, %v", i, err)
	}
}

// TestKey: it is the secret's own, and needs one.
func TestKey(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	keys := map[string]bool{}
	for _, secret := range []string{"the secret of a test, which is no secret", "the secret of a test, which is no secret", "another secret of a test, no secret either"} {
		box, err := secretbox.New(secret)
		if err != nil {
			t.Fatal(err)
		}
		k, err := invoices.New(d, nil, box, time.Now).PublicKey()
		if err != nil {
			t.Fatal(err)
		}
		keys[k.PEM] = true
	}
	if len(keys) != 2 {
		t.Errorf("%d keys of two secrets", len(keys))
	}
	if _, err := invoices.New(d, nil, nil, time.Now).PublicKey(); !errors.Is(err, secretbox.ErrNoSecret) {
		t.Errorf("without a secret: %v", err)
	}
}

// TestMail: each document has its mail, each once, to whoever stands on it.
func TestMail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid, _ := w.issue()
	failed, _ := w.issue(func(i *invoices.Issue) { i.Paid = false })
	note := w.credit(paid, 230, 0)
	free, _ := w.issue(func(i *invoices.Issue) {
		i.Document.Bill = models.Bill{Currency: "EUR", Rule: i.Document.Bill.Rule}
	})
	elsewhere, _ := w.issue(func(i *invoices.Issue) { i.Document.Buyer.Mail = "" })
	if _, err := w.db.Pool().Exec(t.Context(), `UPDATE subscriptions SET state = 'ended', ended_at = now() WHERE id = $1`, w.subscription); err != nil {
		t.Fatal(err)
	}
	transfer := invoicetest.Subscription(t, w.db, &w.checker, w.acme, w.ada.ID, true)
	due, _ := w.issue(func(i *invoices.Issue) {
		i.SubscriptionID, i.Paid, i.Document.Language = transfer, false, "ja"
	})
	for range 2 {
		var all sync.WaitGroup
		for _, id := range []int64{paid, failed, note, free, elsewhere, due} {
			all.Go(func() {
				if err := w.Mail(t.Context(), id); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	rows, err := w.db.Pool().Query(t.Context(), `SELECT concat_ws(' ', args ->> 'message', args ->> 'to', args ->> 'account_id', args ->> 'language', args -> 'params' ->> 'money')
		FROM river_job WHERE kind = 'send_mail'`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	want := []string{"credit_note billing@acme.example en 230 EUR", "invoice_due billing@acme.example ja 1230 EUR", "receipt " + itoa(w.ada.ID) + " en 1230 EUR",
		"receipt billing@acme.example en 1230 EUR"}
	if !slices.Equal(got, want) {
		t.Errorf("queued %q, want %q", got, want)
	}
	if err := w.Mail(t.Context(), 999); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("none: %v", err)
	}
}
