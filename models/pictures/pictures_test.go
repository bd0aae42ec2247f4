package pictures_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/drafts"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/pictures"
	"souk/models/pictures/bucket"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is a database with an integrator and the draft of a listing.
type world struct {
	*pictures.Service
	t      *testing.T
	db     *db.DB
	drafts *drafts.Service
	bucket bucket.Bucket
	actor  models.Actor
	now    time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), now: dbtest.Epoch}
	clock := func() time.Time { return w.now }
	queue, err := jobs.NewQueue(w.db)
	w.must(err)
	n := notices.New(w.db, queue, clock)
	w.drafts = drafts.New(w.db, n, clock)
	w.Service = pictures.New(w.db, w.drafts, identity.New(w.db, queue, n, clock), clock)
	w.bucket, err = bucket.Open(t.Context(), "mem://")
	w.must(err)
	t.Cleanup(func() { _ = w.bucket.Close() })
	w.KeepIn(w.bucket)
	maker := dbtest.User(t, w.db, "maker")
	app := dbtest.App(t, w.db, maker, "hammer")
	dbtest.Draft(t, w.db, app, models.ListingContent{Name: "Hammer"})
	w.actor = models.Actor{UserID: maker.ID, Login: maker.Login, MailVerified: true}
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(err error, want *models.Error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Errorf("%v, want %v", err, want)
	}
}

// painted is a picture that differs from others by its seed.
func painted(width, height int, seed uint8) image.Image {
	p := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			p.SetNRGBA(x, y, color.NRGBA{uint8(x/8) + seed, uint8(y/8) * (seed + 1), seed, 255})
		}
	}
	return p
}

func pngOf(t testing.TB, p image.Image) *bytes.Reader {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b.Bytes())
}

func (w *world) put(use models.PictureUse, width, height int, seed uint8) models.Image {
	w.t.Helper()
	img, err := w.Put(w.t.Context(), w.actor, use, pngOf(w.t, painted(width, height, seed)))
	w.must(err)
	return img
}

func (w *world) content() models.ListingContent {
	w.t.Helper()
	d, _, err := w.drafts.Current(w.t.Context(), w.actor, "hammer")
	w.must(err)
	return d.Content
}

func TestPut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	img := w.put(models.PictureLogo, 400, 400, 1)
	if img.Width != 400 || img.Height != 400 || img.MediaType != "image/png" || img.Phash == nil || img.Luminance == nil || len(img.Hash) != 64 {
		t.Errorf("the picture is %+v", img)
	}
	if again := w.put(models.PictureLogo, 400, 400, 1); again.Hash != img.Hash {
		t.Error("the same picture is another")
	}
	known, err := w.Known(t.Context(), img.Hash, "none")
	if err != nil || len(known) != 1 || known[img.Hash].Width != 400 || *known[img.Hash].Phash != *img.Phash {
		t.Errorf("known is %+v, %v", known, err)
	}
	for width, want := range map[int]int{0: 400, 64: 64, 128: 128, 256: 256, 512: 400, 640: 400} {
		statements := dbtest.Statements(w.db, func() {
			body, mediaType, err := w.File(t.Context(), img.Hash, width)
			w.must(err)
			cfg, _, err := image.DecodeConfig(bytes.NewReader(body))
			if err != nil || cfg.Width != want || cfg.Height != want || mediaType != "image/png" {
				t.Errorf("%d wide: %dx%d %s, %v", width, cfg.Width, cfg.Height, mediaType, err)
			}
		})
		if statements != 0 {
			t.Errorf("the database was asked %d times for a picture in the bucket", statements)
		}
	}
	for _, width := range []int{1, 63, 65, 4096, -1} {
		_, _, err := w.File(t.Context(), img.Hash, width)
		w.refused(err, models.ErrNotFound)
	}
	for _, hash := range []string{"", "x", "../../../../etc/passwd", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"} {
		_, _, err := w.File(t.Context(), hash, 64)
		w.refused(err, models.ErrNotFound)
	}
}

func TestPutRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range map[string]struct {
		use           models.PictureUse
		width, height int
		want          *models.Error
	}{
		"small logo":        {models.PictureLogo, 199, 400, models.ErrPictureLogoSmall},
		"one pixel":         {models.PictureLogo, 1, 1, models.ErrPictureLogoSmall},
		"banner as logo":    {models.PictureLogo, 1000, 400, models.ErrPictureLogoNarrow},
		"small card":        {models.PictureFeature, 964, 482, models.ErrPictureFeatureSmall},
		"card of a shape":   {models.PictureFeature, 1200, 700, models.ErrPictureFeatureRatio},
		"narrow screenshot": {models.PictureScreenshot, 1199, 800, models.ErrPictureScreenshotNarrow},
		"long screenshot":   {models.PictureScreenshot, 1200, 2401, models.ErrPictureScreenshotRatio},
		"flat screenshot":   {models.PictureScreenshot, 1300, 300, models.ErrPictureScreenshotRatio},
		"other use":         {"banner", 400, 400, models.ErrUnknownChoice},
	} {
		_, err := w.Put(t.Context(), w.actor, c.use, pngOf(t, painted(c.width, c.height, 1)))
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := w.Put(t.Context(), w.actor, models.PictureLogo, bytes.NewReader(make([]byte, models.MaxPictureBytes+1)))
	w.refused(err, models.ErrPictureLarge)
	_, err = w.Put(t.Context(), models.Actor{}, models.PictureLogo, pngOf(t, painted(200, 200, 1)))
	w.refused(err, models.ErrSignInNeeded)
	_, err = w.Put(t.Context(), models.Actor{UserID: w.actor.UserID}, models.PictureLogo, pngOf(t, painted(200, 200, 1)))
	w.refused(err, models.ErrMailNeeded)
	for range 60 {
		if _, err = w.Put(t.Context(), w.actor, models.PictureLogo, bytes.NewReader(nil)); errors.Is(err, models.ErrTooManyTries) {
			break
		}
	}
	w.refused(err, models.ErrTooManyTries)
}

func TestLogosBecomeSquare(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	img := w.put(models.PictureLogo, 400, 240, 1)
	body, _, err := w.File(t.Context(), img.Hash, 0)
	w.must(err)
	p, err := png.Decode(bytes.NewReader(body))
	w.must(err)
	if p.Bounds() != image.Rect(0, 0, 400, 400) {
		t.Fatalf("it is %v", p.Bounds())
	}
	if _, _, _, a := p.At(200, 10).RGBA(); a != 0 {
		t.Error("beside it, something is to be seen")
	}
}

func TestPhotosStayPhotosAndLargeOnesShrink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var b bytes.Buffer
	w.must(jpeg.Encode(&b, painted(3000, 1500, 3), nil))
	img, err := w.Put(t.Context(), w.actor, models.PictureScreenshot, &b)
	if err != nil || img.MediaType != "image/jpeg" || img.Width != 2560 || img.Height != 1280 {
		t.Errorf("%+v %v", img, err)
	}
	if _, mediaType, err := w.File(t.Context(), img.Hash, 640); err != nil || mediaType != "image/jpeg" {
		t.Errorf("%s %v", mediaType, err)
	}
}

func TestListingPictures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, file := t.Context(), func(width, height int, seed uint8) *bytes.Reader { return pngOf(t, painted(width, height, seed)) }
	w.refused(w.SetLogo(ctx, w.actor, "hammer", nil, "ffffff"), models.ErrPictureMissing)
	w.must(w.SetLogo(ctx, w.actor, "hammer", file(300, 300, 1), "#0C655D"))
	if c := w.content(); c.Logo == nil || c.LogoBackdrop != "0c655d" {
		t.Errorf("the logo is %+v on %q", c.Logo, c.LogoBackdrop)
	}
	w.must(w.SetLogo(ctx, w.actor, "hammer", nil, ""))
	if c := w.content(); c.Logo == nil || c.LogoBackdrop != "" {
		t.Errorf("the logo is %+v on %q", c.Logo, c.LogoBackdrop)
	}
	for _, bad := range []string{"red", "12345", "1234567", "url(x)", "#12345g"} {
		w.refused(w.SetLogo(ctx, w.actor, "hammer", nil, bad), models.ErrPictureColor)
	}
	w.must(w.RemoveLogo(ctx, w.actor, "hammer"))

	w.refused(w.SetFeature(ctx, w.actor, "hammer", nil, "ffffff"), models.ErrPictureMissing)
	w.must(w.SetFeature(ctx, w.actor, "hammer", file(1930, 964, 1), ""))
	w.must(w.SetFeature(ctx, w.actor, "hammer", nil, "000000"))
	if c := w.content(); c.Logo != nil || c.Feature == nil || c.Feature.TextColor != "000000" || c.Feature.Hash == "" {
		t.Errorf("the card is %+v", c.Feature)
	}
	w.must(w.RemoveFeature(ctx, w.actor, "hammer"))

	for i := range models.MaxScreenshots {
		w.must(w.AddScreenshot(ctx, w.actor, "hammer", file(1280, 800, uint8(i)), "Shot"))
	}
	w.refused(w.AddScreenshot(ctx, w.actor, "hammer", file(1280, 800, 9), ""), models.ErrPictureTooMany)
	shots := w.content().Screenshots
	w.must(w.MoveScreenshot(ctx, w.actor, "hammer", shots[4].Hash, 0))
	w.must(w.MoveScreenshot(ctx, w.actor, "hammer", shots[0].Hash, 99))
	w.must(w.RemoveScreenshot(ctx, w.actor, "hammer", shots[2].Hash))
	w.refused(w.RemoveScreenshot(ctx, w.actor, "hammer", shots[2].Hash), models.ErrPictureGone)
	w.refused(w.MoveScreenshot(ctx, w.actor, "hammer", shots[2].Hash, 0), models.ErrPictureGone)
	if got := w.content().Screenshots; len(got) != 4 || got[0].Hash != shots[4].Hash || got[1].Hash != shots[1].Hash || got[3].Hash != shots[0].Hash {
		t.Errorf("the order is %v of %v", got, shots)
	}
	w.refused(w.AddScreenshot(ctx, w.actor, "hammer", file(1280, 960, 7), ""), models.ErrPictureRatioDiffers)
	w.refused(w.AddScreenshot(ctx, w.actor, "hammer", file(1280, 800, 1), ""), models.ErrPictureTwice)
	w.refused(w.AddScreenshot(ctx, w.actor, "hammer", nil, ""), models.ErrPictureMissing)
	w.must(w.AddScreenshot(ctx, w.actor, "hammer", file(2560, 1601, 11), "")) // nearly the same ratio
	w.must(w.ChangeScreenshot(ctx, w.actor, "hammer", shots[1].Hash, nil, "  Other words "))
	w.must(w.ChangeScreenshot(ctx, w.actor, "hammer", shots[3].Hash, file(1280, 800, 12), "Another picture"))
	got := w.content().Screenshots
	if got[1].Caption != "Other words" || got[2].Caption != "Another picture" || got[2].Hash == shots[3].Hash {
		t.Errorf("the screenshots are %+v", got)
	}
	long := bytes.Repeat([]byte("x"), models.MaxCaption+1)
	if err := w.ChangeScreenshot(ctx, w.actor, "hammer", shots[1].Hash, nil, string(long)); err == nil {
		t.Error("a caption without end is kept")
	}
}

