package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"souk/models/db/dbtest"
)

const listingFile = `slug: lantern
name: Lantern
type: github_app
tagline: Lights up what a change touches
introduction: Lantern shows for every change which parts of a system it reaches, and who is on watch there.
description: |
  ## What it does

  It comments on pull requests with what the change lights up.
categories: [deployment]
links:
  support: https://lantern.example/help
  privacy: https://lantern.example/privacy
  terms: https://lantern.example/terms
contacts:
  - role: technical
    mail: iris@example.test
data:
  accessed: Titles of pull requests
  stored: false
  third_parties: Nobody
logo:
  file: logo.png
screenshots:
  - file: shot.png
    caption: A change and what it lights up
plans:
  - name: Crew
    kind: flat_rate
    monthly_minor: 1200
    yearly_minor: 12000
    currency: EUR
    trial_days: 14
`

// TestListingAsCode is the way of TestPublishing from a file, with Postgres to
// search: refused by the linter and mended, handed in, changed, approved, found,
// and changed again.
func TestListingAsCode(t *testing.T) {
	t.Parallel()
	site := start(t)
	cookies := site.publishers(t)
	d := dbtest.Open(t, site.database)
	makers, iris := dbtest.AccountOf(t, d, "lantern-works"), dbtest.AccountOf(t, d, asIntegrator)
	dbtest.App(t, d, makers, "lantern")
	dir := t.TempDir()
	for name, content := range map[string][]byte{"logo.png": pictureOf(t, 400, 400), "shot.png": pictureOf(t, 1280, 800)} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	token := dbtest.AccessToken(t, d, iris, "marketplace")
	listing := func(text string, args ...string) (out string, code int) {
		t.Helper()
		file := filepath.Join(dir, "listing.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := site.program(t, append([]string{"listing"}, append(args, file)...)...)
		cmd.Env = append(cmd.Env, "SOUK_URL="+site.address, "SOUK_TOKEN="+token)
		b, err := cmd.CombinedOutput()
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			return string(b), exit.ExitCode()
		} else if err != nil {
			t.Fatal(err)
		}
		return string(b), 0
	}

	bad := strings.Replace(strings.Replace(listingFile, "https://lantern.example/help", "javascript:alert(1)", 1), "tagline:", "taglin:", 1)
	if out, code := listing(bad, "lint"); code != 1 || !strings.Contains(out, "listing.yaml:4:") || !strings.Contains(out, "tagline") {
		t.Fatalf("a bad file: %d %s", code, out)
	}
	if out, code := listing(listingFile, "lint"); code != 0 {
		t.Fatalf("a good file: %d %s", code, out)
	}
	if out, code := listing(listingFile, "push", "--submit"); code != 0 || !strings.Contains(out, "Handed in") {
		t.Fatalf("the first push: %d %s", code, out)
	}

	b := open(t, site, desktop)
	b.tolerate = append(b.tolerate, "422", "404")
	b.become(cookies, asReviewer)
	b.decides("request_changes", "unclear", "Say which pull requests it comments on.")
	second := strings.Replace(listingFile, "on pull requests with", "on every pull request that changes a deployment, with", 1)
	if out, code := listing(second, "push", "--force", "--submit"); code != 0 || !strings.Contains(out, "Handed in") {
		t.Fatalf("the second push: %d %s", code, out)
	}
	b.decides("approve", "", "")
	b.become(cookies, asNobody)
	b.finds("Lantern", true)

	third := strings.Replace(strings.Replace(second, "Lights up what", "Shows what", 1), "1200\n", "1500\n", 1)
	if out, code := listing(third, "push", "--force", "--submit", "--note", "Another price."); code != 0 {
		t.Fatalf("the third push: %d %s", code, out)
	}
	b.visit("/marketplace/lantern")
	b.wants("Lights up what a change touches", "€12.00")
	b.become(cookies, asReviewer)
	b.decides("approve", "", "")
	b.become(cookies, asNobody)
	b.visit("/marketplace/lantern")
	b.wants("Shows what a change touches", "€15.00")

	if out, code := listing(third, "push"); code == 0 {
		t.Errorf("a push without what others did meanwhile: %s", out)
	}
	token = "souk_nobody"
	if out, code := listing(third, "push", "--force"); code != 1 {
		t.Errorf("with a bad token: %d %s", code, out)
	}
}
