package handlers_test

import (
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
)

// An account's page is at /<login>, so nobody may have the first part of another
// address as a login.
func TestFirstPartsOfAddressesAreReserved(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range apptest.New(t).Echo.Routes() {
		first, _, _ := strings.Cut(strings.TrimPrefix(r.Path, "/"), "/")
		if first == "" || strings.HasPrefix(first, ":") || seen[first] {
			continue
		}
		seen[first] = true
		if _, err := models.NewLogin(first); err == nil {
			t.Errorf("%s can be chosen as a login, but %s is an address", first, r.Path)
		}
	}
	for _, lang := range models.Languages() {
		if _, err := models.NewLogin(lang); err == nil {
			t.Errorf("%s can be chosen as a login, but is a language's prefix", lang)
		}
	}
	if len(seen) < 10 {
		t.Errorf("only %d first parts were found", len(seen))
	}
}
