package docs

import (
	"strconv"
	"strings"
)

// shares are the most that each ranking rule gives, by the names that they have
// on the page about ranking. They are search/rank's; a test compares.
var shares = map[string]float64{
	"exact": 20, "whole": 2, "name": 2, "start": 0.9, "publisher": 3.6, "category": 3.6, "other": 2.8, "shelf": 3,
	"text": 2.6, "all": 0.5, "near": 0.5, "popular": 0.3,
}

// withShares puts the numbers into the page, as lang writes them.
func withShares(text, lang string) string {
	for name, n := range shares {
		written := strconv.FormatFloat(n, 'f', -1, 64)
		if lang == "fr" {
			written = strings.Replace(written, ".", ",", 1)
		}
		text = strings.ReplaceAll(text, "{"+name+"}", written)
	}
	return text
}
