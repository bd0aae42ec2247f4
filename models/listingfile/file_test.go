package listingfile_test

import (
	"encoding/json"
	"strings"
	"testing"

	"souk/models"
	"souk/models/listingfile"
)

const hammer = `# The listing of Hammer
slug: hammer
name: Hammer
type: github_app
tagline: Drives nails into every pull request
description: |
  ## What it does

  It drives nails.
categories: [code-quality]
links:
  support: mailto:help@acme.dev
  privacy: https://acme.dev/privacy
data:
  stored: false
logo:
  file: logo.png
logo_backdrop: 001122
plans:
  - name: Free
    kind: free
  - name: Team
    kind: per_unit
    monthly_minor: 400
    unit_name: seat
    as_of: 2026-11-20
`

func asJSON(t testing.TB, c models.ListingContent) string {
	t.Helper()
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAFileIsRead(t *testing.T) {
	t.Parallel()
	f, found := listingfile.Read([]byte(hammer))
	if len(found) > 0 {
		t.Fatalf("%+v", found)
	}
	c := f.Content
	if c.Slug != "hammer" || c.Description != "## What it does\n\nIt drives nails.\n" || c.Data.Stored == nil || *c.Data.Stored ||
		c.LogoBackdrop != "001122" || c.Logo.File != "logo.png" || len(c.Plans) != 2 || *c.Plans[1].MonthlyMinor != 400 || c.Plans[1].AsOf != "2026-11-20" {
		t.Errorf("%s", asJSON(t, c))
	}
}

func TestFindingsHaveTheLineOfTheirField(t *testing.T) {
	t.Parallel()
	f, _ := listingfile.Read([]byte(strings.Replace(hammer, "monthly_minor: 400", "monthly_minor: 0", 1)))
	lines := map[string]int{}
	for _, x := range f.Lint() {
		lines[x.Rule+" "+x.Field] = x.Line
	}
	for what, want := range map[string]int{
		"plan_price_zero plans[1].monthly_minor": 24, "required introduction": 1, "required_data data.accessed": 14,
		"plan_undescribed plans[0]": 20, "too_short description": 6,
	} {
		if lines[what] != want {
			t.Errorf("%s is in line %d, want %d", what, lines[what], want)
		}
	}
}

func TestJSONIsReadToo(t *testing.T) {
	t.Parallel()
	f, found := listingfile.Read([]byte("{\n\t\"slug\": \"hammer\",\n\t\"name\": \"Ham\\u0007mer\",\n\t\"plans\": [{\"name\": \"Free\", \"kind\": \"free\", \"number\": 2}]\n}"))
	if len(found) > 0 || f.Content.Slug != "hammer" || f.Content.Plans[0].Number != 2 {
		t.Fatalf("%+v %+v", f, found)
	}
	for _, x := range f.Lint() {
		if x.Rule == "control" && x.Line != 3 {
			t.Errorf("%+v", x)
		}
	}
}

func TestWhatIsWrittenReadsTheSame(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"a: b", "- x", "# c", "yes", "null", "~", "012", "1e3", "2026-11-20", " lead", "trail ", "two\nlines", "two\nlines\n", "\n\nbegin", "a\tb", "a\n\tb",
		"end \nspace", "\u0085", "\u2028", "\u007f", "\x01", "“quotes” 'single' \"double\"", "<b>&amp;</b>", "%x", "@x", "`x`", "!tag", "&a *b", "{a}", "[a]",
		"a\r\nb", "\ufeffx", "日本語\n改行", "<<", "=", "...", "---\nx", "x\n...\n", "x\n---\n", strings.Repeat("long ", 100), "a: |\n  b", "\\n", "?", "-", ": ",
	} {
		c := models.ListingContent{Slug: "x", Name: text, Type: models.GitHubApp, Description: text, Keywords: []string{text},
			Translations: map[string]models.ListingTexts{"ja": {Tagline: text}}, Permissions: models.Grants{},
			Plans: []models.PlanTerm{{Name: text, MonthlyMinor: new(int64(5)), NoticeDays: new(0)}}}
		b, err := listingfile.Write(&c)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		f, found := listingfile.Read(b)
		if len(found) > 0 || asJSON(t, f.Content) != asJSON(t, c) {
			t.Errorf("%q is written as\n%s\n%+v", text, b, found)
		}
	}
}

func TestFilesAreWrittenAsPeopleWould(t *testing.T) {
	t.Parallel()
	f, _ := listingfile.Read([]byte(hammer))
	b, err := listingfile.Write(&f.Content)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer("# The listing of Hammer\n", "", "[code-quality]", "\n  - code-quality", "001122", `"001122"`, "2026-11-20", `"2026-11-20"`).Replace(hammer)
	want = strings.Replace(want, "categories: \n", "categories:\n", 1)
	if string(b) != want {
		t.Errorf("written as\n%s\nwant\n%s", b, want)
	}
}

func TestWhatTheAppSaysIsLeftToTheApp(t *testing.T) {
	t.Parallel()
	f, found := listingfile.Read([]byte("slug: x\npermissions:\n  contents: read\nscopes: []\n"))
	if len(found) > 0 || f.Content.Permissions["contents"] != models.LevelRead {
		t.Fatalf("%+v", found)
	}
	found = f.WithoutAccess()
	if len(found) != 2 || found[0].Line != 2 || found[0].Params["field"] != "permissions" || found[1].Line != 4 || f.Content.Permissions != nil {
		t.Errorf("%+v", found)
	}
}

func FuzzListingFile(f *testing.F) {
	f.Add([]byte(hammer))
	f.Add([]byte(`{"slug":"x","plans":[{"name":"a","monthly_minor":5}]}`))
	for _, h := range hostile {
		f.Add([]byte(h.text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file, found := listingfile.Read(text)
		for _, x := range found {
			if x.Line < 0 || x.Rule == "" {
				t.Errorf("%+v", x)
			}
		}
		if file == nil {
			if len(found) == 0 {
				t.Fatal("refused without a reason")
			}
			return
		}
		file.Lint()
		b, err := listingfile.Write(&file.Content)
		if err != nil {
			t.Fatal(err)
		}
		again, found := listingfile.Read(b)
		if len(found) == 0 && asJSON(t, again.Content) != asJSON(t, file.Content) {
			t.Errorf("%q is written as\n%s", text, b)
		}
	})
}
