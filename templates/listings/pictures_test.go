package listings

import (
	"slices"
	"strings"
	"testing"
)

func TestPicturesAreShown(t *testing.T) {
	t.Parallel()
	one, other := strings.Repeat("0a", 32), strings.Repeat("f1", 32)
	for _, c := range []struct {
		field, value string
		want         []pictured
	}{
		{"logo", "hash: " + one, []pictured{{one, ""}}},
		{"feature", "hash: " + one + ", text_color: ffffff", []pictured{{one, "#ffffff"}}},
		{"screenshots", "caption: Who is on watch, hash: " + one + "\nhash: " + other, []pictured{{one, "Who is on watch"}, {other, ""}}},
		{"screenshots", "", nil},
		{"logo", "hash: " + one[1:], nil},
		{"description", "hash: " + one, nil},
	} {
		if got := picturesIn(c.field, c.value); !slices.Equal(got, c.want) {
			t.Errorf("%s %q: %v", c.field, c.value, got)
		}
	}
}
