package site

import (
	"os"
	"regexp"
	"testing"

	"souk/web/i18n"
)

// Every rule that explains a result has a name.
func TestRulesHaveNames(t *testing.T) {
	b, err := os.ReadFile("../../search/rank/score.go")
	if err != nil {
		t.Fatal(err)
	}
	rules := regexp.MustCompile(`\brule\("([a-z_]+)"`).FindAllStringSubmatch(string(b), -1)
	if len(rules) == 0 {
		t.Fatal("no rules found")
	}
	for _, r := range rules {
		if !i18n.Has("search.rule." + r[1]) {
			t.Errorf("no message search.rule.%s", r[1])
		}
	}
}
