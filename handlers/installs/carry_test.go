package installs

import (
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"souk/models"
)

func TestCarriedIDsComeBack(t *testing.T) {
	t.Parallel()
	for text, ids := range map[string][]int64{
		"":               nil,
		"1":              {1},
		"a":              {10},
		"5._3":           {5, 6, 7, 8},
		"5._1.a.2._1":    {5, 6, 16, 18, 19},
		"1.1y2p0ij32e8e": {1, 1<<62 + 1},
	} {
		if got := carried(ids); len(ids) > 0 && got != text && text != "1.1y2p0ij32e8e" {
			t.Errorf("%v is carried as %q, want %q", ids, got, text)
		}
		got, err := uncarried(carried(ids))
		if err != nil || !slices.Equal(got, ids) {
			t.Errorf("%v came back as %v, %v", ids, got, err)
		}
	}
	ids := []int64{}
	for range models.MaxSelected {
		ids = append(ids, rand.Int64N(200_000)+1)
	}
	ids = plus(ids, nil)
	text := carried(ids)
	got, err := uncarried(text)
	if err != nil || !slices.Equal(got, ids) {
		t.Errorf("%d of %d came back: %v", len(got), len(ids), err)
	}
	if len(text) > 40_000 {
		t.Errorf("%d repositories take %d bytes of a page", len(ids), len(text))
	}
}

func TestCarriedIsNotTrusted(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"1._zzzzzz":                       models.ErrTooManySelected,
		"_99999":                          models.ErrTooManySelected,
		"-1":                              models.ErrBadParameter,
		"0":                               models.ErrBadParameter,
		"1._0":                            models.ErrBadParameter,
		"!":                               models.ErrBadParameter,
		"1y2p0ij32e8e7.1y2p0ij32e8e7":     models.ErrBadParameter, // beyond the last number
		"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz": models.ErrBadParameter,
		strings.Repeat("1.", models.MaxSelected+1): models.ErrTooManySelected,
	} {
		if ids, err := uncarried(text); !errors.Is(err, want) {
			t.Errorf("%.40q is %d ids, %v; want %v", text, len(ids), err, want)
		}
	}
}

func FuzzUncarried(f *testing.F) {
	f.Add("5._3.a")
	f.Add("_1")
	f.Fuzz(func(t *testing.T, text string) {
		ids, err := uncarried(text)
		if err != nil {
			return
		}
		again, err := uncarried(carried(ids))
		if err != nil || !slices.Equal(again, ids) || !slices.IsSorted(ids) {
			t.Errorf("%q: %v, then %v, %v", text, ids, again, err)
		}
	})
}

func TestShownPermissionsComeBack(t *testing.T) {
	t.Parallel()
	for _, g := range []models.Grants{nil, {}, {"contents": "write", "metadata": "read", "keys": "read"}} {
		if got := unshown(shown(g)); !maps.Equal(got, g) || got == nil {
			t.Errorf("%v came back as %v", g, got)
		}
	}
	if got := unshown("contents:all x contents=write"); len(got) != 0 {
		t.Errorf("what can't be read is %v", got)
	}
}
