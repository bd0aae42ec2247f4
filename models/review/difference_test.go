package review_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"souk/models"
	"souk/models/review"
)

func TestSpansSayBothTexts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ before, after, want string }{
		{"", "", ""},
		{"", "new", "+new"},
		{"old", "", "-old"},
		{"the quick brown fox", "the slow brown fox", " the |-quick|+slow|  brown fox"},
		{"支持问题", "支持提醒", " 支持|-问题|+提醒"},
		{"a\n\nb", "a\n\nc", " a\n\n|-b|+c"},
		{"naïve café", "naïve cafe", " naïve |-café|+cafe"},
	} {
		var got []string
		for _, s := range review.Spans(c.before, c.after) {
			got = append(got, map[models.Op]string{models.OpGone: "-", models.OpSame: " ", models.OpNew: "+"}[s.Op]+s.Text)
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%q to %q: %q, want %q", c.before, c.after, strings.Join(got, "|"), c.want)
		}
	}
}

// Whatever two texts are, the difference holds both of them whole: a reviewer
// overlooks nothing. More words than there are letters before the surrogates.
func TestSpansLoseNothing(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	random := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString([]string{"ab ", "cd", " ", "\n", "é", "試", "\U0001F600", "x9 ", "\u0301", "-"}[r.IntN(10)])
		}
		return b.String()
	}
	texts := []string{"", random(50), random(500), random(3000)}
	var many strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&many, "w%d ", i)
	}
	texts = append(texts, many.String(), strings.Replace(many.String(), "w59999 ", "", 1))
	for i, before := range texts {
		for j, after := range texts {
			var was, is strings.Builder
			for _, s := range review.Spans(before, after) {
				if s.Op != models.OpNew {
					was.WriteString(s.Text)
				}
				if s.Op != models.OpGone {
					is.WriteString(s.Text)
				}
			}
			if was.String() != before || is.String() != after {
				t.Errorf("texts %d and %d don't come back from their difference", i, j)
			}
		}
	}
}

func TestShortenedKeepsEveryChange(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("same words ", 200)
	spans := []models.Span{{Text: long}, {Op: models.OpGone, Text: strings.Repeat("gone ", 300)}, {Text: long}, {Op: models.OpNew, Text: "new"}, {Text: long}}
	short := review.Shortened(spans)
	if short[1] != spans[1] || short[3] != spans[3] {
		t.Error("a change was shortened")
	}
	for _, i := range []int{0, 2, 4} {
		if len(short[i].Text) > 400 || !strings.Contains(short[i].Text, "…") {
			t.Errorf("stretch %d is %d long", i, len(short[i].Text))
		}
	}
	if len(spans[0].Text) != len(long) {
		t.Error("the difference itself was changed")
	}
}

func TestCompareFindsEveryField(t *testing.T) {
	t.Parallel()
	before := content("Hammer")
	after := content("Hammer")
	if d := review.Compare(&before, &after); len(d.Parts)+len(d.Texts)+len(d.Lists)+len(d.Pictures)+len(d.Plans) != 0 || d.Access != nil {
		t.Errorf("the same content differs: %+v", d)
	}
	after.Name, after.Description = "Mallet", "Drives pegs"
	after.Translations = map[string]models.ListingTexts{"ja": {Tagline: "釘を打つ"}}
	after.Links.Privacy, after.HomepageURL = "https://mallet.example/p", "https://mallet.example"
	after.Data.Stored = new(true)
	after.Keywords, after.Contacts = []string{"peg"}, []models.Contact{{Role: models.ContactFinance, Name: "F", Mail: "f@x.example"}}
	after.Logo, after.Screenshots = &models.Picture{Hash: "b"}, []models.Picture{{Hash: "c", Caption: "One"}}
	after.Plans = []models.PlanTerm{{Number: 1, Name: "Free", Kind: models.PlanFree, TrialDays: 14}, {Name: "Pro", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(900))}}
	after.Permissions = models.Grants{"issues": models.LevelWrite, "contents": models.LevelRead}
	after.Events = []string{"push"}
	d := review.Compare(&before, &after)
	var fields []string
	for _, c := range d.Texts {
		fields = append(fields, c.Field)
	}
	want := []string{"name", "description", "translations.ja.tagline", "homepage_url", "links.privacy", "data.stored"}
	if !slices.Equal(fields, want) {
		t.Errorf("texts %v, want %v", fields, want)
	}
	if len(d.Lists) != 2 || len(d.Pictures) != 2 || len(d.Plans) != 2 || d.Plans[0].Before == nil || d.Plans[1].Before != nil {
		t.Errorf("lists %+v pictures %+v plans %+v", d.Lists, d.Pictures, d.Plans)
	}
	a := d.Access
	if a == nil || !a.Broader || a.First || a.After.Score <= a.Before.Score || !slices.Equal(a.Events.New, []string{"push"}) || !slices.Equal(a.Events.Gone, []string{"issues"}) {
		t.Errorf("access %+v", a)
	}
	narrower := content("Hammer")
	narrower.Permissions = models.Grants{"metadata": models.LevelRead}
	if d := review.Compare(&before, &narrower); d.Access == nil || d.Access.Broader {
		t.Errorf("asking for less counts as more: %+v", d.Access)
	}
	if d := review.Compare(nil, &before); d.Access == nil || !d.Access.First || d.Access.Broader {
		t.Errorf("a first content: %+v", d.Access)
	}
}

// A plan that is left out is told, unless it was retired already.
func TestComparePlansThatGo(t *testing.T) {
	t.Parallel()
	before, after := content("Hammer"), content("Hammer")
	before.Plans = append(before.Plans, models.PlanTerm{Number: 2, Name: "Old", Kind: models.PlanFree, State: models.PlanRetired}, models.PlanTerm{Number: 3, Name: "Pro", Kind: models.PlanFlatRate})
	d := review.Compare(&before, &after)
	if len(d.Plans) != 1 || d.Plans[0].After != nil || d.Plans[0].Before.Name != "Pro" {
		t.Errorf("%+v", d.Plans)
	}
}
