package models

import (
	"errors"
	"testing"
)

func TestCheckPage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		page, total int
		there       bool
	}{{1, 0, true}, {1, 30, true}, {2, 30, false}, {2, 31, true}, {3, 60, false}, {0, 60, false}, {-1, 60, false}} {
		if err := CheckPage(c.page, 30, c.total); (err == nil) != c.there || err != nil && !errors.Is(err, ErrPageOutOfRange) {
			t.Errorf("page %d of %d: %v", c.page, c.total, err)
		}
	}
}
