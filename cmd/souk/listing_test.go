package main

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models/db/dbtest"
)

// filer is someone with an app, a token and a folder.
type filer struct {
	t     *testing.T
	app   *apptest.App
	dir   string
	token string
}

func newFiler(t *testing.T) *filer {
	t.Helper()
	f := &filer{t: t, app: apptest.New(t), dir: t.TempDir()}
	dbtest.Category(t, f.app.DB, "tools")
	ada := dbtest.User(t, f.app.DB, "ada")
	dbtest.App(t, f.app.DB, ada, "hammer")
	f.token = dbtest.AccessToken(t, f.app.DB, ada, "marketplace")
	return f
}

func (f *filer) path(name string) string { return filepath.Join(f.dir, name) }

func (f *filer) write(name, text string) string {
	f.t.Helper()
	if err := os.WriteFile(f.path(name), []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
	return f.path(name)
}

func (f *filer) read(name string) string {
	f.t.Helper()
	text, err := os.ReadFile(f.path(name))
	if err != nil {
		f.t.Fatal(err)
	}
	return string(text)
}

// picture writes a picture of one colour.
func (f *filer) picture(name string, width, height int) {
	f.t.Helper()
	p := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		p.Set(i%width, i/width, color.NRGBA{uint8(i), 40, uint8(i / width), 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		f.t.Fatal(err)
	}
	f.write(name, b.String())
}

// souk runs the command and returns what it printed, on both.
func (f *filer) souk(want int, args ...string) string {
	f.t.Helper()
	var out, errs bytes.Buffer
	env := map[string]string{"SOUK_URL": f.app.URL, "SOUK_TOKEN": f.token}
	sys := &system{stdin: strings.NewReader(""), stdout: &out, stderr: &errs, getenv: func(k string) string { return env[k] }}
	if got := run(f.t.Context(), sys, append([]string{"listing"}, args...)); got != want {
		f.t.Errorf("souk listing %s exits with %d, want %d:\n%s%s", strings.Join(args, " "), got, want, &out, &errs)
	}
	return out.String() + errs.String()
}

func contains(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			t.Errorf("%q isn't in:\n%s", w, text)
		}
	}
}

const goodListing = `# What we say of Hammer
slug: hammer
name: Hammer
tagline: Drives nails into every pull request
introduction: Looks at each pull request and drives a nail wherever two boards meet.
description: |
  ## What it does

  It drives nails.
categories: [tools]
links:
  support: mailto:help@acme.dev
  privacy: https://acme.dev/privacy
contacts:
  - role: technical
    mail: ada@acme.dev
data:
  accessed: Pull requests
  stored: false
  third_parties: Nobody
logo:
  file: pictures/logo.png
plans:
  - name: Free
    kind: free
    description: For everyone
`

func TestAFileIsLintedWithoutAServer(t *testing.T) {
	t.Parallel()
	f := newFiler(t)
	f.app.URL = "http://localhost:1" // nobody is there
	bad := f.write("bad.yaml", "nmae: Hammer\ntagline: DRIVES NAILS INTO EVERYTHING.\nlogo: {file: logo.png}\n")
	out := f.souk(1, "lint", bad)
	contains(t, out, bad+`:1: error file_key_near: There is no field “nmae” here. — Did you mean “name”?`,
		bad+":2: hint shouting:", "[tagline]", bad+":1: error required: This is missing.", `no picture "logo.png" beside the file`, "errors are to mend")
	var told struct {
		File     string
		Findings []toldFinding
	}
	out = f.souk(1, "lint", "--json", bad)
	if err := json.Unmarshal([]byte(strings.SplitN(out, "\n", 2)[0]), &told); err != nil || told.File != bad || len(told.Findings) < 5 || told.Findings[0].Line == 0 {
		t.Errorf("%v %s", err, out)
	}
	f.picture("logo.png", 300, 300)
	good := f.write("good.yaml", strings.Replace(goodListing, "pictures/logo.png", "logo.png", 1))
	contains(t, f.souk(0, "lint", good), "Nothing keeps it from being handed in.", "hint screenshots_missing")
	f.write("warned.yaml", f.read("good.yaml")+"purchase_url: https://acme.dev/buy\n")
	f.souk(0, "lint", f.path("warned.yaml"))
	contains(t, f.souk(1, "lint", "--strict", f.path("warned.yaml")), "1 warning, and --strict was given")
}

