package invoices_test

import (
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/invoices"
	"souk/models/invoices/invoicetest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const script = `<script>alert(1)</script>`

// cast is acme of ada, which bought checker of toolmakers, which grace owns, and
// linus, who runs the site.
type cast struct {
	*apptest.App
	t                      *testing.T
	ada, eve, grace, linus models.Account
	acme, makers           models.Account
	seller                 models.Seller
	checker                dbtest.Entry
	subscription           int64
}

func newCast(t *testing.T) *cast {
	t.Helper()
	c := &cast{App: apptest.New(t), t: t}
	for login, a := range map[string]*models.Account{"ada": &c.ada, "eve": &c.eve, "grace": &c.grace, "linus": &c.linus} {
		*a = dbtest.User(t, c.DB, login)
	}
	dbtest.MakeStaff(t, c.DB, c.linus, models.StaffAdministrator)
	c.acme = dbtest.Organization(t, c.DB, "acme", c.ada)
	c.makers = dbtest.Organization(t, c.DB, "toolmakers", c.grace)
	c.seller = dbtest.Seller(t, c.DB, c.makers, func(s *models.Seller) { s.TaxNumber, s.InvoiceNote = "IE6433435F", "Thank you "+script })
	c.checker = dbtest.Listing(t, c.DB, dbtest.Named("checker", "Checker"), dbtest.By(c.makers),
		dbtest.WithPlan(models.Plan{Name: "Pro", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(1000)), Currency: "EUR"}))
	c.subscription = invoicetest.Subscription(t, c.DB, &c.checker, c.acme, c.ada.ID, false)
	return c
}

func (c *cast) issue(language string, change ...func(*invoices.Issue)) (address, token string) {
	c.t.Helper()
	i := invoices.Issue{SellerID: c.makers.ID, AccountID: c.acme.ID, ListingID: c.checker.ID, SubscriptionID: c.subscription, Paid: true,
		Document: invoicetest.Document(c.seller, "toolmakers", c.acme, language)}
	for _, do := range change {
		do(&i)
	}
	id, token := invoicetest.Issue(c.t, c.DB, i)
	return "/settings/billing/invoices/" + strconv.FormatInt(id, 10), token
}

