package media_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func picture(t testing.TB, width, height int, seed uint8) string {
	t.Helper()
	p := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			p.SetNRGBA(x, y, color.NRGBA{uint8(x/8) + seed, uint8(y / 8), seed, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// site is a site with an integrator, the draft of a listing, and a browser.
type site struct {
	*apptest.App
	t *testing.T
	*apptest.Browser
	maker models.Account
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{App: apptest.New(t), t: t}
	s.maker = dbtest.User(t, s.DB, "maker")
	app := dbtest.App(t, s.DB, s.maker, "hammer")
	dbtest.Draft(t, s.DB, app, models.ListingContent{Name: "Hammer", Tagline: "Drives nails"})
	s.Browser = s.As(t, s.maker)
	return s
}

// send sends a form with a file, as a browser does; nothing is chosen for "".
func (s *site) send(path, name, file string, fields ...string) apptest.Answer {
	s.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(fields); i += 2 {
		if err := w.WriteField(fields[i], fields[i+1]); err != nil {
			s.t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("picture", name)
	if err == nil {
		_, err = part.Write([]byte(file))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return s.Do(http.MethodPost, path, w.FormDataContentType(), b.String())
}

const desk = "/marketplace/manage/hammer/media"

var imageAddress = regexp.MustCompile(`/images/[0-9a-f]{64}(?:/\d+)?`)

func (s *site) done(a apptest.Answer, says string) string {
	s.t.Helper()
	if a.Status != http.StatusSeeOther {
		s.t.Fatalf("%d %s", a.Status, a.Body)
	}
	page := s.Get(a.Location)
	if page.Status != http.StatusOK || !strings.Contains(page.Body, says) {
		s.t.Fatalf("%s is %d without %q", a.Location, page.Status, says)
	}
	return page.Body
}

func (s *site) refused(a apptest.Answer, status int, says ...string) {
	s.t.Helper()
	if a.Status != status {
		s.t.Errorf("%d, want %d", a.Status, status)
	}
	for _, text := range says {
		if !strings.Contains(a.Body, text) {
			s.t.Errorf("the page lacks %q", text)
		}
	}
}

func TestALogoIsGivenSeenReplacedAndTaken(t *testing.T) {
	s := newSite(t)
	if page := s.Get(desk).Body; strings.Contains(page, "Remove logo") || imageAddress.MatchString(page) {
		t.Error("there is a logo already")
	}
	page := s.done(s.send(desk+"/logo", "logo.svg", picture(t, 300, 300, 1), "backed", "true", "backdrop", "#ffffff"), "The logo is saved.")
	for _, text := range []string{"on-light", "on-dark", `fill="#ffffff"`, "stands out from its background by", "Remove logo", `value="#ffffff"`} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %s", text)
		}
	}
	address := imageAddress.FindString(page)
	shown := s.Visitor(t).Get(address)
	for name, want := range map[string]string{"Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=31536000, immutable",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox", "Set-Cookie": ""} {
		if got := shown.Header.Get(name); got != want {
			t.Errorf("%s of %s is %q", name, address, got)
		}
	}
	again := s.Visitor(t)
	again.Header().Set("If-None-Match", shown.Header.Get("ETag"))
	if a := again.Get(address); a.Status != http.StatusNotModified || a.Body != "" || a.Header.Get("Cache-Control") == "" {
		t.Errorf("asked again it is %d", a.Status)
	}
	page = s.done(s.send(desk+"/logo", "", ""), "The logo is saved.") // no colour any more, the same picture
	if strings.Contains(page, `fill="#ffffff"`) || !strings.Contains(page, strings.Split(address, "/")[2]) {
		t.Error("the colour is still there, or the logo isn't")
	}
	page = s.done(s.Post(desk+"/logo/remove", nil), "The logo is removed.")
	if imageAddress.MatchString(page) {
		t.Error("the logo is still there")
	}
}

func TestWhatIsWrongStandsInItsForm(t *testing.T) {
	s := newSite(t)
	svg := `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
	s.refused(s.send(desk+"/logo", "logo.png", svg, "backed", "true", "backdrop", "#123456"), 422,
		"SVG files can hold scripts", `id="f-logo-picture-problem"`, `href="#f-logo-picture"`, `value="#123456"`, "checked")
	s.refused(s.send(desk+"/logo", "logo.png", picture(t, 100, 100, 1)), 422, "at least 200 × 200")
	s.refused(s.send(desk+"/logo", "logo.png", ""), 422, "Choose a picture first")
	s.refused(s.send(desk+"/logo", "", ""), 422, "Choose a picture first")
	s.refused(s.send(desk+"/logo", "big.png", strings.Repeat("x", models.MaxPictureBytes+100)), 422, "larger than 5 MiB")
	s.refused(s.send(desk+"/logo", "huge.png", strings.Repeat("x", 41<<20)), http.StatusRequestEntityTooLarge)
	s.refused(s.send(desk+"/feature", "card.png", picture(t, 800, 400, 1), "text_color", "#00ff00"), 422,
		"at least 965 × 482", `id="f-feature-picture-problem"`, `value="#00ff00"`)
	s.refused(s.send(desk+"/screenshots", "shot.png", picture(t, 800, 400, 1), "caption", "What I typed"), 422,
		"at least 1200 pixels", `id="f-shot-picture-problem"`, `value="What I typed"`)
	s.refused(s.send(desk+"/screenshots", "shot.png", picture(t, 1200, 800, 1), "caption", strings.Repeat("é", 201)), 422, `id="f-shot-caption-problem"`)
	s.refused(s.Do(http.MethodPost, desk+"/logo", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a\"\r\n\r\ncut off"), 400)
	s.refused(s.Do(http.MethodPost, desk+"/logo", "multipart/form-data", "no boundary"), 400)
	var many bytes.Buffer
	w := multipart.NewWriter(&many)
	for range 100 {
		_ = w.WriteField("x", "y")
	}
	_ = w.Close()
	s.refused(s.Do(http.MethodPost, desk+"/logo", w.FormDataContentType(), many.String()), 400)
	for _, lang := range []string{"/fr", "/ja", "/zh-CN"} {
		s.refused(s.send(lang+desk+"/logo", "logo.png", svg), 422, "SVG", "PNG")
	}
}

func TestScreenshotsHaveWordsAndAnOrder(t *testing.T) {
	s := newSite(t)
	for i, words := range []string{"First", "Second", "Third"} {
		s.done(s.send(desk+"/screenshots", "shot.png", picture(t, 1280, 800, uint8(i)), "caption", words), "The screenshot is added.")
	}
	forms := regexp.MustCompile(`action="` + desk + `/screenshots/([0-9a-f]{64})"`)
	order := func(page string) (hashes []string) {
		for _, m := range forms.FindAllStringSubmatch(page, -1) {
			hashes = append(hashes, m[1])
		}
		return hashes
	}
	page := s.Get(desk).Body
	before := order(page)
	if len(before) != 3 || strings.Count(page, "Move up") != 2 || strings.Count(page, "Move down") != 2 {
		t.Fatalf("the order is %v", before)
	}
	page = s.done(s.Post(desk+"/screenshots/"+before[2]+"/move", map[string][]string{"to": {"2"}}), "The order is changed.")
	if got := order(page); got[1] != before[2] || got[2] != before[1] {
		t.Errorf("the order is %v, it was %v", got, before)
	}
	page = s.done(s.send(desk+"/screenshots/"+before[0], "", "", "caption", "Other <words>"), "The screenshot is saved.")
	if !strings.Contains(page, `value="Other &lt;words&gt;"`) {
		t.Error("the words are missing")
	}
	s.refused(s.send(desk+"/screenshots/"+before[0], "x.png", picture(t, 1280, 900, 9), "caption", "Typed again"), 422,
		"the same ratio", `id="f-shot-`+before[0][:12]+`-picture-problem"`, `value="Typed again"`)
	s.done(s.send(desk+"/screenshots/"+before[0], "x.png", picture(t, 1280, 800, 9), "caption", "Replaced"), "The screenshot is saved.")
	page = s.done(s.Post(desk+"/screenshots/"+before[1]+"/remove", nil), "The screenshot is removed.")
	if got := order(page); len(got) != 2 {
		t.Errorf("there are %v", got)
	}
	s.refused(s.Post(desk+"/screenshots/"+before[1]+"/remove", nil), http.StatusGone, "isn’t in the draft any more")
	for i := range 3 {
		s.done(s.send(desk+"/screenshots", "shot.png", picture(t, 1280, 800, uint8(20+i))), "The screenshot is added.")
	}
	if page := s.Get(desk).Body; strings.Contains(page, "Add screenshot") || !strings.Contains(page, "There are 5 screenshots") {
		t.Error("a sixth may be added")
	}
}

func TestAFeatureCardShowsItsWords(t *testing.T) {
	s := newSite(t)
	page := s.done(s.send(desk+"/feature", "card.png", picture(t, 1930, 964, 1), "text_color", "#ffee00"), "The feature card is saved.")
	for _, text := range []string{`color="#ffee00"`, "Hammer</p>", "Drives nails</p>", "stands out from the picture by"} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %s", text)
		}
	}
	s.done(s.Post(desk+"/feature/remove", nil), "The feature card is removed.")
}

func TestAnAppsLogo(t *testing.T) {
	s := newSite(t)
	const page = "/settings/apps/hammer/logo"
	s.refused(s.send(page, "x.png", "hello", "backed", "true", "backdrop", "#654321"), 422, "no picture that we take", `value="#654321"`)
	body := s.done(s.send(page, "x.png", picture(t, 300, 300, 1), "backed", "true", "backdrop", "#000000"), "The logo is saved.")
	if !strings.Contains(body, `fill="#000000"`) {
		t.Error("it has no background")
	}
	s.done(s.Post(page+"/remove", nil), "The logo is removed.")
}

// The page asks the database as often with five pictures as with none.
func TestStatementsOfThePage(t *testing.T) {
	s := newSite(t)
	count := func() int64 { return dbtest.Statements(s.DB, func() { s.Get(desk) }) }
	none := count()
	for i := range 4 {
		s.done(s.send(desk+"/screenshots", "shot.png", picture(t, 1280, 800, uint8(i))), "added")
	}
	s.done(s.send(desk+"/logo", "x.png", picture(t, 300, 300, 1)), "saved")
	s.Get(desk)
	if some := count(); some > none+1 || some > 5 {
		t.Errorf("%d statements, %d without pictures", some, none)
	}
}

func TestPagesAreLight(t *testing.T) {
	s := newSite(t)
	for i := range 5 {
		s.done(s.send(desk+"/screenshots", "shot.png", picture(t, 1280, 800, uint8(i)), "caption", strings.Repeat("w", 200)), "added")
	}
	if n := len(s.Get(desk).Body); n > 60_000 {
		t.Errorf("the page weighs %d bytes", n)
	}
}
