package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"souk/models/db/dbtest"
	"souk/search/meili/meilitest"
)

// patience is how long a test waits for what must happen.
const patience = 30 * time.Second

// root is the project's folder, where the tools are.
const root = ".."

// scratch is a folder for this run, removed at its end.
var scratch string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "souk-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	scratch = dir
	defer os.RemoveAll(dir)
	defer closeBrowser()
	defer meilitest.Stop()
	return dbtest.Run(m)
}

// TestSite walks through one Souk that has the demonstration catalogue and
// searches with Meilisearch.
func TestSite(t *testing.T) {
	site := start(t, meilisearch(t)...)
	site.importEverything(t)
	site.awaitIndex(t)

	// One after the other comes what is measured, and where the keyboard moves
	// the focus: a window that opens beside would take it away.
	for _, j := range []journey{
		{"Lighthouse", lighthouse},
		{"Shift", nothingMoves},
		{"Keyboard", keyboard},
		{"FocusIsSeen", focusIsSeen},
		{"Suggestions", suggestions},
		{"PhoneFilters", phoneFilters},
	} {
		t.Run(j.name, func(t *testing.T) { j.walk(t, site) })
	}
	for _, j := range []journey{
		{"Walk", walk},
		{"WalkWithoutScript", walkWithoutScript},
		{"Languages", searchInFourLanguages},
		{"Filters", filters},
		{"Sort", sorting},
		{"Paging", paging},
		{"History", history},
		{"StaleSuggestions", staleSuggestions},
		{"Compare", compare},
		{"Preferences", preferences},
		{"Phone", phone},
		{"Nothing", nothingFound},
		{"Errors", errorPages},
		{"Paper", paper},
		{"Motion", reducedMotion},
		{"ForcedColors", forcedColors},
		{"Contrast", moreContrast},
		{"Weight", everyPageIsLight},
		{"Accessibility", accessibility},
		{"Markup", markup},
		{"Links", links},
	} {
		t.Run(j.name, func(t *testing.T) {
			t.Parallel()
			j.walk(t, site)
		})
	}
}

type journey struct {
	name string
	walk func(*testing.T, *souk)
}

// binary is the program, built once as `make build` builds it.
var binary = sync.OnceValues(func() (string, error) {
	file := filepath.Join(scratch, "souk")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", file, "./cmd/souk")
	cmd.Dir, cmd.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the program can't be built: %w\n%s", err, out)
	}
	return file, nil
})
