package models

import (
	"slices"
	"strings"
	"testing"
)

// wholeListing is a content in which the linter finds nothing at all.
func wholeListing() ListingContent {
	return ListingContent{
		Slug: "hammer", Name: "Hammer", Type: GitHubApp, Publisher: "ada",
		Tagline:      "Drives nails into every pull request",
		Introduction: "Looks at each pull request and drives a nail wherever two boards meet, so that nothing comes apart later.",
		Description: "## What it does\n\nIt reads the files that changed, finds where boards meet, and drives nails there.\n\n" +
			"### Settings\n\nPut `<nails>` into [a file](https://docs.acme.dev/nails).",
		Keywords: []string{"nails"}, Categories: []string{"code-quality"}, Languages: []string{"Go", "C++"},
		Translations: map[string]ListingTexts{"ja": {Tagline: "釘を打つ", Introduction: "釘を打ちます。", Description: "## 釘"}},
		HomepageURL:  "https://acme.dev",
		Links: Links{Support: "mailto:help@acme.dev", Privacy: "https://acme.dev/privacy", Terms: "https://acme.dev/terms",
			Documentation: "https://docs.acme.dev"},
		Contacts: []Contact{{Role: ContactTechnical, Name: "Ada", Mail: "ada@acme.dev"}},
		Data:     DataHandling{Accessed: "Pull requests", Stored: new(true), Where: "Germany", Retention: "30 days", ThirdParties: "Nobody"},
		Logo:     &Picture{Hash: strings.Repeat("a", 64)}, LogoBackdrop: "1f6feb",
		Feature:     &FeatureCard{Picture: Picture{File: "pictures/card.png"}, TextColor: "FFFFFF"},
		Screenshots: []Picture{{Hash: strings.Repeat("b", 64), Caption: "Nails"}},
		Purchase:    PurchaseHere,
		Plans: []PlanTerm{
			{Number: 1, Name: "Free", Kind: PlanFree, Description: "For one board"},
			{Number: 2, Name: "Team", Kind: PlanPerUnit, MonthlyMinor: new(int64(400)), YearlyMinor: new(int64(4000)), Currency: "EUR",
				UnitName: "seat", MinUnits: new(int64(2)), MaxUnits: new(int64(50)), TrialDays: 14, Bullets: []string{"All boards"}},
		},
		Permissions: Grants{"contents": LevelRead}, Events: []string{"push"}, SingleFilePaths: []string{".github/nails.yml"},
	}
}

type lintCase struct {
	rule  string
	field string
	fails func(*ListingContent)
	holds func(*ListingContent) // what is nearly the same, and fine; nil: the whole listing is the example
}

func texts(set func(*ListingContent, string), fails, holds string) (func(*ListingContent), func(*ListingContent)) {
	return func(c *ListingContent) { set(c, fails) }, func(c *ListingContent) { set(c, holds) }
}

func lintText(rule, field string, set func(*ListingContent, string), fails, holds string) lintCase {
	f, h := texts(set, fails, holds)
	return lintCase{rule, field, f, h}
}

func inName(c *ListingContent, s string)        { c.Name = s }
func inTagline(c *ListingContent, s string)     { c.Tagline = s }
func inIntro(c *ListingContent, s string)       { c.Introduction = s }
func inDescription(c *ListingContent, s string) { c.Description = s + strings.Repeat(" nails", 30) }
func inHomepage(c *ListingContent, s string)    { c.HomepageURL = s }
func inTeam(change func(*PlanTerm)) func(*ListingContent) {
	return func(c *ListingContent) { change(&c.Plans[1]) }
}

