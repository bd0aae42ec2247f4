package models_test

import (
	"reflect"
	"slices"
	"testing"

	"souk/models"
)

// TestEveryFieldHasAPart fails when a content gets a field that no reviewer would
// see.
func TestEveryFieldHasAPart(t *testing.T) {
	t.Parallel()
	whole := models.ListingContent{}
	filled := filledContent()
	v := reflect.ValueOf(filled)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if slices.Contains([]string{"Slug", "AppSlug", "Type", "Publisher"}, name) {
			continue
		}
		if v.Field(i).IsZero() {
			t.Errorf("filledContent lacks %s", name)
		}
		one := models.ListingContent{}
		reflect.ValueOf(&one).Elem().Field(i).Set(v.Field(i))
		changed := models.ChangedParts(&whole, &one)
		if len(changed) != 1 {
			t.Errorf("a change of %s is seen in %v", name, changed)
			continue
		}
		back := one
		back.TakePart(changed[0], &whole)
		if len(models.ChangedParts(&whole, &back)) != 0 {
			t.Errorf("taking %s back leaves %v", changed[0], back)
		}
	}
	if got := models.ChangedParts(&whole, &filled); !slices.Equal(got, models.ListingParts()) {
		t.Errorf("everything changed, and seen is %v", got)
	}
}

func filledContent() models.ListingContent {
	return models.ListingContent{
		Name: "Hammer", Tagline: "Drives nails", Introduction: "It does", Description: "Well", Keywords: []string{"nail"},
		Categories: []string{"testing"}, Languages: []string{"Go"}, Translations: map[string]models.ListingTexts{"ja": {Name: "金槌"}},
		HomepageURL: "https://hammer.example", Links: models.Links{Support: "https://hammer.example/help"},
		Contacts: []models.Contact{{Role: models.ContactSecurity, Mail: "s@hammer.example"}}, Data: models.DataHandling{Accessed: "Issues"},
		Logo: &models.Picture{Hash: "a"}, LogoBackdrop: "ffffff", Feature: &models.FeatureCard{TextColor: "000000"}, Screenshots: []models.Picture{{Hash: "b"}},
		Purchase: models.PurchaseDirect, PurchaseURL: "https://hammer.example/buy", Plans: []models.PlanTerm{{Name: "Free", Kind: models.PlanFree}},
		Permissions: models.Grants{"issues": models.LevelRead}, Events: []string{"issues"}, Scopes: []string{"repo"}, SingleFilePaths: []string{"a.yml"},
	}
}

func TestDefaultsMakeNoDifference(t *testing.T) {
	t.Parallel()
	a, b := filledContent(), filledContent()
	b.Plans = []models.PlanTerm{{Number: 3, Name: "Free", Kind: models.PlanFree, Currency: "USD", Audience: models.AudienceEveryone, State: models.PlanPublished,
		PricePolicy: models.PriceKeep, NoticeDays: new(30), Bullets: []string{}}}
	b.Translations = map[string]models.ListingTexts{"ja": {Name: "金槌"}, "fr": {}}
	a.Events, b.Events = []string{"issues", "push"}, []string{"push", "issues"}
	if changed := models.ChangedParts(&a, &b); len(changed) != 0 {
		t.Errorf("differ in %v", changed)
	}
	b.Plans[0].MonthlyMinor = new(int64(100))
	if changed := models.ChangedParts(&a, &b); !slices.Equal(changed, []models.ListingPart{models.PartPlans}) {
		t.Errorf("another price is seen in %v", changed)
	}
	b.Permissions = models.Grants{}
	a.Permissions = nil
	if models.SamePart(models.PartAccess, &a, &b) {
		t.Error("asking for nothing is the same as not telling")
	}
}

func TestWhatMayGoLiveAtOnce(t *testing.T) {
	t.Parallel()
	defaults := models.DefaultSmallParts()
	for _, part := range models.ListingParts() {
		may := slices.Contains(models.SmallParts(), part)
		if _, err := models.CheckSmallParts([]string{string(part)}); (err == nil) != may {
			t.Errorf("%s: %v", part, err)
		}
		// Even a setting that says so lets no text, plan or permission through.
		if models.Small([]models.ListingPart{part}, models.ListingParts()) != may {
			t.Errorf("%s is small: %v", part, !may)
		}
	}
	if models.Small(nil, defaults) || !models.Small([]models.ListingPart{models.PartLinks, models.PartContacts}, defaults) ||
		models.Small([]models.ListingPart{models.PartLinks, models.PartTexts}, defaults) {
		t.Error("a mixed change is judged wrongly")
	}
	for _, never := range []models.ListingPart{models.PartTexts, models.PartTranslations, models.PartPlans, models.PartPurchase, models.PartAccess, models.PartLogo, models.PartCategories} {
		if slices.Contains(models.SmallParts(), never) {
			t.Errorf("%s may go live at once", never)
		}
	}
}
