package credentials_test

import (
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const secretsPage, keysPage = "/settings/apps/hammer/secrets", "/settings/apps/hammer/keys"

func newSite(t *testing.T) (app *apptest.App, ada models.Account, hammer models.App) {
	t.Helper()
	app = apptest.New(t)
	ada = dbtest.User(t, app.DB, "ada")
	return app, ada, dbtest.App(t, app.DB, ada, "hammer")
}

var (
	attemptField = regexp.MustCompile(`name="attempt" value="([^"]+)"`)
	secretText   = regexp.MustCompile(`<code>(soukc_[0-9A-Za-z]+)</code>`)
	revokeLink   = regexp.MustCompile(`/secrets/\d+/revoke`)
	fileLink     = regexp.MustCompile(`/settings/apps/hammer/keys/\d+/file`)
	deleteLink   = regexp.MustCompile(`/settings/apps/hammer/keys/\d+/delete`)
)

// first is what a pattern finds in a page, its group if it has one.
func first(t *testing.T, p *regexp.Regexp, a apptest.Answer) string {
	t.Helper()
	m := p.FindStringSubmatch(a.Body)
	if m == nil {
		t.Fatalf("%d, no %s in\n%s", a.Status, p, a.Body)
	}
	return m[len(m)-1]
}

func see(t *testing.T, a apptest.Answer, status int, words ...string) {
	t.Helper()
	if a.Status != status {
		t.Fatalf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	for _, w := range words {
		if !strings.Contains(a.Body, w) {
			t.Errorf("no %q in\n%s", w, a.Body)
		}
	}
}

func TestASecretIsShownOnce(t *testing.T) {
	t.Parallel()
	app, ada, hammer := newSite(t)
	b := app.As(t, ada)
	page := b.Get(secretsPage)
	see(t, page, http.StatusOK, *hammer.ClientID, "No client secret yet", "Generate a new client secret")
	a := b.Post(secretsPage, url.Values{"attempt": {first(t, attemptField, page)}})
	if a.Status != http.StatusSeeOther || a.Location != secretsPage {
		t.Fatalf("%d %s", a.Status, a.Location)
	}
	page = b.Get(secretsPage)
	secret := first(t, secretText, page)
	see(t, page, http.StatusOK, "Your new client secret", "…"+secret[len(secret)-8:], "by ada", "Never used")
	if page.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("kept: %s", page.Header.Get("Cache-Control"))
	}
	if again := b.Get(secretsPage); strings.Contains(again.Body, secret) {
		t.Error("it is shown twice")
	}
	if id, err := app.Verbs.Credentials.CheckSecret(t.Context(), *hammer.ClientID, secret); err != nil || id != hammer.ID {
		t.Errorf("%d, %v", id, err)
	}
	// Renew, and revoke the last one only on purpose.
	b.Post(secretsPage, url.Values{"attempt": {"another"}})
	see(t, b.Get(secretsPage), http.StatusOK, "There are 2 secrets already")
	see(t, b.Post(secretsPage, url.Values{"attempt": {"a third"}}), http.StatusConflict, "There are two secrets already")
	for range 2 {
		address := "/settings/apps/hammer" + first(t, revokeLink, b.Get(secretsPage))
		page := b.Get(address)
		see(t, page, http.StatusOK, "Revoke this client secret")
		if strings.Contains(page.Body, `name="last"`) {
			see(t, page, http.StatusOK, "what it does by its private keys goes on")
			see(t, b.Post(address, nil), http.StatusUnprocessableEntity, "This is the app’s last secret. Tick the box")
		}
		if a := b.Post(address, url.Values{"last": {"true"}}); a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
	}
	see(t, b.Get(secretsPage), http.StatusOK, "The client secret is revoked", "No client secret yet")
	letters := app.Letters(t, "ada@example.test")
	if len(letters) != 4 || !strings.Contains(letters[0].Subject, "Hammer") {
		t.Errorf("%d letters", len(letters))
	}
}

func TestAPlantedSecretIsNotShown(t *testing.T) {
	t.Parallel()
	app, ada, _ := newSite(t)
	b := app.As(t, ada)
	b.SetCookie("fresh_secret", models.NewClientSecret())
	if a := b.Get(secretsPage); strings.Contains(a.Body, "soukc_") {
		t.Error("anybody's secret is shown")
	}
}

func TestAKeyIsDownloaded(t *testing.T) {
	t.Parallel()
	app, ada, hammer := newSite(t)
	b := app.As(t, ada)
	page := b.Get("/fr" + keysPage)
	see(t, page, http.StatusOK, "Créer une clé privée")
	a := b.Post("/fr"+keysPage, url.Values{"attempt": {first(t, attemptField, page)}})
	if a.Status != http.StatusSeeOther || a.Location != "/fr"+keysPage {
		t.Fatalf("%d %s", a.Status, a.Location)
	}
	page = b.Get("/fr" + keysPage)
	see(t, page, http.StatusOK, "Votre nouvelle clé privée est prête", "La dernière reste")
	address := "/fr" + first(t, fileLink, page)
	file := b.Get(address)
	if file.Status != http.StatusOK || !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment; filename=hammer.") ||
		!strings.HasSuffix(file.Header.Get("Content-Disposition"), ".private-key.pem") || file.Header.Get("Cache-Control") != "private, no-store" {
		t.Fatalf("%d %v", file.Status, file.Header)
	}
	block, _ := pem.Decode([]byte(file.Body))
	if block == nil || block.Type != "RSA PRIVATE KEY" {
		t.Fatalf("%s", file.Body)
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	see(t, page, http.StatusOK, models.KeyFingerprint(public))
	if kept, err := app.Verbs.Credentials.Keys(t.Context(), hammer.ID); err != nil || len(kept) != 1 || kept[0].Fingerprint != models.KeyFingerprint(public) {
		t.Errorf("%+v, %v", kept, err)
	}
	// A second click and a reload bring the same; later, and elsewhere, nothing does.
	if again := b.Get(address); again.Body != file.Body {
		t.Errorf("%d %s", again.Status, again.Body)
	}
	see(t, app.As(t, ada).Get(address), http.StatusGone, "La clé n’est plus ici")
	app.Clock.Pass(models.KeyDownloadLifetime + time.Second)
	see(t, app.As(t, ada).Get("/fr"+keysPage), http.StatusOK, "Créer une clé privée")
	if later := b.Get(address); later.Status != http.StatusGone {
		t.Errorf("%d", later.Status)
	}
	if strings.Contains(b.Get("/fr"+keysPage).Body, "est prête") {
		t.Error("it is offered still")
	}
}

func TestKeysAreDeletedButTheLast(t *testing.T) {
	t.Parallel()
	app, ada, hammer := newSite(t)
	b := app.As(t, ada)
	for _, attempt := range []string{"one", "two"} {
		b.Post(keysPage, url.Values{"attempt": {attempt}})
	}
	address := first(t, deleteLink, b.Get(keysPage))
	see(t, b.Get(address), http.StatusOK, "Delete this private key")
	if a := b.Post(address, nil); a.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	page := b.Get(keysPage)
	see(t, page, http.StatusOK, "The private key is deleted", "The last one stays")
	kept, err := app.Verbs.Credentials.Keys(t.Context(), hammer.ID)
	if err != nil || len(kept) != 1 {
		t.Fatalf("%+v, %v", kept, err)
	}
}

// Who hasn't confirmed the session lately is asked first.
func TestSecretsAskWhetherItIsYou(t *testing.T) {
	t.Parallel()
	app, ada, _ := newSite(t)
	b := app.AsUnconfirmed(t, ada)
	see(t, b.Get(secretsPage), http.StatusOK)
	see(t, b.Post(secretsPage, url.Values{"attempt": {"one"}}), http.StatusUnprocessableEntity, "Confirm that it’s you")
	see(t, b.Post(keysPage, url.Values{"attempt": {"one"}}), http.StatusUnprocessableEntity, "Confirm that it’s you")
	var n int
	if err := app.DB.Read(t.Context()).Raw(`SELECT (SELECT count(*) FROM app_secrets) + (SELECT count(*) FROM app_keys)`).Row().Scan(&n); err != nil || n != 0 {
		t.Errorf("%d, %v", n, err)
	}
}

func TestOAuthAppsHaveNoKeys(t *testing.T) {
	t.Parallel()
	app, ada, _ := newSite(t)
	dbtest.App(t, app.DB, ada, "saw", dbtest.OAuth)
	b := app.As(t, ada)
	see(t, b.Get("/settings/apps/saw/keys"), http.StatusNotFound, "OAuth Apps have no keys")
	page := b.Get("/settings/apps/saw/secrets")
	see(t, page, http.StatusOK)
	if strings.Contains(page.Body, "/settings/apps/saw/keys") {
		t.Error("the menu leads to keys")
	}
}
