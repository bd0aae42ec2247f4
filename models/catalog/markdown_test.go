package catalog_test

import (
	"regexp"
	"strings"
	"testing"

	"souk/models/catalog"
)

func TestHeadingsOfDescriptionsSkipNoLevel(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"# A\n## B\n### C\n## D\n# E":         "h3 h4 h5 h4 h3",
		"## A\n### B\n## C":                   "h3 h4 h3",
		"#### A\n## B\n##### C\n# D":          "h3 h3 h4 h3",
		"# A\n## B\n### C\n#### D\n##### E":   "h3 h4 h5 h6 h6",
		"text\n\n### A\n\ntext\n\n###### B\n": "h3 h4",
	} {
		html, err := catalog.RenderMarkdown(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(regexp.MustCompile(`h\d\b`).FindAllString(regexp.MustCompile(`</h\d>`).ReplaceAllString(html, ""), -1), " "); got != want {
			t.Errorf("%q becomes %s, want %s", text, got, want)
		}
	}
}
