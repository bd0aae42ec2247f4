package catalog_test

import (
	"testing"

	"souk/models/catalog"
	"souk/models/db/dbtest"
)

// A login that leads to a renamed account, or that somebody gave up, is no new
// publisher's; the rest of the file goes in.
func TestKeptLoginsAreReported(t *testing.T) {
	t.Parallel()
	s, d := newCatalog(t)
	renamed := dbtest.Account(t, d)
	for _, statement := range []string{
		`INSERT INTO account_redirects SELECT 'acme', id, now() FROM accounts`,
		`INSERT INTO retired_logins VALUES ('gone', now())`,
	} {
		if err := d.Read(t.Context()).Exec(statement).Error; err != nil {
			t.Fatal(err)
		}
	}
	report := load(t, s, lines(`{"publisher":{"login":"acme","name":"Acme"}}`, `{"publisher":{"login":"gone","name":"Gone"}}`,
		`{"publisher":{"login":"here","name":"Here"}}`), catalog.ImportOptions{})
	if len(report.Problems) != 2 || report.Problems[0].Line != 2 || report.Problems[0].Field != "login" || report.Publishers.Bad != 2 || report.Publishers.Added != 1 {
		t.Errorf("the report is %+v", report)
	}
	if n := number(t, d, `SELECT count(*) FROM accounts WHERE login IN ('acme', 'gone')`); n != 0 || renamed.ID == 0 {
		t.Errorf("%d got them", n)
	}
}