func TestNobodyElseChangesPictures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(w.AddScreenshot(t.Context(), w.actor, "hammer", pngOf(t, painted(1280, 800, 1)), ""))
	hash := w.content().Screenshots[0].Hash
	other := dbtest.User(t, w.db, "other")
	actor := models.Actor{UserID: other.ID, Login: other.Login, MailVerified: true}
	ctx := t.Context()
	for name, err := range map[string]error{
		"logo":    w.SetLogo(ctx, actor, "hammer", pngOf(t, painted(300, 300, 1)), ""),
		"feature": w.RemoveFeature(ctx, actor, "hammer"),
		"add":     w.AddScreenshot(ctx, actor, "hammer", pngOf(t, painted(1280, 800, 2)), ""),
		"change":  w.ChangeScreenshot(ctx, actor, "hammer", hash, nil, "x"),
		"move":    w.MoveScreenshot(ctx, actor, "hammer", hash, 0),
		"remove":  w.RemoveScreenshot(ctx, actor, "hammer", hash),
		"app":     w.SetAppLogo(ctx, actor, "hammer", pngOf(t, painted(300, 300, 1)), ""),
		"no app":  w.RemoveAppLogo(ctx, actor, "hammer"),
	} {
		if !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if c := w.content(); c.Logo != nil || len(c.Screenshots) != 1 {
		t.Errorf("the draft is %+v", c)
	}
}

func TestAppLogo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.refused(w.SetAppLogo(ctx, w.actor, "hammer", nil, ""), models.ErrPictureMissing)
	w.must(w.SetAppLogo(ctx, w.actor, "hammer", pngOf(t, painted(300, 300, 1)), "123456"))
	st, img, err := w.App(ctx, w.actor, "hammer")
	if err != nil || img == nil || st.LogoHash != img.Hash || st.LogoBackdrop != "123456" {
		t.Fatalf("%+v %+v %v", st, img, err)
	}
	w.must(w.RemoveAppLogo(ctx, w.actor, "hammer"))
	w.must(w.RemoveAppLogo(ctx, w.actor, "hammer"))
	var logged int
	w.must(w.db.Pool().QueryRow(ctx, "SELECT count(*) FROM audit_events WHERE action = 'app.logo'").Scan(&logged))
	if logged != 2 {
		t.Errorf("the log has %d lines", logged)
	}
}

