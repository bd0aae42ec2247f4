package catalog

import (
	"path/filepath"
	"strconv"

	"golang.org/x/text/currency"
)

func itoa(n int) string { return strconv.Itoa(n) }

// quote shows a value in a message, shortened where it is long.
func quote(s string) string {
	r := []rune(s)
	if len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return strconv.Quote(s)
}

func validCurrency(code string) bool {
	_, err := currency.ParseISO(code)
	return err == nil
}

func localFile(name string) bool { return filepath.IsLocal(name) }