var lintCases = []lintCase{
	{"required", "name", func(c *ListingContent) { c.Name = " " }, nil},
	{"required", "tagline", func(c *ListingContent) { c.Tagline = "" }, nil},
	{"required", "introduction", func(c *ListingContent) { c.Introduction = "\n" }, nil},
	{"required", "description", func(c *ListingContent) { c.Description = "" }, nil},
	{"required", "categories", func(c *ListingContent) { c.Categories = nil }, nil},
	{"required", "links.support", func(c *ListingContent) { c.Links.Support = "" }, func(c *ListingContent) { c.Links.Support = "https://acme.dev/help" }},
	{"required", "links.privacy", func(c *ListingContent) { c.Links.Privacy = "" }, nil},
	{"required", "contacts", func(c *ListingContent) { c.Contacts = nil }, nil},
	{"required", "contacts[0].mail", func(c *ListingContent) { c.Contacts[0].Mail = "" }, nil},
	{"required", "logo", func(c *ListingContent) { c.Logo = &Picture{} }, func(c *ListingContent) { c.Logo = &Picture{File: "logo.png"} }},
	{"required", "plans[1].name", func(c *ListingContent) { c.Plans[1].Name = "" }, nil},
	{"required_plan", "plans", func(c *ListingContent) { c.Plans = nil },
		func(c *ListingContent) {
			c.Plans, c.Purchase, c.PurchaseURL = nil, PurchaseDirect, "https://acme.dev/buy"
		}},
	{"required_plan", "plans", func(c *ListingContent) { c.Plans[0].State, c.Plans[1].State = PlanDraft, PlanRetired },
		func(c *ListingContent) { c.Plans[0].State, c.Plans[1].State = PlanPublished, PlanRetired }},
	{"required_purchase_url", "purchase_url", func(c *ListingContent) { c.Purchase = PurchaseDirect },
		func(c *ListingContent) { c.Purchase, c.PurchaseURL = PurchaseDirect, "https://acme.dev/buy" }},
	{"required_installation", "links.installation", func(c *ListingContent) { c.Type = OAuthApp },
		func(c *ListingContent) { c.Type, c.Links.Installation = OAuthApp, "https://acme.dev/start" }},
	{"required_data", "data.stored", func(c *ListingContent) { c.Data.Stored = nil }, nil},
	{"required_data", "data.retention", func(c *ListingContent) { c.Data.Retention = "" },
		func(c *ListingContent) { c.Data.Stored, c.Data.Where, c.Data.Retention = new(false), "", "" }},
	{"terms_for_paid", "links.terms", func(c *ListingContent) { c.Links.Terms = "" },
		func(c *ListingContent) { c.Links.Terms, c.Plans = "", c.Plans[:1] }},
	{"data_contradiction", "data.where", func(c *ListingContent) { c.Data.Stored = new(false) }, nil},
	{"documentation_missing", "links.documentation", func(c *ListingContent) { c.Links.Documentation = "" }, nil},
	{"screenshots_missing", "screenshots", func(c *ListingContent) { c.Screenshots = nil }, nil},

	lintText("encoding", "name", inName, "Ham\xffmer", "Hàmmer"),
	lintText("control", "name", inName, "Ham\x00mer", "Hammer 2"),
	lintText("control", "introduction", inIntro, strings.Repeat("Nails ", 20)+"\x1b[31m", strings.Repeat("Nails ", 20)+"\n\tmore"),
	lintText("direction", "tagline", inTagline, "Drives nails into \u202Etsuj boards", "מכה במסמרים ובלוחות בכל בקשה"),
	lintText("invisible", "name", inName, "Ham\u200Bmer", "Hammer 👩\u200D🔧"),
	lintText("invisible", "name", inName, "Ham\u200Dmer", "क्\u200Dष"),
	lintText("stacked_marks", "name", inName, "H"+strings.Repeat("\u0301", 9)+"ammer", "Hà\u0323mmer"),
	lintText("line_break", "tagline", inTagline, "Drives nails into\neverything around", "Drives nails into everything"),
	lintText("too_long", "tagline", inTagline, strings.Repeat("é", MaxTagline+1), strings.Repeat("é", MaxTagline)),
	lintText("too_long", "homepage_url", inHomepage, "https://acme.dev/"+strings.Repeat("a", MaxLink), "https://acme.dev/a"),
	{"too_many", "categories", func(c *ListingContent) { c.Categories = strings.Fields("a b c d e f") },
		func(c *ListingContent) { c.Categories = strings.Fields("a b c d e") }},
	{"too_many", "languages", func(c *ListingContent) { c.Languages = strings.Fields("a b c d e f g h i j k") }, nil},
	{"too_many", "plans[1].bullets", inTeam(func(p *PlanTerm) { p.Bullets = strings.Fields("a b c d e") }),
		inTeam(func(p *PlanTerm) { p.Bullets = strings.Fields("a b c d") })},
	{"too_many", "plans", func(c *ListingContent) { c.Plans = make([]PlanTerm, MaxPlans+1) }, nil},
	{"too_many", "screenshots", func(c *ListingContent) { c.Screenshots = make([]Picture, 6) }, nil},
	{"too_many", "contacts", func(c *ListingContent) { c.Contacts = make([]Contact, MaxContacts+1) }, nil},
	lintText("mixed_scripts", "name", inName, "Hаmmer", "Молоток Hammer"), // the first a is Cyrillic
	lintText("placeholder", "introduction", inIntro, strings.Repeat("Lorem ipsum dolor ", 6), strings.Repeat("Nails and boards. ", 6)),
	lintText("placeholder", "description", inDescription, "TODO: write", "`TODO`"),
	lintText("plain_markup", "introduction", inIntro, strings.Repeat("nails ", 20)+"<b>bold</b>", strings.Repeat("nails ", 20)+"a < b > c"),
	lintText("plain_markup", "tagline", inTagline, "Drives [nails](https://acme.dev) into wood", "Drives nails [into] wood (hard)"),
	lintText("too_short", "tagline", inTagline, "Nails", "釘を打つ"),
	lintText("shouting", "tagline", inTagline, "DRIVES NAILS INTO EVERYTHING", "Drives NAILS into everything"),
	lintText("exclamation", "tagline", inTagline, "Drives nails into everything!!", "Drives nails into everything!"),
	lintText("full_stop", "tagline", inTagline, "Drives nails into everything.", "Drives nails into everything..."),
	lintText("name_repeated", "tagline", inTagline, "With hammer you drive nails into wood", "Hammering nails into every board"),
	{"translation_same", "translations.ja.tagline", func(c *ListingContent) {
		c.Translations["ja"] = ListingTexts{Tagline: c.Tagline, Introduction: "a", Description: "b"}
	}, nil},
	{"translation_partial", "translations.ja", func(c *ListingContent) { c.Translations["ja"] = ListingTexts{Tagline: "釘"} },
		func(c *ListingContent) { c.Translations["ja"] = ListingTexts{Name: "ハンマー"} }},

	lintText("markdown_image", "description", inDescription, "## A\n\n![logo](https://acme.dev/l.png)", "## A\n\n`![logo](x)` and [link](https://acme.dev)!"),
	lintText("markdown_html", "description", inDescription, "<script>alert(1)</script>", "a < b, `<b>` and\n```html\n<script>\n```\n<https://acme.dev>"),
	lintText("markdown_scheme", "description", inDescription, "[x](javascript:alert(1))", "[x](mailto:a@acme.dev) and note: this"),
	lintText("headings_missing", "description", inDescription, strings.Repeat("Nails and boards. ", 100), "# Nails\n"+strings.Repeat("Nails and boards. ", 100)),
	lintText("heading_skipped", "description", inDescription, "## A\n\ntext\n\n#### B\n", "## A\n\n### B\n\n## C\n```\n##### no\n```\n"),

	lintText("address", "homepage_url", inHomepage, "https:// acme.dev", "https://acme.dev/a?b=c#d"),
	lintText("address", "homepage_url", inHomepage, "https://-acme.dev", "https://bücher.dev"),
	lintText("address_scheme", "homepage_url", inHomepage, "javascript:alert(1)", "https://acme.dev"),
	lintText("address_scheme", "homepage_url", inHomepage, "http://acme.dev", "HTTPS://acme.dev"),
	lintText("address_user", "homepage_url", inHomepage, "https://github.com@evil.dev", "https://evil.dev/@github.com"),
	lintText("address_private", "homepage_url", inHomepage, "https://192.168.0.1/", "https://acme.dev"),
	lintText("address_private", "homepage_url", inHomepage, "https://printer.local", "https://local.dev"),
	lintText("mail", "links.support", func(c *ListingContent, s string) { c.Links.Support = s }, "mailto:help", "mailto:help@acme.dev"),
	lintText("mail", "contacts[0].mail", func(c *ListingContent, s string) { c.Contacts[0].Mail = s }, "ada at acme", "ada+souk@acme.dev"),
	lintText("address_number", "homepage_url", inHomepage, "https://8.8.8.8", "https://dns8.dev"),
	lintText("address_scripts", "homepage_url", inHomepage, "https://аcme.dev", "https://акме.dev"),
	lintText("address_example", "homepage_url", inHomepage, "https://acme.example", "https://example.dev"),

	lintText("choice", "contacts[0].role", func(c *ListingContent, s string) { c.Contacts[0].Role = ContactRole(s) }, "boss", "security"),
	lintText("choice", "purchase", func(c *ListingContent, s string) { c.Purchase = Purchase(s) }, "there", ""),
	lintText("choice", "plans[1].audience", func(c *ListingContent, s string) { c.Plans[1].Audience = Audience(s) }, "bots", "users"),
	lintText("choice", "type", func(c *ListingContent, s string) { c.Type = AppKind(s) }, "action", ""),
	lintText("slug", "slug", func(c *ListingContent, s string) { c.Slug = s }, "Ham mer", "ham-mer"),
	lintText("slug", "categories[0]", func(c *ListingContent, s string) { c.Categories[0] = s }, "../etc", "ci"),
	lintText("slug_reserved", "slug", func(c *ListingContent, s string) { c.Slug = s }, "manage", "manager"),
	{"twice", "languages[1]", func(c *ListingContent) { c.Languages = []string{"Go", "go"} }, nil},
	{"twice", "contacts[1].mail", func(c *ListingContent) { c.Contacts = append(c.Contacts, c.Contacts[0]) },
		func(c *ListingContent) {
			c.Contacts = append(c.Contacts, Contact{Role: ContactSecurity, Mail: "ada@acme.dev"})
		}},
	{"translation_language", "translations", func(c *ListingContent) { c.Translations = map[string]ListingTexts{"en": {}} },
		func(c *ListingContent) { c.Translations = map[string]ListingTexts{"fr": {Name: "Marteau"}} }},
	lintText("colour", "logo_backdrop", func(c *ListingContent, s string) { c.LogoBackdrop = s }, "#1f6feb", "1F6FEB"),
	{"permission_unknown", "permissions", func(c *ListingContent) { c.Permissions = Grants{"everything": LevelAdmin} }, nil},
	{"event_unknown", "events[0]", func(c *ListingContent) { c.Events = []string{"earthquake"} }, nil},
	{"scope_unknown", "scopes[0]", func(c *ListingContent) { c.Scopes = []string{"world"} }, func(c *ListingContent) { c.Scopes = []string{"repo"} }},
	{"path", "single_file_paths[0]", func(c *ListingContent) { c.SingleFilePaths = []string{"../../etc/passwd"} }, nil},
	{"language_spelling", "languages[0]", func(c *ListingContent) { c.Languages = []string{"golang"} }, func(c *ListingContent) { c.Languages = []string{"Zwölf"} }},

	{"plan_price_missing", "plans[1].monthly_minor", inTeam(func(p *PlanTerm) { p.MonthlyMinor, p.YearlyMinor = nil, nil }), nil},
	{"plan_price_range", "plans[1].monthly_minor", inTeam(func(p *PlanTerm) { p.MonthlyMinor = new(int64(-1)) }), nil},
	{"plan_price_range", "plans[1].yearly_minor", inTeam(func(p *PlanTerm) { p.YearlyMinor = new(int64(MaxPriceMinor + 1)) }), nil},
	{"plan_price_zero", "plans[1].monthly_minor", inTeam(func(p *PlanTerm) { p.MonthlyMinor = new(int64(0)) }), nil},
	{"plan_price_free", "plans[0].monthly_minor", func(c *ListingContent) { c.Plans[0].MonthlyMinor = new(int64(5)) },
		func(c *ListingContent) { c.Plans[0].MonthlyMinor = new(int64(0)) }},
	{"plan_currency", "plans[1].currency", inTeam(func(p *PlanTerm) { p.Currency = "eur" }), inTeam(func(p *PlanTerm) { p.Currency = "JPY" })},
	{"plan_unit_missing", "plans[1].unit_name", inTeam(func(p *PlanTerm) { p.UnitName = "" }), nil},
	{"plan_units_range", "plans[1].min_units", inTeam(func(p *PlanTerm) { p.MinUnits = new(int64(0)) }), nil},
	{"plan_units_order", "plans[1].max_units", inTeam(func(p *PlanTerm) { p.MaxUnits = new(int64(1)) }), inTeam(func(p *PlanTerm) { p.MaxUnits = new(int64(2)) })},
	{"plan_capacity_range", "plans[1].capacity", inTeam(func(p *PlanTerm) { p.Capacity = new(int64(0)) }), inTeam(func(p *PlanTerm) { p.Capacity = new(int64(MaxPlanCapacity)) })},
	{"plan_capacity_range", "plans[1].capacity", inTeam(func(p *PlanTerm) { p.Capacity = new(int64(MaxPlanCapacity + 1)) }), nil},
	{"plan_capacity_low", "plans[1].capacity", inTeam(func(p *PlanTerm) { p.Capacity = new(int64(1)) }), inTeam(func(p *PlanTerm) { p.Capacity = new(int64(2)) })},
	{"plan_trial_range", "plans[1].trial_days", inTeam(func(p *PlanTerm) { p.TrialDays = 366 }), inTeam(func(p *PlanTerm) { p.TrialDays = 365 })},
	{"plan_trial_free", "plans[0].trial_days", func(c *ListingContent) { c.Plans[0].TrialDays = 1 }, nil},
	{"plan_notice_range", "plans[1].notice_days", inTeam(func(p *PlanTerm) { p.NoticeDays = new(-1) }), inTeam(func(p *PlanTerm) { p.NoticeDays = new(0) })},
	{"plan_name_twice", "plans[1].name", inTeam(func(p *PlanTerm) { p.Name = "free " }), nil},
	{"plan_number_twice", "plans[1].number", inTeam(func(p *PlanTerm) { p.Number = 1 }), func(c *ListingContent) { c.Plans[0].Number, c.Plans[1].Number = 0, 0 }},
	{"plan_number", "plans[1].number", inTeam(func(p *PlanTerm) { p.Number = -1 }), nil},
	{"plan_date", "plans[1].as_of", inTeam(func(p *PlanTerm) { p.AsOf = "2026-02-30" }), inTeam(func(p *PlanTerm) { p.AsOf = "2026-02-28" })},
	{"plan_yearly_dearer", "plans[1].yearly_minor", inTeam(func(p *PlanTerm) { p.YearlyMinor = new(int64(4801)) }), inTeam(func(p *PlanTerm) { p.YearlyMinor = new(int64(4800)) })},
	{"plan_units_unused", "plans[0]", func(c *ListingContent) { c.Plans[0].UnitName = "seat" }, nil},
	{"plan_currencies", "plans[2].currency", func(c *ListingContent) {
		c.Plans = append(c.Plans, PlanTerm{Name: "Big", Kind: PlanFlatRate, MonthlyMinor: new(int64(9)), YearlyMinor: new(int64(9)), Description: "x"})
	}, func(c *ListingContent) {
		c.Plans = append(c.Plans, PlanTerm{Name: "Big", Kind: PlanFlatRate, MonthlyMinor: new(int64(9)), YearlyMinor: new(int64(9)), Currency: "EUR", Description: "x"})
	}},
	{"purchase_url_unused", "purchase_url", func(c *ListingContent) { c.PurchaseURL = "https://acme.dev/buy" }, nil},
	{"plan_one_period", "plans[1]", inTeam(func(p *PlanTerm) { p.YearlyMinor = nil }), nil},
	{"plan_undescribed", "plans[0]", func(c *ListingContent) { c.Plans[0].Description = "" }, nil},
	{"plan_same_price", "plans[2]", func(c *ListingContent) {
		c.Plans = append(c.Plans, PlanTerm{Name: "Also free", Kind: PlanFree, Description: "x"})
	},
		func(c *ListingContent) {
			c.Plans = append(c.Plans, PlanTerm{Name: "Also free", Kind: PlanFree, Description: "x", Audience: AudienceUsers})
		}},

	{"picture_source", "screenshots[0]", func(c *ListingContent) { c.Screenshots[0].File = "x.png" }, nil},
	{"picture_file", "logo.file", func(c *ListingContent) { c.Logo = &Picture{File: "../../etc/passwd"} }, func(c *ListingContent) { c.Logo = &Picture{File: "./a/logo..png"} }},
	{"picture_hash", "logo.hash", func(c *ListingContent) { c.Logo = &Picture{Hash: "../x"} }, nil},
	{"screenshot_twice", "screenshots[1]", func(c *ListingContent) { c.Screenshots = append(c.Screenshots, c.Screenshots[0]) }, nil},
	{"feature_colour_missing", "feature.text_color", func(c *ListingContent) { c.Feature.TextColor = "" }, func(c *ListingContent) { c.Feature = nil }},
	{"caption_missing", "screenshots[0].caption", func(c *ListingContent) { c.Screenshots[0].Caption = "" }, nil},
}

