package apps_test

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/apps"
)

const hammerManifest = `{"name": "Hammer", "url": "https://hammer.example", "hook_attributes": {"url": "https://hammer.example/hook"},
	"redirect_url": "https://hammer.example/done?from=souk", "default_permissions": {"issues": "write"}, "default_events": ["issues"], "version": "v1", "public": true}`

func (d *desk) offer(manifest string) string {
	d.t.Helper()
	token, err := d.Offer(d.t.Context(), models.Actor{}, manifest, "a state")
	if err != nil {
		d.t.Fatal(err)
	}
	return token
}

// code registers the app of a manifest and returns the code.
func (d *desk) code() (slug, code string) {
	d.t.Helper()
	made, err := d.RegisterOffered(d.t.Context(), d.asAda, "tools", d.offer(hammerManifest), "Hammer")
	if err != nil {
		d.t.Fatal(err)
	}
	u, err := url.Parse(made.Next)
	if err != nil || u.Host != "hammer.example" || u.Query().Get("state") != "a state" || u.Query().Get("from") != "souk" || len(u.Query().Get("code")) != 40 {
		d.t.Fatalf("%s, %v", made.Next, err)
	}
	return made.Slug, u.Query().Get("code")
}

func TestFromManifestToSecrets(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	slug, code := d.code()
	c, err := d.Convert(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	if c.App.Slug != slug || c.App.Owner != "tools" || c.App.Permissions["issues"] != "write" || c.ClientSecret == "" || len(c.WebhookSecret) < 20 {
		t.Errorf("%+v", c)
	}
	block, rest := pem.Decode([]byte(c.PEM))
	if block == nil || len(rest) != 0 {
		t.Fatal("no PEM")
	}
	if _, err := x509.ParsePKCS1PrivateKey(block.Bytes); err != nil {
		t.Error(err)
	}
	st, err := d.Find(t.Context(), d.asAda, slug)
	if err != nil || !st.Public || !st.WebhookActive {
		t.Fatalf("%+v, %v", st, err)
	}
	if secret, err := d.WebhookSecret(&st.App); secret != c.WebhookSecret || err != nil {
		t.Errorf("%v", err)
	}
	var keys, secrets, kept int
	d.one(&keys, `SELECT count(*) FROM app_keys WHERE app_id = $1`, st.ID)
	d.one(&secrets, `SELECT count(*) FROM app_secrets WHERE app_id = $1 AND creator_id = $2`, st.ID, d.ada.ID)
	d.one(&kept, `SELECT count(*) FROM app_manifests WHERE manifest <> '{}'`)
	if keys != 1 || secrets != 1 || kept != 0 || !slices.Equal(d.actions(), []string{"app.create", "app.convert_manifest"}) {
		t.Errorf("%d keys, %d secrets, %d manifests, %v", keys, secrets, kept, d.actions())
	}
	if _, err := d.Convert(t.Context(), code); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("the second time: %v", err)
	}
}

// Many come with the same code at the same moment; one gets the secrets.
func TestOneCodeManyHands(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, code := d.code()
	got := make([]*apps.Conversion, 6)
	errs := make([]error, len(got))
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() { got[i], errs[i] = d.Convert(t.Context(), code) })
	}
	all.Wait()
	won := 0
	for i, err := range errs {
		if err == nil {
			won++
		} else if !errors.Is(err, models.ErrNotFound) || got[i] != nil {
			t.Error(err)
		}
	}
	var keys, secrets int
	d.one(&keys, `SELECT count(*) FROM app_keys`)
	d.one(&secrets, `SELECT count(*) FROM app_secrets`)
	if won != 1 || keys != 1 || secrets != 1 {
		t.Errorf("%d got secrets: %d keys, %d secrets", won, keys, secrets)
	}
}

func TestCodesThatWontDo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, code := d.code()
	for _, c := range []string{"", "x", strings.Repeat("0", 40), strings.Repeat("g", 40), strings.ToUpper(code), code + "00", code[:39], "' OR true --"} {
		if _, err := d.Convert(t.Context(), c); !errors.Is(err, models.ErrNotFound) && c != strings.ToUpper(code) {
			t.Errorf("%q: %v", c, err)
		}
	}
	d.pass(time.Hour + time.Second)
	if _, err := d.Convert(t.Context(), code); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("after an hour: %v", err)
	}
}

