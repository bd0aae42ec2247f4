package reviews

import (
	"context"
	"os"
	"strings"
	"testing"

	"souk/models"
	"souk/web/i18n"
)

// The help page names every reason, in every language, with what to do.
func TestReasonsAreExplained(t *testing.T) {
	for _, lang := range models.Languages() {
		page, err := os.ReadFile("../docs/content/review." + lang + ".md")
		if err != nil {
			t.Fatal(err)
		}
		ctx := i18n.With(context.Background(), lang)
		for _, r := range models.ReviewReasons() {
			if row := "| " + reason(ctx, string(r)) + " | " + reasonMend(ctx, string(r)) + " |"; !strings.Contains(string(page), row) {
				t.Errorf("%s lacks %q", lang, row)
			}
		}
	}
}

// Whatever is a code has its words.
func TestCodesHaveWords(t *testing.T) {
	var keys []string
	for s := range models.ListingStates() {
		keys = append(keys, "reviews.state."+string(s))
	}
	for _, s := range models.SubmissionStates() {
		keys = append(keys, "reviews.submission."+string(s))
	}
	for _, s := range models.ListingActs() {
		keys = append(keys, "reviews.event."+string(s.Act))
	}
	for _, r := range models.ReviewReasons() {
		keys = append(keys, "reviews.reason."+string(r), "reviews.reason."+string(r)+".mend")
	}
	for _, p := range models.SmallParts() {
		keys = append(keys, "reviews.part."+string(p), "reviews.part_help."+string(p))
	}
	for _, o := range []models.CheckOutcome{models.CheckPass, models.CheckWarn, models.CheckFail, models.CheckError} {
		keys = append(keys, "reviews.outcome."+string(o))
	}
	for _, k := range keys {
		if !i18n.Has(k) {
			t.Errorf("no message %s", k)
		}
	}
}
