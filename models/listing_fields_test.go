package models_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"souk/models"
	"souk/web/i18n"
)

// TestListingFieldsAreDocumented keeps docs/listing-fields.md as the tables and
// the messages are.
func TestListingFieldsAreDocumented(t *testing.T) {
	t.Parallel()
	const name = "../docs/listing-fields.md"
	var b strings.Builder
	b.WriteString("# Fields of a listing, and the rules of its linter\n\nGenerated from `models.ListingFields` and `models.LintRules` by\n" +
		"`go test ./models -run TestListingFieldsAreDocumented -update`; a test fails when it is stale.\n\n")
	b.WriteString("The form, the file of `souk listing` and the API share these fields, limits and rules.\n\n## Fields\n\n" +
		"`[]` stands for each entry of a list, `{}` for each language (`zh-CN`, `ja`, `fr`). What is\n*required* is needed to hand a listing in, " +
		"or in each entry of a list; a draft may lack it.\nLimits marked with * are GitHub’s; where GitHub names none, they are Souk’s own.\n\n" +
		"| field | holds | limit | |\n|---|---|---|---|\n")
	for _, f := range models.ListingFields() {
		needed := ""
		if f.Required {
			needed = "required"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Field, f.Form, limitOf(f), needed)
	}
	b.WriteString("\n## Rules\n\nAn *error* keeps a listing from being handed in. A *warning* is shown to its integrator and\nto the reviewer, a *hint* to its integrator only.\n")
	for _, topic := range models.LintTopics() {
		fmt.Fprintf(&b, "\n### %s\n\n| rule | | what it says | how to mend it |\n|---|---|---|---|\n", strings.ToUpper(string(topic[:1]))+string(topic[1:]))
		for _, r := range models.LintRules() {
			if r.Topic == topic {
				fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.Name, r.Severity, message("lint."+r.Name), message("lint."+r.Name+".mend"))
			}
		}
	}
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("%s is stale; run with -update and look at the difference", name)
	}
}

func limitOf(f models.ListingField) string {
	limit := ""
	switch {
	case f.Unit == models.UnitValue:
		limit = fmt.Sprintf("%d to %d", f.Min, f.Max)
	case f.Max > 0:
		limit = fmt.Sprintf("%d %s", f.Max, f.Unit)
	}
	if f.Min > 0 && f.Unit != models.UnitValue {
		limit += fmt.Sprintf(", better %d or more", f.Min)
	}
	if f.GitHub {
		limit += " *"
	}
	return limit
}

// message is the English text with its places as they are.
func message(key string) string {
	args := make([]any, 0)
	for _, place := range i18n.Places(key) {
		args = append(args, place, "‹"+place+"›")
	}
	return strings.ReplaceAll(i18n.T(context.Background(), key, args...), "|", `\|`)
}

// TestEveryRuleHasMessages holds the messages against the rules, and their
// places against what findings tell.
func TestEveryRuleHasMessages(t *testing.T) {
	t.Parallel()
	for _, r := range models.LintRules() {
		for _, key := range []string{"lint." + r.Name, "lint." + r.Name + ".mend"} {
			if !i18n.Has(key) {
				t.Errorf("no message %s", key)
			}
		}
	}
}

// TestEveryFieldOfAContentIsInTheTable compares the table with the nouns: a
// field that somebody adds has a limit.
func TestEveryFieldOfAContentIsInTheTable(t *testing.T) {
	t.Parallel()
	fact := regexp.MustCompile(`^(slug|app_slug|type|publisher|(permissions|events|scopes|single_file_paths)(\[\])?|(logo|feature|screenshots\[\])\.(file|hash)|` +
		`(logo|feature)\.caption|plans\[\]\.(number|as_of)|data|links|translations(\{\})?|(contacts|plans|screenshots)\[\])$`)
	for _, path := range models.ListingPaths() {
		if _, ok := models.ListingFieldOf(path); !ok && !fact.MatchString(path) {
			t.Errorf("%s isn't in the table", path)
		}
	}
}