func TestPicturesOfTheDatabaseMove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	// One as imports leave it, and one from before there was a bucket.
	img := w.put(models.PictureScreenshot, 1400, 800, 1)
	body, _, err := w.File(ctx, img.Hash, 0)
	w.must(err)
	for _, width := range []string{"full", "640", "1280"} {
		w.must(w.bucket.Remove(ctx, img.Hash[:2]+"/"+img.Hash+"/"+width))
	}
	_, err = w.db.Pool().Exec(ctx, "UPDATE images SET bytes = $2, phash = NULL WHERE hash = $1", img.Hash, body)
	w.must(err)
	w.KeepIn(bucket.Rows(w.db))
	logo := w.put(models.PictureLogo, 400, 400, 2)
	w.KeepIn(w.bucket)
	for _, hash := range []string{img.Hash, logo.Hash} {
		if got, _, err := w.File(ctx, hash, 0); err != nil || len(got) == 0 {
			t.Fatalf("%s isn't served meanwhile: %v", hash, err)
		}
	}
	if got, _, err := w.File(ctx, img.Hash, 640); err != nil || len(got) == 0 {
		t.Errorf("no size of it is made: %v", err)
	}
	w.must(w.Tend(ctx))
	var left int
	w.must(w.db.Pool().QueryRow(ctx, `SELECT (SELECT count(*) FROM images WHERE bytes IS NOT NULL) + (SELECT count(*) FROM picture_files)`).Scan(&left))
	if left != 0 {
		t.Errorf("%d are still in the database", left)
	}
	known, err := w.Known(ctx, img.Hash)
	if err != nil || known[img.Hash].Phash == nil {
		t.Errorf("how it looks isn't known: %v", err)
	}
	for _, hash := range []string{img.Hash, logo.Hash} {
		if n := dbtest.Statements(w.db, func() { _, _, err = w.File(ctx, hash, 0) }); n != 0 || err != nil {
			t.Errorf("%s isn't in the bucket: %v", hash, err)
		}
	}
}

func TestUnusedPicturesGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	unused := w.put(models.PictureLogo, 300, 300, 1)
	sentAgain := w.put(models.PictureLogo, 300, 300, 2)
	w.must(w.SetLogo(ctx, w.actor, "hammer", pngOf(t, painted(300, 300, 3)), ""))
	drafted := w.content().Logo.Hash
	w.must(w.RemoveLogo(ctx, w.actor, "hammer")) // an older version of the draft still has it
	w.must(w.SetAppLogo(ctx, w.actor, "hammer", pngOf(t, painted(300, 300, 4)), ""))
	ofApp := w.put(models.PictureLogo, 300, 300, 4)
	live := w.put(models.PictureLogo, 300, 300, 5)
	dbtest.Listing(t, w.db, func(e *dbtest.Entry) { e.LogoHash = live.Hash })
	submitted := w.put(models.PictureScreenshot, 1280, 800, 6)
	_, err := w.db.Pool().Exec(ctx, `INSERT INTO listing_submissions (listing_id, state, content, submitted_at)
		SELECT id, 'submitted', jsonb_build_object('screenshots', jsonb_build_array(jsonb_build_object('hash', $1::text))), now() FROM listings WHERE slug = 'hammer'`, submitted.Hash)
	w.must(err)
	w.now = w.now.Add(6 * 24 * time.Hour)
	w.must(w.Tend(ctx))
	if known, _ := w.Known(ctx, unused.Hash); len(known) != 1 {
		t.Error("it went too early")
	}
	w.put(models.PictureLogo, 300, 300, 2)
	w.now = w.now.Add(2 * 24 * time.Hour)
	w.must(w.Tend(ctx))
	known, err := w.Known(ctx, unused.Hash, sentAgain.Hash, drafted, ofApp.Hash, live.Hash, submitted.Hash)
	w.must(err)
	if _, there := known[unused.Hash]; there || len(known) != 5 {
		t.Errorf("there are %d", len(known))
	}
	for _, width := range []int{0, 64, 128, 256} {
		_, _, err := w.File(ctx, unused.Hash, width)
		w.refused(err, models.ErrNotFound)
	}
	if _, _, err := w.File(ctx, drafted, 64); err != nil {
		t.Error(err)
	}
}

// Many send the same and other pictures at once, while pictures are cleaned up:
// whatever was sent is there.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var wg sync.WaitGroup
	sent := make([]models.Image, 12)
	for i := range sent {
		wg.Go(func() {
			img, err := w.Put(t.Context(), w.actor, models.PictureLogo, pngOf(t, painted(220, 220, uint8(i%3))))
			if err != nil {
				t.Error(err)
			}
			sent[i] = img
			if err := w.Tend(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, img := range sent {
		if _, _, err := w.File(t.Context(), img.Hash, 64); err != nil {
			t.Error(err)
		}
	}
	var rows int
	w.must(w.db.Pool().QueryRow(t.Context(), "SELECT count(*) FROM images").Scan(&rows))
	if rows != 3 {
		t.Errorf("there are %d pictures", rows)
	}
}

func TestWaitingEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 3 {
		done, err := w.Receive(t.Context())
		w.must(err)
		defer done()
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := w.Receive(ctx)
	w.refused(err, models.ErrPictureBusy)
}