func TestAFileIsPushedPulledAndHandedIn(t *testing.T) {
	t.Parallel()
	f := newFiler(t)
	if err := os.Mkdir(f.path("pictures"), 0o700); err != nil {
		t.Fatal(err)
	}
	f.picture("pictures/logo.png", 300, 300)
	file := f.write("listing.yaml", goodListing)
	contains(t, f.souk(0, "push", file), "Made the listing hammer.", "Uploaded 1 picture.", "Changed in the draft (version 2):", "tagline", "It could be handed in: ")
	if f.read("listing.yaml") != goodListing {
		t.Error("a file without a version was changed")
	}
	contains(t, f.souk(1, "push", file), "pull it first, or say --force")
	contains(t, f.souk(0, "push", "--force", file), "The draft says the same already (version 2).")

	contains(t, f.souk(0, "pull", "hammer", f.path("pulled.yaml")), "Wrote version 2 of the draft of hammer")
	contains(t, f.read("pulled.yaml"), "# souk draft version 2 of hammer\nslug: hammer\n", "## What it does", "hash: ")
	contains(t, f.souk(1, "pull", "hammer", f.path("pulled.yaml")), "is there already; --force replaces it")
	contains(t, f.souk(0, "pull", "hammer"), "# souk draft version 2 of hammer\n")

	f.write("pulled.yaml", strings.Replace(f.read("pulled.yaml"), "Drives nails", "Puts nails", 1))
	contains(t, f.souk(0, "push", f.path("pulled.yaml")), "Changed in the draft (version 3): tagline.")
	contains(t, f.read("pulled.yaml"), "# souk draft version 3 of hammer\n")

	f.write("old.yaml", "# souk draft version 2 of hammer\n"+strings.Replace(goodListing, "Drives nails", "Glues nails", 1))
	contains(t, f.souk(1, "push", f.path("old.yaml")), "somebody else has changed the same", "tagline")
	f.write("old.yaml", "# souk draft version 2 of hammer\n"+strings.Replace(goodListing, "name: Hammer", "name: Mallet", 1))
	contains(t, f.souk(0, "push", f.path("old.yaml")), "Others had changed, and it stays so: tagline")

	contains(t, f.souk(0, "push", "--force", "--submit", "--note", "Hello", file), "Handed in. How it stands: "+f.app.URL+"/marketplace/manage/hammer/review")
	contains(t, f.souk(1, "push", "--force", "--submit", f.write("worse.yaml", strings.Replace(goodListing, "  privacy: https://acme.dev/privacy\n", "", 1))),
		"not handed in: mend the errors first", "worse.yaml:11: error required")
}

func TestWhatAServerRefusesIsTold(t *testing.T) {
	t.Parallel()
	f := newFiler(t)
	f.write("logo.png", "<svg onload=alert(1)>")
	file := f.write("listing.yaml", strings.Replace(goodListing, "pictures/logo.png", "logo.png", 1))
	contains(t, f.souk(1, "push", file), "logo (logo.png): ")
	contains(t, f.souk(1, "pull", "nothing"), "there is no such app or listing, or it isn't yours")
	contains(t, f.souk(1, "push", f.write("broken.yaml", "name: &x y\n")), "broken.yaml:1: error file_anchor")
	contains(t, f.souk(1, "push", f.write("foreign.yaml", "slug: hammer\ntype: oauth_app\n")), "file_foreign")
	contains(t, f.souk(1, "lint", "--url", f.app.URL, f.write("categories.yaml", strings.Replace(goodListing, "[tools]", "[nothing]", 1))),
		"categories.yaml:10: error category_unknown: There is no category “nothing”.")
	contains(t, f.souk(1, "push", "--app", "../../user", file), "souk: ")
	f.token = dbtest.AccessToken(t, f.app.DB, dbtest.User(t, f.app.DB, "eve"), "repo")
	contains(t, f.souk(1, "pull", "hammer"), "marketplace")
	f.token = ""
	contains(t, f.souk(2, "pull", "hammer"), "there is no token; set SOUK_TOKEN")
	f.token = "soukp_x"
	f.app.URL = "http://localhost:1"
	contains(t, f.souk(1, "pull", "hammer"), "http://localhost:1 can't be reached")
	f.app.URL = "ftp://souk"
	contains(t, f.souk(2, "pull", "hammer"), "is not the address of a marketplace")
}

func TestListingIsCalledRightly(t *testing.T) {
	t.Parallel()
	f := newFiler(t)
	for _, args := range [][]string{{}, {"lint"}, {"push", "a", "b"}, {"delete", "x"}, {"pull", "a", "b", "c"}, {"lint", "--what", "x"}} {
		f.souk(2, args...)
	}
	contains(t, f.souk(1, "lint", f.path("nothing.yaml")), "there is no file")
}

func TestTheVersionStaysInTheFile(t *testing.T) {
	t.Parallel()
	for before, want := range map[string]string{
		"name: x\n": "# souk draft version 7 of hammer\nname: x\n",
		"# mine\n# souk draft version 3 of hammer\nname: x\n":  "# mine\n# souk draft version 7 of hammer\nname: x\n",
		"# souk draft version 3 of hammer\r\nname: x\r\n":      "# souk draft version 7 of hammer\nname: x\r\n",
		"# souk draft version 99999999999999999999 of x\na: b": "# souk draft version 7 of hammer\na: b",
	} {
		if got := string(withBase([]byte(before), 7, "hammer")); got != want {
			t.Errorf("%q becomes %q", before, got)
		}
	}
	if _, ok := baseOf([]byte("# souk draft version 99999999999999999999 of x\n")); ok {
		t.Error("a version without end is one")
	}
}
