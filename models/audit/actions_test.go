package audit_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"souk/models"
)

var actionForm = regexp.MustCompile(`^[a-z]{2,}(_[a-z]+)*\.[a-z]+(_[a-z]+)*$`)

// noActions have the form of an action and are something else.
var noActions = []string{"webauthn.create", "webauthn.get", "data.accessed", "data.stored", "data.where", "data.retention", "data.third_parties", "feature.text_color"}

// TestActionsAreListed holds the list of actions to what the verbs record: each
// has a sentence in every language, which the pages' tests look after.
func TestActionsAreListed(t *testing.T) {
	t.Parallel()
	recorded := map[string]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		if importsAudit(t, filepath.Dir(path)) {
			literals(t, path, recorded)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for action, where := range recorded {
		if !slices.Contains(models.AuditActions(), models.AuditAction(action)) {
			t.Errorf("%s records %s, which models.AuditActions lacks", where, action)
		}
	}
	for _, action := range models.AuditActions() {
		if recorded[string(action)] == "" {
			t.Errorf("nothing records %s", action)
		}
	}
}

// importsAudit reports whether a package writes to the log.
func importsAudit(t *testing.T, dir string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Base(dir) == "audit" || slices.ContainsFunc(files, func(name string) bool {
		text, err := os.ReadFile(name)
		return err == nil && !strings.HasSuffix(name, "_test.go") && strings.Contains(string(text), `"souk/models/audit"`)
	})
}

func literals(t *testing.T, path string, into map[string]string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		if text, err := strconv.Unquote(lit.Value); err == nil && actionForm.MatchString(text) && !slices.Contains(noActions, text) {
			into[text] = path
		}
		return true
	})
}
