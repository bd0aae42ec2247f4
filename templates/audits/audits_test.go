package audits

import (
	"testing"

	"souk/models"
	"souk/web/i18n"
)

// TestEveryActionHasASentence, and every sentence an action; that all languages
// have the same keys is tested with the languages.
func TestEveryActionHasASentence(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, action := range models.AuditActions() {
		key := "audit." + string(action)
		if known[key] = true; !i18n.Has(key) {
			t.Errorf("no message %s", key)
		}
	}
	for _, key := range i18n.Keys() {
		if len(key) > 6 && key[:6] == "audit." && !known[key] {
			t.Errorf("%s says what nobody does", key)
		}
	}
}