func findingOf(found []Finding, rule, field string) bool {
	return slices.ContainsFunc(found, func(f Finding) bool { return f.Rule == rule && f.Field == field })
}

func TestEveryRuleFindsWhatItIsFor(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{"too_large": true, "category_unknown": true} // they have tests of their own
	for _, test := range lintCases {
		seen[test.rule] = true
		c := wholeListing()
		test.fails(&c)
		if found := LintListing(&c); !findingOf(found, test.rule, test.field) {
			t.Errorf("%s isn't found in %s: %+v", test.rule, test.field, found)
		}
		c = wholeListing()
		if test.holds != nil {
			test.holds(&c)
		}
		if found := LintListing(&c); findingOf(found, test.rule, test.field) {
			t.Errorf("%s is found in %s of what is fine: %+v", test.rule, test.field, found)
		}
	}
	for _, r := range LintRules() {
		if r.Topic != LintFile && !seen[r.Name] {
			t.Errorf("%s has no example", r.Name)
		}
	}
}

func TestTheWholeListingHasNoFindings(t *testing.T) {
	t.Parallel()
	c := wholeListing()
	if found := LintListing(&c); len(found) > 0 {
		t.Errorf("%+v", found)
	}
	c.Type, c.Links.Installation = OAuthApp, "https://acme.dev/start"
	if found := LintListing(&c); len(found) > 0 {
		t.Errorf("%+v", found)
	}
	if found := LintListing(&ListingContent{}); !Blocking(found) {
		t.Errorf("an empty listing could be handed in: %+v", found)
	}
}

