package apptest_test

import (
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestPagesKnowWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := dbtest.User(t, app.DB, "ada")
	if a := app.Visitor(t).Get("/docs"); a.Status != 200 || strings.Contains(a.Body, "ada") {
		t.Errorf("a stranger gets %d", a.Status)
	}
	a := app.As(t, ada).Get("/docs")
	if a.Status != 200 || !strings.Contains(a.Body, "ada") || a.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("ada gets %d, %s: %s", a.Status, a.Header.Get("Cache-Control"), a.Body)
	}
}
