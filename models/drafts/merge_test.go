package drafts

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"souk/models"
)

func TestMerge(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	base := models.ListingContent{Slug: "hammer", Type: models.GitHubApp, Name: "Hammer", Tagline: "Drives nails", Keywords: []string{"nail", "wood"},
		Description: "# One\n\nfirst\n\nsecond\n\nthird", Links: models.Links{Support: "https://a.example"}, Categories: []string{"testing"},
		Translations: map[string]models.ListingTexts{"ja": {Name: "ハンマー"}}}
	for name, c := range map[string]struct {
		theirs, mine func(*models.ListingContent)
		want         func(*models.ListingContent)
		merged       []string
		conflicts    []string
	}{
		"nothing": {theirs: func(c *models.ListingContent) {}, mine: func(c *models.ListingContent) {}, want: func(c *models.ListingContent) {}},
		"other fields": {
			theirs: func(c *models.ListingContent) { c.Tagline = "theirs" }, mine: func(c *models.ListingContent) { c.Name = "mine" },
			want: func(c *models.ListingContent) { c.Tagline, c.Name = "theirs", "mine" }, merged: []string{"tagline"}},
		"other links": {
			theirs: func(c *models.ListingContent) { c.Links.Privacy = "https://p.example" }, mine: func(c *models.ListingContent) { c.Links.Support = "" },
			want:   func(c *models.ListingContent) { c.Links = models.Links{Privacy: "https://p.example"} },
			merged: []string{"links.privacy"}},
		"other languages": {
			theirs: func(c *models.ListingContent) { c.Translations["fr"] = models.ListingTexts{Name: "Marteau"} },
			mine: func(c *models.ListingContent) {
				c.Translations["ja"] = models.ListingTexts{Name: "ハンマー", Tagline: "釘を打つ"}
			},
			want: func(c *models.ListingContent) {
				c.Translations = map[string]models.ListingTexts{"fr": {Name: "Marteau"}, "ja": {Name: "ハンマー", Tagline: "釘を打つ"}}
			}, merged: []string{"translations.fr.name"}},
		"a language goes, a text of it comes": {
			theirs: func(c *models.ListingContent) { delete(c.Translations, "ja") },
			mine: func(c *models.ListingContent) {
				c.Translations["ja"] = models.ListingTexts{Name: "ハンマー", Tagline: "釘を打つ"}
			},
			want: func(c *models.ListingContent) {
				c.Translations = map[string]models.ListingTexts{"ja": {Tagline: "釘を打つ"}}
			}, merged: []string{"translations.ja.name"}},
		"the same": {
			theirs: func(c *models.ListingContent) { c.Name = "both" }, mine: func(c *models.ListingContent) { c.Name = "both" },
			want: func(c *models.ListingContent) { c.Name = "both" }},
		"one field": {
			theirs: func(c *models.ListingContent) { c.Name = "theirs" }, mine: func(c *models.ListingContent) { c.Name, c.Tagline = "mine", "mine" },
			want: func(c *models.ListingContent) { c.Name, c.Tagline = "mine", "mine" }, conflicts: []string{"name"}},
		"emptied against written": {
			theirs: func(c *models.ListingContent) { c.Tagline = "" }, mine: func(c *models.ListingContent) { c.Tagline = "mine" },
			want: func(c *models.ListingContent) { c.Tagline = "mine" }, conflicts: []string{"tagline"}},
		"lines apart": {
			theirs: func(c *models.ListingContent) {
				c.Description = strings.Replace(c.Description, "first", "FIRST", 1)
			},
			mine: func(c *models.ListingContent) {
				c.Description = strings.Replace(c.Description, "third", "third\n\nfourth", 1)
			},
			want: func(c *models.ListingContent) {
				c.Description = "# One\n\nFIRST\n\nsecond\n\nthird\n\nfourth"
			}, merged: []string{"description"}},
		"one line": {
			theirs: func(c *models.ListingContent) { c.Description = strings.Replace(c.Description, "first", "theirs", 1) },
			mine:   func(c *models.ListingContent) { c.Description = strings.Replace(c.Description, "first", "mine", 1) },
			want:   func(c *models.ListingContent) { c.Description = strings.Replace(c.Description, "first", "mine", 1) }, conflicts: []string{"description"}},
		"words": {
			theirs: func(c *models.ListingContent) { c.Keywords = []string{"wood", "steel"} }, mine: func(c *models.ListingContent) { c.Keywords = []string{"nail", "wood", "board"} },
			want: func(c *models.ListingContent) { c.Keywords = []string{"wood", "steel", "board"} }, merged: []string{"keywords"}},
		"yes against no": {
			theirs: func(c *models.ListingContent) { c.Data.Stored = &yes }, mine: func(c *models.ListingContent) { c.Data.Stored = &no },
			want: func(c *models.ListingContent) { c.Data.Stored = &no }, conflicts: []string{"data.stored"}},
		"plans are whole": {
			theirs: func(c *models.ListingContent) { c.Plans = []models.PlanTerm{{Name: "theirs", Kind: models.PlanFree}} },
			mine:   func(c *models.ListingContent) { c.Plans = []models.PlanTerm{{Name: "mine", Kind: models.PlanFree}} },
			want:   func(c *models.ListingContent) { c.Plans = []models.PlanTerm{{Name: "mine", Kind: models.PlanFree}} }, conflicts: []string{"plans"}},
		"what is fixed": {
			theirs: func(c *models.ListingContent) { c.Name = "theirs" },
			mine: func(c *models.ListingContent) {
				c.Slug, c.Type, c.Publisher, c.Permissions = "other", models.OAuthApp, "other", models.Grants{"issues": models.LevelWrite}
			},
			want: func(c *models.ListingContent) { c.Name = "theirs" }, merged: []string{"name"}},
	} {
		theirs, mine, want := copyOf(base), copyOf(base), copyOf(base)
		c.theirs(&theirs)
		c.mine(&mine)
		c.want(&want)
		got, merged, conflicts, err := merge(base, theirs, mine)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if differ, _ := changed(got, want); len(differ) > 0 || got.Slug != "hammer" || got.Type != models.GitHubApp || got.Publisher != "" || got.Permissions != nil {
			t.Errorf("%s: %+v differs from %+v in %v", name, got, want, differ)
		}
		var fields []string
		for _, f := range conflicts {
			fields = append(fields, f.Field)
		}
		if !slices.Equal(merged, c.merged) || !slices.Equal(fields, c.conflicts) {
			t.Errorf("%s: merged %v, conflicts %v, want %v and %v", name, merged, fields, c.merged, c.conflicts)
		}
	}
}

