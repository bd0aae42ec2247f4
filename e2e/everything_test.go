package e2e

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// everything is a listing that has all that a listing can have: what the
// demonstration catalogue knows of no single one.
const everything = `{"souk":"catalogue","version":1}
{"publisher":{"login":"everything-org","kind":"organization","name":"Everything & Sons <Ltd>","website_url":"https://everything.example","verified":true}}
{"listing":{"slug":"everything","name":"Everything “Quoted” & Complete","type":"github_app","publisher":"everything-org","tagline":"TAGLINE","introduction":"It has prices by month and by year, a trial, pictures, versions and every kind of permission. Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft is a long word.","description":"## What it does\n\nA list:\n\n- **one**\n- two with ` + "`code`" + `\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> A quotation.\n\n` + "```\\nlong_line_of_code = \\\"that goes on and on and on and on and on and on and on and on and on and on and on\\\"\\n```" + `\n\nAnd [a link](https://everything.example/docs?a=1&b=2).","keywords":["demonstration","completeness"],"categories":["localization","support"],"languages":["go","typescript","c++"],"homepage_url":"https://everything.example","links":{"support":"mailto:help@everything.example","documentation":"https://everything.example/docs","repository":"https://everything.example/code","status":"https://everything.example/status","pricing":"https://everything.example/pricing","installation":"https://everything.example/install","company":"https://everything.example/about","privacy":"https://everything.example/privacy","terms":"https://everything.example/terms"},"permissions":{"metadata":"read","contents":"write","administration":"write","members":"read","organization_administration":"write","issues":"write","pull_requests":"write","checks":"write","actions":"read","emails":"read"},"events":["push","pull_request","check_run"],"plans":[{"name":"Free","kind":"free","bullets":["Public repositories","Two people"]},{"name":"Team","kind":"per_unit","unit_name":"seat","monthly_minor":1250,"yearly_minor":12000,"trial_days":14,"description":"For teams that grow.","bullets":["Private repositories","Support by mail"]},{"name":"Whole company","kind":"flat_rate","monthly_minor":49900,"yearly_minor":499000,"trial_days":30,"audience":"organizations","bullets":["Everything","A person to call"],"as_of":"2026-03-01"}],"installs":1234567,"installs_as_of":"2026-03-01","stars":890,"stars_as_of":"2026-03-01","screenshots":[{"file":"one.png","caption":"What it looks like & feels like"},{"file":"two.png","caption":""}],"translations":{"ja":{"name":"すべて","tagline":"あらゆる項目がそろった掲載","introduction":"月額と年額の価格、試用期間、画像、版、あらゆる種類の権限があります。"},"zh-CN":{"tagline":"应有尽有的条目"},"fr":{"tagline":"Une annonce à laquelle rien ne manque"}},"published_at":"2025-06-01T08:00:00Z"}}
`

// importEverything adds that listing, in two versions.
func (s *souk) importEverything(t testing.TB) {
	t.Helper()
	dir := t.TempDir()
	writePicture(t, filepath.Join(dir, "one.png"), color.RGBA{40, 90, 160, 255})
	writePicture(t, filepath.Join(dir, "two.png"), color.RGBA{160, 90, 40, 255})
	for _, tagline := range []string{"A first attempt at a listing", "A listing that lacks nothing"} {
		s.importText(t, dir, strings.Replace(everything, "TAGLINE", tagline, 1))
	}
}

// importText imports a catalogue with what lies in dir beside it.
func (s *souk) importText(t testing.TB, dir, text string) {
	t.Helper()
	file := filepath.Join(dir, "catalogue.jsonl")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.command(t, "import", file)
}

func writePicture(t testing.TB, file string, c color.Color) {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1200, 750))
	for y := range 750 {
		for x := range 1200 {
			if (x/50+y/50)%2 == 0 {
				img.Set(x, y, c)
			} else {
				img.Set(x, y, color.White)
			}
		}
	}
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
}
