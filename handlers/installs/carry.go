package installs

import (
	"slices"
	"strconv"
	"strings"

	"souk/models"
)

// carried are ids of repositories as a form carries them: each as the distance from the
// one before, in base 36, and "_" with a number for so many that follow one another.
// Thousands of them are a few kilobytes.
func carried(ids []int64) string {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	var parts []string
	last, run := int64(0), int64(0)
	end := func() {
		if run > 0 {
			parts = append(parts, "_"+strconv.FormatInt(run, 36))
		}
		run = 0
	}
	for _, id := range ids {
		if id == last+1 && len(parts) > 0 {
			run++
		} else {
			end()
			parts = append(parts, strconv.FormatInt(id-last, 36))
		}
		last = id
	}
	end()
	return strings.Join(parts, ".")
}

// uncarried is the opposite of carried. Forms may hold anything: it returns
// ErrBadParameter, and ErrTooManySelected for more than anybody may choose.
func uncarried(text string) ([]int64, error) {
	var ids []int64
	last := int64(0)
	for part := range strings.SplitSeq(text, ".") {
		if part == "" {
			continue
		}
		digits, run := strings.CutPrefix(part, "_")
		n, err := strconv.ParseInt(digits, 36, 64)
		if err != nil || n < 1 || last+n < last {
			return nil, models.ErrBadParameter.On("chosen").Because(err)
		}
		step, times := n, int64(1)
		if run {
			step, times = 1, n
		}
		if int64(len(ids))+times > models.MaxSelected {
			return nil, models.ErrTooManySelected
		}
		for range times {
			last += step
			ids = append(ids, last)
		}
	}
	return ids, nil
}

// minus are the ids without those of other.
func minus(ids, other []int64) []int64 {
	out := slices.Sorted(slices.Values(other))
	return slices.DeleteFunc(slices.Clone(ids), func(id int64) bool {
		_, found := slices.BinarySearch(out, id)
		return found
	})
}

// plus are the ids and those of other, each once.
func plus(ids, other []int64) []int64 {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(ids, other))))
}