func TestLeavesAreTheWholeContent(t *testing.T) {
	t.Parallel()
	full := models.ListingContent{Slug: "a", Name: "A", Type: models.GitHubApp, Publisher: "p", Tagline: "t", Introduction: "i", Description: "d",
		Keywords: []string{"k"}, Categories: []string{"c"}, Languages: []string{"Go"}, Translations: map[string]models.ListingTexts{"ja": {Name: "n"}},
		HomepageURL: "https://a.example", Links: models.Links{Support: "s", Terms: "t"}, Contacts: []models.Contact{{Role: "technical", Mail: "a@b.example"}},
		Data: models.DataHandling{Accessed: "x", Stored: new(false)}, Logo: &models.Picture{Hash: "h"}, LogoBackdrop: "aabbcc",
		Feature: &models.FeatureCard{Picture: models.Picture{Hash: "f"}, TextColor: "ffffff"}, Screenshots: []models.Picture{{Hash: "s", Caption: "c"}},
		Purchase: models.PurchaseDirect, PurchaseURL: "https://b.example", Plans: []models.PlanTerm{{Name: "P", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(1))}}}
	l, err := leavesOf(full)
	if err != nil {
		t.Fatal(err)
	}
	again, err := l.content(full)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := fmt.Sprintf("%+v", flat2(full)), fmt.Sprintf("%+v", flat2(again)); a != b {
		t.Errorf("%s became %s", a, b)
	}
}