// expect fails unless the answer has the status, and each text or, after "!",
// has it not.
func expect(t *testing.T, what string, a apptest.Answer, status int, texts ...string) {
	t.Helper()
	_, body, _ := strings.Cut(a.Body, "<main")
	if a.Status != status {
		t.Fatalf("%s: status %d, want %d; %s %s", what, a.Status, status, a.Location, body)
	}
	for _, text := range texts {
		without, not := strings.CutPrefix(text, "!")
		if strings.Contains(body, without) == not {
			t.Errorf("%s: %q is %v there: %s", what, without, not, body)
		}
	}
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// TestDocument shows an invoice to buyer and seller, with all that stands on it.
func TestDocument(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	address, token := c.issue("en", func(i *invoices.Issue) { i.Document.Buyer.Name = "Acme " + script })
	ada := c.As(t, c.ada)
	expect(t, "none yet", c.As(t, c.eve).Get("/settings/billing/invoices"), 200, "No invoices yet")
	expect(t, "the list", ada.Get("/organizations/acme/settings/billing/invoices"), 200, `href="`+address+`"`, "TM-000001", "Tool Makers Ltd", "€12.30", "Paid", address+".pdf")
	expect(t, "one's own list", ada.Get("/settings/billing/invoices"), 200, "No invoices yet")
	expect(t, "a person isn't an organization", ada.Get("/organizations/ada/settings/billing/invoices"), 404)
	expect(t, "a page that isn't there", ada.Get("/organizations/acme/settings/billing/invoices?page=2"), 400)
	expect(t, "the invoice", ada.Get(address), 200, "Tool Makers Ltd", "1 Anvil Street", "Ireland", "Tax number IE6433435F", "Acme &lt;script&gt;", "!"+script, "Checker – Pro, one month",
		"Mar 10, 2026 – Apr 10, 2026", "VAT 23%", "€2.30", "€10.00", "€12.30", "Thank you &lt;script&gt;", "/receipts/"+token, `href="/organizations/acme/settings/billing/invoices"`)
	expect(t, "the seller", c.As(t, c.grace).Get(address), 200, "TM-000001", `href="/marketplace/manage/checker"`, "!/organizations/acme")
	expect(t, "eve", c.As(t, c.eve).Get(address), 404)
	for _, none := range []string{"/settings/billing/invoices/0", "/settings/billing/invoices/-1", "/settings/billing/invoices/x", "/settings/billing/invoices/99999999999999999999",
		address + ".exe", address + ".pdf.pdf", "/settings/billing/invoices/999.pdf"} {
		expect(t, none, ada.Get(none), 404)
	}
	a := ada.Get(address + ".json")
	hash := invoices.Hash("TM-000001", a.Body)
	if _, err := c.Verbs.Invoices.Find(t.Context(), "TM-000001", hexOf(hash[:])); err != nil || a.Status != 200 {
		t.Errorf("the text isn't what was hashed: %d, %v", a.Status, err)
	}
	if n := dbtest.Statements(c.DB, func() { ada.Get(address) }); n > 3 {
		t.Errorf("%d statements for a page", n)
	}
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	var s strings.Builder
	for _, c := range b {
		s.WriteByte(digits[c>>4])
		s.WriteByte(digits[c&15])
	}
	return s.String()
}

// TestLanguages: a document is in its buyer's language, whoever reads it in which.
func TestLanguages(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	for language, words := range map[string][]string{
		"ja":    {"請求書", "販売者", "1 か月", "2026年3月10日～2026年4月10日", "合計", `lang="ja"`, "/ja/receipts/"},
		"zh-CN": {"发票", "卖家", "一个月", "合计", `lang="zh-CN"`},
		"fr":    {"Facture", "Vendeur", "un mois", "12,30\u00a0€", "VAT 23\u202f%", `lang="fr"`},
		"xx":    {"Invoice", "Seller"},
	} {
		address, token := c.issue(language, func(i *invoices.Issue) { i.Document.Language = language })
		expect(t, language, c.As(t, c.ada).Get(address), 200, append(words, "Billing", "Download PDF")...)
		expect(t, language, c.As(t, c.ada).Get("/fr"+address), 200, append(words, "Facturation", "Télécharger le PDF")...)
		for _, reader := range []string{"", "/ja", "/zh-CN", "/fr"} {
			expect(t, language, c.Visitor(t).Get(reader+"/receipts/"+token), 200, "Tool Makers Ltd")
		}
	}
}

// TestPDF is the same as a file, with text that can be marked in every language.
func TestPDF(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	for language, words := range map[string][]string{"en": {"Invoice", "TM-0000", "€12.30", "Cork"}, "ja": {"請求書", "株式会社アクメ商事"}, "zh-CN": {"发票", "株式会社アクメ商事"}, "fr": {"Facture", "12,30"}} {
		address, _ := c.issue(language, func(i *invoices.Issue) {
			if language != "en" {
				i.Document.Buyer.Name = "株式会社アクメ商事"
			}
			i.Document.Note = strings.Repeat("A note that goes on over several lines. ", 90)
		})
		a := c.As(t, c.ada).Get(address + ".pdf")
		if a.Status != 200 || a.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(a.Body, "%PDF-") || len(a.Body) > 120_000 {
			t.Fatalf("%s: %d, %d bytes, %v", language, a.Status, len(a.Body), a.Header)
		}
		if got := a.Header.Get("Cache-Control"); got != "private, no-store" {
			t.Errorf("kept: %q", got)
		}
		text := textOf(t, a.Body)
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Errorf("%s: %q isn't in %s", language, w, text)
			}
		}
	}
}

// textOf is the text of a PDF file, as readers copy it.
func textOf(t *testing.T, pdf string) string {
	t.Helper()
	return strings.ReplaceAll(pdftext(t, []byte(pdf)), "\u00a0", " ")
}

// TestVerifying goes from a receipt to the certainty that it is genuine.
func TestVerifying(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	_, token := c.issue("en")
	visitor := c.Visitor(t)
	r, err := c.Verbs.Invoices.Verify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "the page", visitor.Get("/receipts/"+token), 200, "Valid", "TM-000001", "Tool Makers Ltd · Ireland · IE6433435F", "€12.30", "€2.30", "Mar 10, 2026", r.Hash, r.Signature, "openssl pkeyutl",
		"!acme", "!High Street")
	expect(t, "no such token", visitor.Get("/receipts/nothing"), 404)
	expect(t, "the form", visitor.Get("/receipts"), 200, "Verify a receipt", "!Valid")
	expect(t, "both fit", visitor.Get("/receipts?"+form("reference", "TM-000001", "hash", r.Hash).Encode()), 200, "Valid", r.Signature)
	expect(t, "another number", visitor.Get("/receipts?"+form("reference", "TM-000002", "hash", r.Hash).Encode()), 422, "No document", `value="TM-000002"`, "!Valid")
	expect(t, "no hash", visitor.Get("/receipts?reference="+url.QueryEscape(script)), 422, "!"+script)
	for _, language := range []string{"ja", "fr", "zh-CN"} {
		expect(t, language, visitor.Get("/"+language+"/receipts/"+token), 200, r.Hash)
		expect(t, language, visitor.Get("/"+language+"/receipts"), 200, `name="hash"`)
	}
	if _, err := c.DB.Pool().Exec(t.Context(), `ALTER TABLE invoices DISABLE TRIGGER invoices_immutable`); err != nil {
		t.Fatal(err)
	}
	if _, err := c.DB.Pool().Exec(t.Context(), `UPDATE invoices SET document = replace(document, '1230', '1'), total_minor = total_minor`); err != nil {
		t.Fatal(err)
	}
	expect(t, "changed", visitor.Get("/receipts/"+token), 200, "Changed", "!Valid", "!openssl")
}

