package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// markup hands every type of page in every language, and the style sheets, to
// the Nu HTML checker, all at once.
func markup(t *testing.T, site *souk) {
	dir := t.TempDir()
	names := map[string]string{} // address by file
	write := func(name, path, text string) {
		t.Helper()
		file := filepath.Join(dir, strings.NewReplacer(" ", "-", "/", "-").Replace(name)+".html")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		names[file] = path
	}
	for _, p := range pageTypes() {
		for _, lang := range languages {
			path := p.in(lang)
			write(p.name+" "+lang, path, site.get(t, path).body)
		}
	}
	for _, path := range []string{"/embed/renovate", "/embed/everything?theme=dark", "/embed/everything?lang=ja", "/docs/finding", "/docs/api", "/docs/privacy", "/fr/docs/api"} {
		a := site.get(t, path)
		if a.status != 200 {
			t.Errorf("%s answers %d", path, a.status)
		}
		write("other "+strings.NewReplacer("?", "-", "=", "-").Replace(path), path, a.body)
	}
	for _, path := range []string{"/marketplace/suggest?q=code"} {
		// A piece of a page, in the place that it is made for.
		a := site.get(t, path)
		write("piece", path, "<!doctype html><html lang=en><meta charset=utf-8><title>A piece</title><ul role=listbox aria-label=Suggestions>"+a.body+"</ul></html>")
	}
	gallery := startOn(t, site.database, "SOUK_DEV=true")
	for i, path := range galleryPages(t, gallery) {
		write(fmt.Sprintf("gallery %d", i), path, gallery.get(t, path).body)
	}
	for _, path := range regexp.MustCompile(`/static/\w+\.\w+\.css`).FindAllString(site.get(t, "/").body+site.get(t, "/embed/renovate").body, -1) {
		file := filepath.Join(dir, filepath.Base(path))
		if err := os.WriteFile(file, []byte(site.get(t, path).body), 0o600); err != nil {
			t.Fatal(err)
		}
		names[file] = path
	}
	for _, m := range nuCheck(t, dir) {
		// Of CSS Overflow 4, which the checker doesn't know and browsers do.
		if strings.Contains(m.Message, "line-clamp”: Property") {
			continue
		}
		line := fmt.Sprintf("%s: %s: %s (%s)", names[strings.TrimPrefix(m.URL, "file:")], m.Type+m.SubType, m.Message, plain(m.Extract))
		if m.Type == "info" && m.SubType == "" {
			t.Log(line)
			continue
		}
		t.Error(line)
	}
	t.Logf("%d pages were checked", len(names))
}

// remark is what the checker says of a place.
type remark struct {
	Type    string `json:"type"` // error, info
	SubType string `json:"subType"`
	URL     string `json:"url"`
	Message string `json:"message"`
	Extract string `json:"extract"`
}

// nuCheck runs the checker over all files of a folder.
func nuCheck(t *testing.T, dir string) []remark {
	t.Helper()
	jar, err := filepath.Abs(filepath.Join(root, "node_modules", "vnu-jar", "build", "dist", "vnu.jar"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(jar); err != nil {
		t.Fatalf("there is no Nu HTML checker; scripts/setup installs it: %v", err)
	}
	// It ends with a status of its own when it finds something.
	out, err := tool(t, 2*time.Minute, nil, "java", "-jar", jar, "--stdout", "--format", "json", "--exit-zero-always", "--also-check-css", dir)
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		Messages []remark `json:"messages"`
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatalf("the checker's answer can't be read: %v: %s", err, tail(string(out)))
	}
	return report.Messages
}
