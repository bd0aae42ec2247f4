package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// lighthouse measures what it is like to arrive with a slow phone on a slow
// network. Each floor must be reached; since the machine may be busy with
// something else at the moment, a page has a second try, and so has Lighthouse
// when Chromium's recording lacks what it needs, as its message then asks for.
func lighthouse(t *testing.T, site *souk) {
	for _, path := range []string{"/", searchPath("continuous integration"), "/marketplace/everything"} {
		var scores string
		var faults []string
		for range lighthouseTries {
			if scores, faults = audit(t, site, path); len(faults) == 0 {
				break
			}
			t.Logf("%s: %s", path, strings.Join(faults, "; "))
		}
		t.Logf("%-50s %s", path, scores)
		for _, f := range faults {
			t.Errorf("%s: %s", path, f)
		}
	}
}

const lighthouseTries = 4

const lighthouseFloor = 0.95

// audit returns the scores and which of them are too low, with the audits that
// cost points, or why there are none.
func audit(t *testing.T, site *souk, path string) (scores string, faults []string) {
	t.Helper()
	file, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	// What is in .map files is asked of Chromium by Lighthouse alone.
	flags := "--headless=new"
	for _, f := range chromiumFlags {
		if !strings.Contains(f, " ") {
			flags += " --" + f
		}
	}
	profile := t.TempDir()
	out, err := tool(t, 2*time.Minute, []string{"CHROME_PATH=" + file}, "node", filepath.Join("node_modules", "lighthouse", "cli", "index.js"), site.address+path,
		"--output=json", "--output-path=stdout", "--quiet", "--no-enable-error-reporting", "--max-wait-for-load=30000",
		"--only-categories=performance,accessibility,best-practices,seo", "--chrome-flags="+flags+" --user-data-dir="+profile)
	if err != nil {
		return "", []string{err.Error()}
	}
	var r lighthouseReport
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("Lighthouse's report can't be read: %v: %s", err, tail(string(out)))
	}
	if r.RuntimeError.Code != "" {
		return "", []string{r.RuntimeError.Code + ": " + r.RuntimeError.Message}
	}
	if dir := os.Getenv("LIGHTHOUSE_REPORTS"); dir != "" {
		_ = os.WriteFile(filepath.Join(dir, strings.NewReplacer("/", "_", "?", "_").Replace(path)+".json"), out, 0o600)
	}
	for _, name := range []string{"performance", "accessibility", "best-practices", "seo"} {
		c := r.Categories[name]
		scores += fmt.Sprintf("%s %.2f  ", name, c.Score)
		if c.Score < lighthouseFloor {
			faults = append(faults, fmt.Sprintf("%s is %.2f, the floor is %.2f: %s", name, c.Score, lighthouseFloor, r.losses(c)))
		}
	}
	return scores, faults
}

// lighthouseReport is what the tests ask of a report.
type lighthouseReport struct {
	Categories map[string]lighthouseCategory `json:"categories"`
	Audits     map[string]struct {
		Title        string   `json:"title"`
		Score        *float64 `json:"score"`
		DisplayValue string   `json:"displayValue"`
	} `json:"audits"`
	RuntimeError struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"runtimeError"`
}

type lighthouseCategory struct {
	Score     float64 `json:"score"`
	AuditRefs []struct {
		ID     string  `json:"id"`
		Weight float64 `json:"weight"`
	} `json:"auditRefs"`
}

// losses names the audits of a category that cost points.
func (r lighthouseReport) losses(c lighthouseCategory) string {
	var list []string
	for _, ref := range c.AuditRefs {
		a := r.Audits[ref.ID]
		if ref.Weight > 0 && a.Score != nil && *a.Score < 0.95 {
			list = append(list, fmt.Sprintf("%s %.2f %s", ref.ID, *a.Score, a.DisplayValue))
		}
	}
	return strings.Join(list, ", ")
}
