package models_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"souk/models"
)

// TestListingActs keeps both state machines in a document that people read:
// which act leads where, and who may.
func TestListingActs(t *testing.T) {
	t.Parallel()
	golden(t, "../docs/listing-states.md", listingStates())
}

// what says an act in a few plain words.
var what = map[models.ListingAct]string{
	models.ActSubmit:         "hand in for review",
	models.ActWithdraw:       "take back what was handed in",
	models.ActClaim:          "begin to review",
	models.ActRelease:        "give back to the queue; happens by itself after 24 hours without action",
	models.ActRequestChanges: "ask for changes, with reasons",
	models.ActApprove:        "approve and publish",
	models.ActReject:         "refuse, with reasons",
	models.ActEdit:           "change something small, which is live at once and reviewed after",
	models.ActRollBack:       "undo a small change, with reasons",
	models.ActUnlist:         "hide from search and lists",
	models.ActRelist:         "show again",
	models.ActArchive:        "end; nobody can find or buy it any more",
	models.ActRedraft:        "write it anew",
	models.ActTakeDown:       "take down at once, with a public note",
	models.ActRestore:        "put back to where it was before",
	models.ActReopen:         "let it be written anew, after an appeal",
}

var whoever = map[models.ListingWho]string{
	models.ByIntegrator: "integrator",
	models.ByReviewer:   "reviewer",
	models.ByDecider:    "reviewer, session confirmed",
}

func listingStates() string {
	var b strings.Builder
	b.WriteString("# States of a listing\n\nGenerated from `models.ListingActs` and `models.SubmissionActs` by\n`go test ./models -run TestListingActs -update`; a test fails when it is stale.\n\n")
	b.WriteString("An *integrator* is the user who owns the app, or an owner of its organization, with\na confirmed address. A *reviewer* is staff with that role or a higher one, and never\none who has a part in the app. Support may not. Every step is written into the\nlisting's history and the audit log, and mailed to its integrator with what\nhappened, why, and what comes next.\n\n")
	b.WriteString("## Listings\n\n| act | what it is | from | to | who may |\n|---|---|---|---|---|\n")
	for _, step := range models.ListingActs() {
		if len(step.From) > 0 {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", step.Act, what[step.Act], names(step.From), step.To, whoever[step.Who])
		}
	}
	b.WriteString("\nVisitors see a listing in the state published and in no other, and not while staff\nhas suspended its publisher.\n\n## Listings that are live\n\nWhile the next revision of a listing is reviewed, what is live stays as it is. In\nthese states the act changes the submission alone:\n\n| act | keeps |\n|---|---|\n")
	for _, step := range models.ListingActs() {
		if len(step.Keep) > 0 {
			fmt.Fprintf(&b, "| `%s` | %s |\n", step.Act, names(step.Keep))
		}
	}
	b.WriteString("\n## Submissions\n\nAt most one revision of a listing is open at a time (submitted or in review), and\nbeside it at most one small change that is live already.\n\n| act | from | to |\n|---|---|---|\n")
	for _, step := range models.SubmissionActs() {
		from := names(step.From)
		if from == "" {
			from = "nothing"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", step.Act, from, step.To)
	}
	b.WriteString("\n## Every act in every state\n\n`to` is where it leads, `stays` that the listing keeps its state, `·` that it can't be.\n\n")
	matrix(&b)
	return b.String()
}

func matrix(b *strings.Builder) {
	var states []models.ListingState
	for s := range models.ListingStates() {
		states = append(states, s)
	}
	slices.Sort(states)
	b.WriteString("| |")
	for _, s := range states {
		fmt.Fprintf(b, " %s |", s)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(states)) + "\n")
	var done []models.ListingAct
	for _, step := range models.ListingActs() {
		if slices.Contains(done, step.Act) {
			continue
		}
		done = append(done, step.Act)
		fmt.Fprintf(b, "| `%s` |", step.Act)
		for _, s := range states {
			to, _, err := step.Act.Step(s, "")
			switch {
			case err != nil:
				b.WriteString(" · |")
			case to == s:
				b.WriteString(" stays |")
			default:
				fmt.Fprintf(b, " %s |", to)
			}
		}
		b.WriteString("\n")
	}
}

func names[S ~string](states []S) string {
	all := make([]string, len(states))
	for i, s := range states {
		all[i] = string(s)
	}
	return strings.Join(all, ", ")
}

func TestRestoringLeadsBack(t *testing.T) {
	t.Parallel()
	for _, before := range []models.ListingState{models.ListingPublished, models.ListingUnlisted} {
		if to, _, err := models.ActRestore.Step(models.ListingTakenDown, before); err != nil || to != before {
			t.Errorf("restored to %s, was %s (%v)", to, before, err)
		}
	}
	if to, _, _ := models.ActRestore.Step(models.ListingTakenDown, ""); to != models.ListingPublished {
		t.Errorf("restored to %s without knowing where it was", to)
	}
	if _, _, err := models.ActRestore.Step(models.ListingDraft, ""); !errors.Is(err, models.ErrListingState) {
		t.Errorf("a draft was restored: %v", err)
	}
}

func TestReviewReasonsAndWords(t *testing.T) {
	t.Parallel()
	for _, bad := range [][]string{nil, {""}, {"made_up"}, {"unclear", "unclear"}} {
		if err := models.CheckReviewReasons(bad); !errors.Is(err, models.ErrReviewReason) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if err := models.CheckReviewReasons([]string{"unclear", "other"}); err != nil {
		t.Error(err)
	}
	long := strings.Repeat("語", models.MaxReviewWords)
	for _, c := range []struct {
		words  string
		needed bool
		want   error
	}{{"", false, nil}, {"  \n", true, models.ErrReviewWordsNeeded}, {"why", true, nil}, {long, true, nil}, {long + "語", false, models.ErrReviewWordsLong}} {
		if err := models.CheckReviewWords(c.words, c.needed); !errors.Is(err, c.want) {
			t.Errorf("%d characters: %v", len(c.words), err)
		}
	}
	if err := models.CheckReviewNote(" ", true); !errors.Is(err, models.ErrReviewNoteNeeded) {
		t.Error(err)
	}
	if err := models.CheckReviewNote(long, false); !errors.Is(err, models.ErrReviewNoteLong) {
		t.Error(err)
	}
}
