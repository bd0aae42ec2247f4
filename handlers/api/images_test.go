package api_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"souk/handlers/api"
	"souk/models"
	"souk/models/db/dbtest"
)

func logoFile(t testing.TB, side int) string {
	t.Helper()
	p := image.NewNRGBA(image.Rect(0, 0, side, side))
	for i := range side {
		p.SetNRGBA(i, i, color.NRGBA{200, 0, 0, 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPicturesAreSentBeforeTheFile(t *testing.T) {
	s, _, auth := desk(t)
	sent := answerOf[api.StoredImage](t, s.send("POST", "/api/v1/images?use=logo", logoFile(t, 300), auth...))
	if len(sent.Hash) != 64 || sent.Width != 300 || sent.Height != 300 || sent.MediaType != "image/png" || sent.URL != base+"/images/"+sent.Hash {
		t.Errorf("%+v", sent)
	}
	if again := answerOf[api.StoredImage](t, s.send("POST", "/api/v1/images?use=logo", logoFile(t, 300), auth...)); again != sent {
		t.Errorf("sent again it is %+v", again)
	}
	made := answerOf[api.PushedDraft](t, s.send("PUT", "/api/v1/apps/hammer/listing", hammerFile+"logo:\n  hash: "+sent.Hash+"\n", auth...))
	for _, f := range made.Findings {
		if strings.HasPrefix(f.Field, "logo") {
			t.Errorf("%+v", f)
		}
	}
}

func TestPicturesThatAreRefused(t *testing.T) {
	s, _, auth := desk(t)
	for name, c := range map[string]struct {
		query, body string
		status      int
		code        string
	}{
		"nothing":      {"?use=logo", "", 400, "picture_missing"},
		"SVG":          {"?use=logo", "<svg onload=alert(1)>", 400, "picture_svg"},
		"text":         {"?use=logo", "hello", 400, "picture_kind"},
		"too small":    {"?use=logo", logoFile(t, 100), 400, "picture_logo_small"},
		"too large":    {"?use=logo", strings.Repeat("x", models.MaxPictureBytes+1), 413, "picture_large"},
		"no use":       {"", logoFile(t, 300), 400, "unknown_choice"},
		"other use":    {"?use=banner", logoFile(t, 300), 400, "bad_parameter"},
		"unknown word": {"?use=logo&as=x", logoFile(t, 300), 400, "unknown_parameter"},
	} {
		w := s.send("POST", "/api/v1/images"+c.query, c.body, auth...)
		if w.Code != c.status || !strings.Contains(w.Body.String(), `"`+c.code+`"`) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if w := s.send("POST", "/api/v1/images?use=logo", logoFile(t, 300)); w.Code != http.StatusUnauthorized {
		t.Errorf("without a token: %d", w.Code)
	}
	weak := []string{"Authorization", "Bearer " + dbtest.AccessToken(t, s.db, dbtest.User(t, s.db, "weak"), "repo")}
	if w := s.send("POST", "/api/v1/images?use=logo", logoFile(t, 300), weak...); w.Code != http.StatusForbidden || !strings.Contains(w.Header().Get("WWW-Authenticate"), "marketplace") {
		t.Errorf("without the scope: %d", w.Code)
	}
}
