package api_test

import (
	"net/http"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestLedger(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	makers := dbtest.User(t, app.DB, "makers")
	e := dbtest.Listing(t, app.DB, dbtest.Named("checker", "Checker"), dbtest.By(makers), func(e *dbtest.Entry) {
		e.App.Permissions = models.Grants{"issues": "read"}
	})
	for _, sql := range []string{`UPDATE apps SET registered_at = now() WHERE id = ?`, `UPDATE apps SET permissions = '{"issues": "write"}' WHERE id = ?`} {
		if err := app.DB.Read(t.Context()).Exec(sql, e.App.ID).Error; err != nil {
			t.Fatal(err)
		}
	}
	a := app.Visitor(t).Get("/api/v1/listings/checker/permissions")
	if a.Status != http.StatusOK || a.Header.Get("X-Total-Count") != "3" || a.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Fatalf("%d %v %s", a.Status, a.Header, a.Body)
	}
	for _, want := range []string{
		`"kind":"access","imported":false,"from":"","to":"","asked":{"permissions":{"issues":"write"},"events":null,"scopes":null},` +
			`"changes":[{"change":"raised","what":"permission","name":"issues","before":"read","after":"write"}]`,
		`"kind":"claimed","imported":false,"from":"makers","to":"makers","asked":null,"changes":[]`,
		`"kind":"access","imported":true`,
	} {
		if !strings.Contains(a.Body, want) {
			t.Errorf("no %s in\n%s", want, a.Body)
		}
	}
	for address, status := range map[string]int{"checker/permissions?page=2": 400, "checker/permissions?page=0": 400, "nothing/permissions": 404} {
		if a := app.Visitor(t).Get("/api/v1/listings/" + address); a.Status != status {
			t.Errorf("%s: %d %s", address, a.Status, a.Body)
		}
	}
}
