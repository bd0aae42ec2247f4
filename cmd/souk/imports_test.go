package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// arrows is who may import whom: a folder, and the folders of ours that it may
// import. A folder stands for what is below it, the longest one that fits. A
// package may always import what is below itself.
var arrows = map[string][]string{
	"cmd":       {"handlers", "web", "templates", "static", "search", "models", "migrations", "demo"},
	"bench":     {"cmd", "handlers", "web", "templates", "static", "search", "models", "migrations", "demo"},
	"handlers":  {"handlers", "web", "templates", "static", "search", "models"},
	"web":       {"templates/errors", "web", "models"},
	"web/i18n":  {"models"},
	"web/paths": {},
	"web/view":  {"web/paths"},
	"templates": {"templates", "web/i18n", "web/paths", "web/view", "static", "models"},
	"static":    {},
	"search":    {"search", "models", "models/db", "models/jobs"},
	"demo":      {},

	"templates/ui": {"templates/logo", "web/i18n", "web/paths", "web/view", "static"},

	"models":         {},
	"models/db":      {"models", "models/db", "migrations"},
	"models/jobs":    {"models", "models/db"},
	"models/catalog": {"models", "models/raster", "models/db", "models/jobs"},

	"models/audit":     {"models", "models/db"},
	"models/mail":      {"models", "models/db"},
	"models/notices":   {"models", "models/db", "models/jobs"},
	"models/identity":  {"models", "models/db", "models/jobs", "models/audit", "models/notices"},
	"models/profiles":  {"models", "models/db", "models/jobs", "models/audit", "models/notices", "models/identity"},
	"models/factors":   {"models", "models/db", "models/jobs", "models/audit", "models/notices", "models/identity", "models/secretbox"},
	"models/secretbox": {"models/db"},
	"models/orgs":      {"models", "models/db", "models/jobs", "models/audit", "models/notices", "models/identity", "models/outside"},
	"models/outside":   {},
	"models/repos":     {"models", "models/db", "models/jobs", "models/audit", "models/notices"},
	"models/staff":     {"models", "models/db", "models/jobs", "models/audit", "models/notices", "models/identity"},

	"models/apps":              {"models", "models/db", "models/jobs", "models/audit", "models/notices", "models/identity", "models/secretbox", "models/credentials/issue"},
	"models/credentials/issue": {"models", "models/db"},
	"models/credentials":       {"models", "models/apps", "models/db", "models/audit", "models/notices", "models/secretbox"},
	"models/ownership":         {"models", "models/apps", "models/db", "models/jobs", "models/audit", "models/notices", "models/identity", "models/hooks"},
	"models/pictures":          {"models", "models/apps", "models/drafts", "models/identity", "models/raster", "models/db", "models/jobs", "models/audit"},
	"models/raster":            {"models"},
	"models/filing":            {"models", "models/apps", "models/drafts", "models/listingfile", "models/pictures", "models/review", "models/db"},
	"models/listingfile":       {"models"},
	"models/drafts":            {"models", "models/apps", "models/db", "models/audit", "models/notices"},
	"models/checks":            {"models", "models/apps", "models/db", "models/jobs", "models/notices", "models/outside"},
	"models/plans":             {"models", "models/apps", "models/drafts", "models/db", "models/audit", "models/notices"},
	"models/tryouts":           {"models", "models/apps", "models/drafts", "models/db", "models/jobs", "models/audit"},
	"models/review":            {"models", "models/drafts", "models/db", "models/jobs", "models/audit", "models/notices", "models/identity", "models/catalog", "models/apps"},
	"models/moderation":        {"models", "models/apps", "models/review", "models/db", "models/jobs", "models/audit", "models/notices", "models/identity"},
	"models/claims":            {"models", "models/apps", "models/db", "models/jobs", "models/audit", "models/notices", "models/identity", "models/outside"},
	"models/insights":          {"models", "models/apps", "models/db", "models/jobs"},

	"models/gateway":              {"models", "models/db", "models/gateway"},
	"models/ledger":               {"models", "models/db", "models/jobs", "models/notices", "models/gateway"},
	"models/invoices/invoicetest": {"models", "models/db", "models/invoices"},
	"models/invoices":             {"models", "models/db", "models/jobs", "models/audit", "models/notices", "models/ledger", "models/secretbox"},
	"models/hooks":                {"models", "models/db", "models/jobs", "models/audit", "models/notices", "models/apps", "models/outside", "models/secretbox"},
	"models/sellers":              {"models", "models/db", "models/jobs", "models/audit", "models/notices", "models/gateway"},
	"models/wallet":               {"models", "models/db", "models/jobs", "models/audit", "models/notices", "models/gateway"},
	"models/policies":             {"models", "models/db", "models/jobs", "models/audit", "models/notices"},
	"models/billing":              {"models", "models/db", "models/jobs", "models/audit", "models/notices", "models/apps", "models/gateway", "models/hooks", "models/insights", "models/invoices", "models/ledger", "models/policies"},
	"models/requests":             {"models", "models/db", "models/jobs", "models/audit", "models/notices", "models/billing", "models/policies"},
	"models/sales":                {"models", "models/db", "models/jobs", "models/audit", "models/notices", "models/apps"},
	"models/refunds":              {"models", "models/db", "models/jobs", "models/audit", "models/notices", "models/apps", "models/gateway", "models/insights", "models/invoices", "models/ledger"},

	"models/installs":        {"models", "models/db", "models/jobs", "models/audit", "models/notices", "models/apps", "models/hooks", "models/insights", "models/policies"},
	"models/installrequests": {"models", "models/db", "models/jobs", "models/audit", "models/notices", "models/apps", "models/billing", "models/installs", "models/policies"},
	"models/installchoices":  {"models", "models/db", "models/apps", "models/policies"},
	"models/installtokens":   {"models", "models/db", "models/jobs", "models/audit", "models/notices", "models/apps", "models/installs", "models/policies"},
	"models/oauth":           {"models", "models/db", "models/jobs", "models/audit", "models/notices", "models/apps", "models/hooks", "models/policies"},
	"models/oversight":       {"models", "models/db", "models/jobs", "models/audit", "models/notices", "models/installs", "models/oauth", "models/policies"},

	"web/mailer": {"templates/mail", "models", "models/db", "models/jobs", "models/mail", "models/identity", "web"},
	"migrations": {},
	"scripts":    {"models/db"},
	"e2e":        {},
}

