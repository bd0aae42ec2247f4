package catalog_test

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"
	"testing/fstest"

	"souk/models/catalog"
)

const everything = `{"listing":{"slug":"hammer","name":"Hammer","type":"github_app","homepage_url":"https://hammer.example",` +
	`"contacts":[{"role":"security","name":"Ada","mail":"safe@hammer.example"}],` +
	`"data":{"accessed":"Issues","stored":true,"where":"Germany","retention":"30 days","third_parties":"Nobody"},` +
	`"logo":{"file":"logo.png"},"logo_backdrop":"FFEE00","feature":{"file":"logo.png","text_color":"ffffff"},"screenshots":[{"file":"logo.png","caption":"Nails"}],` +
	`"purchase":"direct","purchase_url":"https://hammer.example/buy","single_file_paths":[".github/hammer.yml"],"permissions":{"single_file":"read"},` +
	`"plans":[{"number":3,"name":"Team","kind":"per_unit","monthly_minor":400,"unit_name":"seat","min_units":2,"max_units":9,"capacity":40,"price_policy":"move","notice_days":60}]}}`

func onePicture(t *testing.T) fstest.MapFS {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 1300, 1300))); err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{"logo.png": &fstest.MapFile{Data: b.Bytes()}}
}

func TestEveryFieldOfAListingGoesInAndOut(t *testing.T) {
	t.Parallel()
	s, d := newCatalog(t)
	opts := catalog.ImportOptions{Files: onePicture(t)}
	if r := load(t, s, lines(everything), opts); len(r.Problems) > 0 || r.Listings.Added != 1 {
		t.Fatalf("%+v", r)
	}
	if r := load(t, s, lines(everything), opts); r.Changed() {
		t.Errorf("the second import wrote: %+v", r)
	}
	if n := number(t, d, `SELECT count(*) FROM listings l JOIN apps a ON a.id = l.app_id JOIN plans p ON p.listing_id = l.id JOIN images i ON i.hash = l.logo_hash
		WHERE l.data_handling->>'where' = 'Germany' AND l.contacts->0->>'mail' = 'safe@hammer.example' AND l.purchase = 'direct'
		AND l.purchase_url = 'https://hammer.example/buy' AND l.logo_backdrop = 'ffee00' AND l.feature_hash <> '' AND l.feature_color = 'ffffff'
		AND a.single_file_paths = '{.github/hammer.yml}' AND p.number = 3 AND p.min_units = 2 AND p.max_units = 9 AND p.capacity = 40 AND p.price_policy = 'move'
		AND p.notice_days = 60 AND l.claimed_at IS NULL`); n != 1 {
		t.Errorf("%d listings are stored as they are written", n)
	}
	var out bytes.Buffer
	if err := s.Export(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"contacts":[`, `"data":{"accessed"`, `"logo":{"hash":"`, `"feature":{"hash":"`, `"purchase":"direct"`, `"min_units":2`, `"capacity":40`, `"notice_days":60`, `"number":3`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the export lacks %s: %s", want, &out)
		}
	}
	if r := load(t, s, bytes.NewReader(out.Bytes()), catalog.ImportOptions{}); len(r.Problems) > 0 || r.Listings.Bad > 0 {
		t.Errorf("the export doesn't go in again: %+v", r)
	}
	var again bytes.Buffer
	if err := s.Export(t.Context(), &again); err != nil {
		t.Fatal(err)
	}
	if out.String() != again.String() {
		t.Error("the export changes when it is imported")
	}
}

func TestBadNewFieldsAreReported(t *testing.T) {
	t.Parallel()
	s, _ := newCatalog(t)
	for field, entry := range map[string]string{
		"contacts[0].role": `"contacts":[{"role":"boss","mail":"a@b.dev"}]`, "contacts[0].mail": `"contacts":[{"role":"security","mail":"nobody"}]`,
		"data.where": `"data":{"where":"` + strings.Repeat("x", 1001) + `"}`, "logo": `"logo":{}`, "logo.file": `"logo":{"file":"../x.png"}`,
		"logo.hash": `"logo":{"hash":"` + strings.Repeat("0", 64) + `"}`, "logo_backdrop": `"logo_backdrop":"red"`,
		"feature.text_color": `"feature":{"text_color":"#fff"}`, "purchase": `"purchase":"there"`, "purchase_url": `"purchase":"direct"`,
		"plans[0].min_units":    `"plans":[{"name":"a","kind":"free","min_units":0}]`,
		"plans[0].max_units":    `"plans":[{"name":"a","kind":"free","min_units":5,"max_units":2}]`,
		"plans[0].capacity":     `"plans":[{"name":"a","kind":"free","capacity":0}]`,
		"plans[0].price_policy": `"plans":[{"name":"a","kind":"free","price_policy":"shock"}]`,
		"plans[0].notice_days":  `"plans":[{"name":"a","kind":"free","notice_days":1000}]`,
		"plans":                 `"plans":[{"name":"a","kind":"free","number":2},{"name":"b","kind":"free","number":2}]`,
		"plans[0].number":       `"plans":[{"name":"a","kind":"free","number":-2}]`,
	} {
		r := load(t, s, lines(`{"listing":{"slug":"x","name":"X","type":"github_app",`+entry+`}}`), catalog.ImportOptions{})
		if len(r.Problems) != 1 || r.Problems[0].Field != field || r.Listings.Added != 0 {
			t.Errorf("%s: %+v", field, r.Problems)
		}
	}
}
