package templates

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	templ "github.com/a-h/templ/parser/v2"
	"github.com/a-h/templ/parser/v2/visitor"

	"souk/web/i18n"
)

// dynamic are the beginnings of keys that are made from codes which tests of
// their own hold against the messages.
var dynamic = []string{"permission.", "risk.", "scope.", "event.", "error.", "search."}

func TestNoTextInTemplates(t *testing.T) {
	for _, name := range sources(t, ".templ") {
		if strings.HasSuffix(name, "gallery.templ") {
			continue // speaks to whoever works on Souk
		}
		file, err := templ.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		v := visitor.New()
		v.Text = func(n *templ.Text) error {
			if strings.ContainsFunc(n.Value, unicode.IsLetter) {
				t.Errorf("%s: text %q", name, strings.TrimSpace(n.Value))
			}
			return nil
		}
		v.ConstantAttribute = func(n *templ.ConstantAttribute) error {
			switch key := n.Key.String(); key {
			case "alt", "title", "placeholder", "aria-label", "aria-description", "label":
				if n.Value != "" {
					t.Errorf("%s: %s=%q", name, key, n.Value)
				}
			case "style":
				if strings.HasPrefix(name, "mail/") {
					return nil // mail has neither a policy nor a style sheet
				}
				t.Errorf("%s: style attribute, which the policy forbids", name)
			default:
				if strings.HasPrefix(key, "on") {
					t.Errorf("%s: %s attribute, which the policy forbids", name, key)
				}
			}
			return nil
		}
		if err := file.Visit(v); err != nil {
			t.Fatal(err)
		}
	}
}

var (
	literal = regexp.MustCompile(`"((?:[a-z0-9_]+\.)+[a-z0-9_.-]*)"`)
	asked   = regexp.MustCompile(`i18n\.(?:T|N|Has)\([^,()]+(?:\(\))?, *"([^"]+)"( *\+)?`)
)

// Every key that is written out exists, and every message is used: written
// out, or by its beginning.
func TestKeys(t *testing.T) {
	keys, used := i18n.Keys(), map[string]bool{}
	var beginnings []string
	for _, name := range append(sources(t, ".templ"), sources(t, ".go")...) {
		text := read(t, name)
		for _, m := range asked.FindAllStringSubmatch(text, -1) {
			if m[2] == "" && !i18n.Has(m[1]) {
				t.Errorf("%s asks for %s, which no file has", name, m[1])
			}
		}
		for _, m := range literal.FindAllStringSubmatch(text, -1) {
			used[m[1]] = true
			if strings.HasSuffix(m[1], ".") || strings.HasSuffix(m[1], "_") {
				beginnings = append(beginnings, m[1])
			}
		}
	}
	for _, key := range keys {
		if !used[key] && !begins(key, beginnings) && !begins(key, dynamic) {
			t.Errorf("nothing uses %s", key)
		}
	}
}

func begins(key string, beginnings []string) bool {
	for _, b := range beginnings {
		if strings.HasPrefix(key, b) {
			return true
		}
	}
	return false
}

// sources are our files of a kind that people write.
func sources(t *testing.T, ext string) []string {
	t.Helper()
	var out []string
	for _, root := range []string{".", "../handlers", "../web", "../cmd"} {
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			if strings.HasSuffix(path, ext) && !strings.HasSuffix(path, "_templ.go") && !strings.HasSuffix(path, "_test.go") {
				out = append(out, path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(out) == 0 {
		t.Fatal("no files " + strconv.Quote(ext))
	}
	return out
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