// exact are folders that stand for themselves alone when they are allowed:
// allowing models doesn't allow the verbs.
var exact = []string{"models"}

// fences say which folders of ours may import a module of somebody else.
var fences = map[string][]string{
	"github.com/labstack/echo":         {"web", "handlers"},
	"gorm.io/":                         {"models", "search/pg"},
	"github.com/jackc/pgx":             {"models", "search/pg", "cmd", "bench"},
	"github.com/meilisearch/":          {"search/meili"},
	"github.com/riverqueue/":           {"models", "web/mailer", "search", "cmd"},
	"github.com/a-h/templ":             {"templates", "web", "handlers", "bench"},
	"github.com/microcosm-cc/":         {"models/catalog"},
	"github.com/yuin/":                 {"models/catalog", "templates/docs"},
	"github.com/prometheus/":           {"cmd"},
	"github.com/schollz/progressbar":   {"cmd"},
	"github.com/swaggest/":             {"handlers/api"},
	"github.com/sony/gobreaker":        {"search"},
	"github.com/maypok86/otter":        {"web", "handlers/machines"},
	"golang.org/x/text/feature/plural": {"web/i18n"},
	"golang.org/x/crypto/argon2":       {"models/identity"},
	"github.com/ccojocar/zxcvbn-go":    {"models/identity"},
	"github.com/go-webauthn/":          {"models/factors"},
	"github.com/pquerna/otp":           {"models/factors"},
	"github.com/wneessen/go-mail":      {"models/mail"},
	"go.yaml.in/":                      {"models/listingfile"},
	"github.com/emersion/":             {"models/mail/mailtest"},
	"github.com/miekg/dns":             {"models/orgs"},
	"gocloud.dev/":                     {"models/pictures/bucket"},
	"golang.org/x/image/webp":          {"models/raster"},
	"github.com/sergi/go-diff":         {"models/drafts", "models/review"},
	"github.com/stripe/":               {"models/gateway/stripegw"},
	"codeberg.org/go-pdf/":             {"templates/paper"},
	"github.com/golang-jwt/":           {"models/hooks", "models/credentials"},
	"github.com/google/go-github/":     {}, // clients, for tests
	"github.com/bradleyfalzon/":        {},
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func TestImportsPointOneWay(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		from := strings.TrimPrefix(p.ImportPath, "souk/")
		rule, ok := longest(arrows, from)
		if !ok {
			t.Errorf("%s: no arrow is written down for this folder", from)
			continue
		}
		for _, imported := range p.Imports {
			if to, ours := strings.CutPrefix(imported, "souk/"); ours {
				if !allowed(from, to, arrows[rule]) {
					t.Errorf("%s must not import %s", from, to)
				}
				continue
			}
			for module, folders := range fences {
				if strings.HasPrefix(imported, module) && !slices.ContainsFunc(folders, func(f string) bool { return below(from, f) }) {
					t.Errorf("%s must not import %s, which only %s may", from, imported, strings.Join(folders, ", "))
				}
			}
		}
	}
}

// TestNounsAreNotVerbs holds the package models to what tells a noun from a
// verb.
func TestNounsAreNotVerbs(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if p.ImportPath != "souk/models" {
			continue
		}
		for _, i := range p.Imports {
			if slices.Contains([]string{"context", "net/http", "database/sql", "os", "log/slog"}, i) {
				t.Errorf("models imports %s", i)
			}
		}
	}
}

func allowed(from, to string, folders []string) bool {
	if below(to, from) && from != "models" {
		return true
	}
	for _, f := range folders {
		if to == f || (below(to, f) && !(slices.Contains(exact, f) && !isLayer(from))) {
			return true
		}
	}
	return false
}

// isLayer says who may use every verb: handlers, commands, benchmarks.
func isLayer(from string) bool {
	return below(from, "cmd") || below(from, "handlers") || below(from, "bench")
}

func below(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

func longest(rules map[string][]string, path string) (found string, ok bool) {
	for folder := range rules {
		if below(path, folder) && len(folder) >= len(found) {
			found, ok = folder, true
		}
	}
	return found, ok
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "souk/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("only %d packages were found", len(all))
	}
	return all
}