func TestOffers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	token := d.offer(hammerManifest)
	m, err := d.Offered(t.Context(), d.asBob, token)
	if err != nil || m.Name != "Hammer" {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := d.Offered(t.Context(), d.asBob, "made-up"); !errors.Is(err, models.ErrManifestGone) {
		t.Errorf("made up: %v", err)
	}
	if _, err := d.Offered(t.Context(), models.Actor{}, token); !errors.Is(err, models.ErrSignInNeeded) {
		t.Errorf("nobody: %v", err)
	}
	if _, err := d.RegisterOffered(t.Context(), d.asBob, "tools", token, "Hammer"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("for others: %v", err)
	}
	// The same form twice makes one app, and what is wrong leaves the manifest.
	if _, err := d.RegisterOffered(t.Context(), d.asBob, "", token, "GitHub"); !errors.Is(err, models.ErrAppNameReserved) {
		t.Errorf("a reserved name: %v", err)
	}
	errs := make([]error, 4)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { _, errs[i] = d.RegisterOffered(t.Context(), d.asBob, "", token, "Hammer") })
	}
	all.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
		} else if !errors.Is(err, models.ErrManifestGone) {
			t.Error(err)
		}
	}
	if made != 1 {
		t.Errorf("%d apps", made)
	}

	late := d.offer(hammerManifest)
	d.pass(time.Hour)
	if _, err := d.Offered(t.Context(), d.asBob, late); !errors.Is(err, models.ErrManifestGone) {
		t.Errorf("after an hour: %v", err)
	}
	d.pass(time.Second)
	d.offer(hammerManifest)
	var kept int
	d.one(&kept, `SELECT count(*) FROM app_manifests WHERE app_id IS NULL`)
	if kept != 1 {
		t.Errorf("%d manifests are kept", kept)
	}
}

func TestHostileManifests(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, m := range []string{"", "{", "[]", "null", `{"name": {}}`, `{"redirect_url": "javascript:alert(1)"}`, `{"redirect_url": "//evil.example"}`,
		strings.Repeat("[", 70_000), `{"url": "` + strings.Repeat("x", 70_000) + `"}`} {
		if _, err := d.Offer(t.Context(), models.Actor{}, m, ""); !errors.Is(err, models.ErrManifest) && !errors.Is(err, models.ErrTooLarge) {
			t.Errorf("%.40q: %v", m, err)
		}
	}
	if _, err := d.Offer(t.Context(), models.Actor{}, "{}", strings.Repeat("x", 1001)); !errors.Is(err, models.ErrTooLong) {
		t.Errorf("a long state: %v", err)
	}
	// What a text in the database can't hold does no harm.
	for _, m := range []string{`{"name": "a\u0000b", "url": "https://x.example"}`, "{\"name\": \"\xff\", \"url\": \"https://x.example\"}"} {
		token := d.offer(m)
		if _, err := d.Offered(t.Context(), d.asBob, token); err != nil {
			t.Errorf("%q: %v", m, err)
		}
	}
	for what, m := range map[string]string{
		"no homepage":         `{}`,
		"a script":            `{"url": "javascript:alert(1)"}`,
		"a callback":          `{"url": "https://x.example", "callback_urls": ["data:text/html,x"]}`,
		"an insecure webhook": `{"url": "https://x.example", "hook_attributes": {"url": "http://127.0.0.1/"}}`,
	} {
		if _, err := d.RegisterOffered(t.Context(), d.asBob, "", d.offer(m), "Hammer"); err == nil {
			t.Errorf("%s is taken", what)
		} else if _, mendable := models.AsProblems(err); !mendable {
			t.Errorf("%s: %v", what, err)
		}
	}
	visitor := models.Actor{Visit: models.Visit{IP: "192.0.2.1"}}
	var err error
	for range 31 {
		_, err = d.Offer(t.Context(), visitor, "{}", "")
	}
	if !errors.Is(err, models.ErrTooManyTries) {
		t.Errorf("the thirty-first: %v", err)
	}
}