func flat2(c models.ListingContent) leaves {
	l, err := leavesOf(c)
	if err != nil {
		panic(err)
	}
	return l
}

// TestMergeLosesNothing edits a text of numbered lines from two sides, each its
// own lines, and looks for every edit in what is merged.
func TestMergeLosesNothing(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 7))
		n := 4 + r.IntN(60)
		base, theirs, mine := make([]string, n), make([]string, n), make([]string, n)
		for i := range n {
			base[i] = fmt.Sprintf("line %d", i)
			if r.IntN(3) == 0 {
				base[i] = "" // lines that are alike
			}
		}
		copy(theirs, base)
		copy(mine, base)
		var want []string
		// Every third line may change, on one side; between two changes one stays.
		for i := 1; i < n-1; i += 3 {
			word := fmt.Sprintf("seed %d edit %d.", seed, i)
			switch r.IntN(4) {
			case 0:
				theirs[i] = word
			case 1:
				mine[i] = word
			case 2:
				theirs[i] = base[i] + "\n" + word
			default:
				continue
			}
			want = append(want, word)
		}
		got, fine := mergeLines(strings.Join(base, "\n"), strings.Join(theirs, "\n"), strings.Join(mine, "\n"))
		swapped, alsoFine := mergeLines(strings.Join(base, "\n"), strings.Join(mine, "\n"), strings.Join(theirs, "\n"))
		if fine != alsoFine || fine && got != swapped {
			t.Fatalf("seed %d: the sides matter: %q and %q", seed, got, swapped)
		}
		if !fine {
			continue // alike lines may be taken for each other; then people decide
		}
		for _, word := range want {
			if strings.Count(got, word) != 1 {
				t.Fatalf("seed %d: %q is %d times in\n%s", seed, word, strings.Count(got, word), got)
			}
		}
		for i := range base {
			if base[i] != "" && theirs[i] == base[i] && mine[i] == base[i] && !strings.Contains("\n"+got+"\n", "\n"+base[i]+"\n") {
				t.Fatalf("seed %d: %q is gone from\n%s", seed, base[i], got)
			}
		}
	}
}

// TestMergedLinesAreMostlyFine keeps the test above from passing by giving up.
func TestMergedLinesAreMostlyFine(t *testing.T) {
	t.Parallel()
	for i := range 60 {
		lines := make([]string, 100)
		for j := range lines {
			lines[j] = fmt.Sprintf("line %d", j)
		}
		theirs, mine := slices.Clone(lines), slices.Clone(lines)
		theirs[i], mine[i+30] = "theirs", "mine"
		got, fine := mergeLines(strings.Join(lines, "\n"), strings.Join(theirs, "\n"), strings.Join(mine, "\n"))
		lines[i], lines[i+30] = "theirs", "mine"
		if !fine || got != strings.Join(lines, "\n") {
			t.Errorf("line %d: %t %q", i, fine, got)
		}
	}
}

func TestMergeOfHugeTexts(t *testing.T) {
	t.Parallel()
	base := strings.Repeat("\n", maxLines)
	if _, fine := mergeLines(base, base+"a", "b"+base); fine {
		t.Error("a text of more lines than are compared was merged")
	}
}

func FuzzMergeLines(f *testing.F) {
	f.Add("a\nb\nc", "a\nB\nc", "a\nb\nc\nd")
	f.Add("", "a", "")
	f.Fuzz(func(t *testing.T, base, theirs, mine string) {
		if got, fine := mergeLines(base, base, mine); !fine || got != mine {
			t.Errorf("theirs changed nothing: %q from %q and %q", got, base, mine)
		}
		if got, fine := mergeLines(base, theirs, base); !fine || got != theirs {
			t.Errorf("mine changed nothing: %q from %q and %q", got, base, theirs)
		}
		if got, fine := mergeLines(base, mine, mine); !fine || got != mine {
			t.Errorf("both the same: %q from %q and %q", got, base, mine)
		}
	})
}