func TestFindingsNameRulesAndFieldsOfTheTables(t *testing.T) {
	t.Parallel()
	for _, test := range lintCases {
		c := wholeListing()
		test.fails(&c)
		for _, f := range LintListing(&c) {
			if r, known := lintIndex[f.Rule]; !known || r.Severity != f.Severity {
				t.Errorf("%+v is of no rule", f)
			}
		}
	}
	names := map[string]bool{}
	for _, r := range LintRules() {
		if names[r.Name] {
			t.Errorf("%s stands there twice", r.Name)
		}
		names[r.Name] = true
	}
}

func TestOnlyWhatCantBeStoredKeepsADraftFromBeingKept(t *testing.T) {
	t.Parallel()
	c := wholeListing()
	c.Tagline, c.Name = strings.Repeat("x", 5000), "\u202e"
	if found := DraftFindings(&c, 100); len(found) != 0 {
		t.Errorf("%+v", found)
	}
	c.Name, c.Tagline = "a\x00", "\xff"
	if found := DraftFindings(&c, 100); len(found) != 2 {
		t.Errorf("%+v", found)
	}
	if found := DraftFindings(&c, MaxDraftBytes+1); len(found) != 1 || found[0].Rule != "too_large" {
		t.Errorf("%+v", found)
	}
}

func TestUnknownCategories(t *testing.T) {
	t.Parallel()
	c := wholeListing()
	c.Categories = []string{"code-quality", "nothing"}
	found := CategoryFindings(&c, []string{"ci", "code-quality"})
	if len(found) != 1 || !findingOf(found, "category_unknown", "categories[1]") {
		t.Errorf("%+v", found)
	}
}