// TestCommands: what the page tells people to type does what it says.
func TestCommands(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	_, token := c.issue("en", func(i *invoices.Issue) {})
	body := c.Visitor(t).Get("/receipts/" + token).Body
	_, commands, _ := strings.Cut(body, `<pre tabindex="0"><code>`)
	commands, _, ok := strings.Cut(commands, "</code>")
	if !ok {
		t.Fatal(body)
	}
	commands = strings.NewReplacer("&#39;", "'", "&gt;", ">", "&amp;", "&", "&#34;", `"`).Replace(commands)
	dir := t.TempDir()
	lines := strings.SplitN(commands, "\n", 2)
	if want := "curl -sO " + c.URL + "/.well-known/souk-receipts.pem"; lines[0] != want {
		t.Errorf("begins with %q", lines[0])
	}
	if err := os.WriteFile(filepath.Join(dir, "souk-receipts.pem"), []byte(c.Visitor(t).Get("/.well-known/souk-receipts.pem").Body), 0o600); err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), "sh", "-ec", lines[1])
	run.Dir = dir
	if out, err := run.CombinedOutput(); err != nil || !strings.Contains(string(out), "Verified Successfully") {
		t.Errorf("%v: %s\n%s", err, out, commands)
	}
}

// TestPublicKey is published in two forms.
func TestPublicKey(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	var set struct {
		Keys []struct{ Kty, Crv, X, PEM string }
	}
	a := c.Visitor(t).Get("/.well-known/souk-receipts.json")
	if err := json.Unmarshal([]byte(a.Body), &set); err != nil || len(set.Keys) != 1 || set.Keys[0].Kty != "OKP" || set.Keys[0].Crv != "Ed25519" || len(set.Keys[0].X) != 43 {
		t.Errorf("%v, %s", err, a.Body)
	}
	if pem := c.Visitor(t).Get("/.well-known/souk-receipts.pem").Body; pem != set.Keys[0].PEM || !strings.HasPrefix(pem, "-----BEGIN PUBLIC KEY-----") {
		t.Errorf("the PEM is %q", pem)
	}
}

// TestTaxes goes through the table as an administrator does.
func TestTaxes(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	linus := c.As(t, c.linus)
	expect(t, "the table", linus.Get("/staff/taxes"), 200, "Switzerland", "8.1%", "You are responsible", "Portugal, Madeira")
	expect(t, "in French", linus.Get("/fr/staff/taxes"), 200, "Suisse", "8,1\u202f%")
	expect(t, "the form", linus.Get("/staff/taxes/new"), 200, "Choose a country", "Brazil")
	expect(t, "all wrong", linus.Post("/staff/taxes/new", form("percent", "a lot", "name", "", "country", "")), 422, "Choose a country from the list", "Write what the tax is called", "Write a percentage", `value="a lot"`)
	expect(t, "added", linus.Post("/staff/taxes/new", form("country", "BR", "region", "São Paulo", "name", "ISS "+script, "percent", "5,25", "abroad", "true")), 303)
	expect(t, "twice", linus.Post("/staff/taxes/new", form("country", "BR", "region", "São Paulo", "name", "ISS", "percent", "5")), 422, "has a line for this country")
	expect(t, "there", linus.Get("/staff/taxes"), 200, "Brazil, São Paulo", "5.25%", "!"+script)
	line := "/staff/taxes/BR?region=S%C3%A3o+Paulo"
	expect(t, "the line", linus.Get(line), 200, `value="5.25"`, `name="abroad" value="true" checked`, "!"+script)
	expect(t, "wrong", linus.Post(line, form("name", "ISS", "percent", "101")), 422, `value="101"`)
	expect(t, "changed", linus.Post(line, form("name", "ISS", "percent", "6")), 303)
	expect(t, "changed", linus.Get(line), 200, `value="6"`)
	expect(t, "removed", linus.Post("/staff/taxes/BR/remove?region=S%C3%A3o+Paulo", nil), 303)
	expect(t, "gone", linus.Get(line), 404)
	if a := c.AsUnconfirmed(t, c.linus).Get("/staff/taxes/DE"); a.Status != 303 || !strings.HasPrefix(a.Location, "/sudo") {
		t.Errorf("without a confirmed session: %d %s", a.Status, a.Location)
	}
	expect(t, "a form in such a session", c.AsUnconfirmed(t, c.linus).Post("/staff/taxes/DE", form("name", "USt", "percent", "1")), 422, "Confirm that it’s you")
	expect(t, "so that nothing changed", linus.Get("/staff/taxes/DE"), 200, `value="19"`)
	expect(t, "eve", c.As(t, c.eve).Get("/staff/taxes"), 404)
}
