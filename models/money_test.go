package models

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

var (
	english = NumberMarks{Group: ",", Point: "."}
	french  = NumberMarks{Group: "\u202f", Point: ","}
)

func TestParseAmount(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typed    string
		marks    NumberMarks
		currency string
		want     int64
		err      error
	}{
		{"12", english, "USD", 1200, nil},
		{"12.5", english, "USD", 1250, nil},
		{"0.01", english, "USD", 1, nil},
		{".99", english, "USD", 99, nil},
		{" 12.00 ", english, "USD", 1200, nil},
		{"1,000.00", english, "USD", 100000, nil},
		{"1,234,567.89", english, "USD", 123456789, nil},
		{"１２．５０", english, "USD", 1250, nil},
		{"１，０００", english, "JPY", 1000, nil},
		{"1500", english, "JPY", 1500, nil},
		{"1.234", english, "KWD", 1234, nil},
		{"12,50", french, "USD", 1250, nil},
		{"1\u202f234,50", french, "EUR", 123450, nil},
		{"1\u00a0234,50", french, "EUR", 123450, nil},
		{"1 234,50", french, "EUR", 123450, nil},
		{"12.50", french, "EUR", 1250, nil},
		{"0", english, "USD", 0, nil},
		{"0007", english, "USD", 700, nil},
		{"100,000,000.00", english, "USD", MaxPriceMinor, nil},

		{"12,50", english, "USD", 0, ErrPriceFormat}, // a comma parts thousands here
		{"1,00", english, "USD", 0, ErrPriceFormat},
		{",100", english, "USD", 0, ErrPriceFormat},
		{"1,,000", english, "USD", 0, ErrPriceFormat},
		{"1000,000", english, "USD", 0, ErrPriceFormat},
		{"1.000,00", english, "USD", 0, ErrPriceFormat},
		{"1.000,00", french, "EUR", 0, ErrPriceFormat},
		{"12 50", french, "EUR", 0, ErrPriceFormat},
		{"", english, "USD", 0, ErrPriceFormat},
		{".", english, "USD", 0, ErrPriceFormat},
		{"12.", english, "USD", 0, ErrPriceFormat},
		{"-1", english, "USD", 0, ErrPriceFormat},
		{"+1", english, "USD", 0, ErrPriceFormat},
		{"−1", english, "USD", 0, ErrPriceFormat},
		{"1e9", english, "USD", 0, ErrPriceFormat},
		{"0x10", english, "USD", 0, ErrPriceFormat},
		{"NaN", english, "USD", 0, ErrPriceFormat},
		{"Infinity", english, "USD", 0, ErrPriceFormat},
		{"$12", english, "USD", 0, ErrPriceFormat},
		{"12\x00", english, "USD", 0, ErrPriceFormat},
		{"١٢", english, "USD", 0, ErrPriceFormat},
		{"1.5.0", english, "USD", 0, ErrPriceFormat},
		{"0.001", english, "USD", 0, ErrPriceDigits},
		{"12.50", english, "JPY", 0, ErrPriceDigits},
		{"100,000,000.01", english, "USD", 0, ErrPriceHigh},
		{"99999999999999999999999999", english, "USD", 0, ErrPriceHigh},
	} {
		got, err := ParseAmount(c.typed, c.marks, c.currency)
		if got != c.want || !errors.Is(err, c.err) || err == nil != (c.err == nil) {
			t.Errorf("%q in %s: %d, %v; want %d, %v", c.typed, c.currency, got, err, c.want, c.err)
		}
	}
}

func TestParseWhole(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]int64{"14": 14, "1,000": 1000, "３": 3, "1.5": -1, "1.": -1, "-1": -1, "": -1, "x": -1} {
		got, err := ParseWhole(typed, english)
		if want < 0 && err != ErrWholeNumber || want >= 0 && (err != nil || got != want) {
			t.Errorf("%q: %d, %v; want %d", typed, got, err, want)
		}
	}
}

func FuzzParseAmount(f *testing.F) {
	for _, s := range []string{"1,000.00", "12,50", "1e9", "-1", "NaN", "１２"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		for _, marks := range []NumberMarks{english, french} {
			if n, err := ParseAmount(typed, marks, "USD"); n < 0 || n > MaxPriceMinor || err != nil && n != 0 {
				t.Errorf("%q: %d, %v", typed, n, err)
			}
		}
	})
}

// Whatever is parted, the parts together are what they were of.
func TestSharesAddUp(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		minor, whole := random.Int64N(1<<53), 1+random.Int64N(366*24*3600)
		part := random.Int64N(whole + 1)
		of, rest := Share(minor, part, whole)
		if of+rest != minor || of < 0 || rest < 0 {
			t.Fatalf("%d × %d / %d: %d and %d", minor, part, whole, of, rest)
		}
		if more, _ := Share(minor+1, part, whole); more < of {
			t.Fatalf("%d × %d / %d: more costs less", minor, part, whole)
		}
	}
	for _, c := range [][4]int64{{100, 1, 3, 33}, {100, 2, 3, 67}, {1, 1, 2, 1}, {1, 1, 3, 0}, {0, 1, 2, 0}, {100, 0, 3, 0}, {100, 3, 3, 100}} {
		if of, _ := Share(c[0], c[1], c[2]); of != c[3] {
			t.Errorf("%d × %d / %d is %d, not %d", c[0], c[1], c[2], of, c[3])
		}
	}
}

func TestCurrencies(t *testing.T) {
	t.Parallel()
	all := Currencies()
	if !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != len(all) {
		t.Error("the codes aren't in order, each once")
	}
	for _, code := range slices.Concat(CommonCurrencies(), wholeCurrencies, finestCurrencies) {
		if !ValidCurrency(code) {
			t.Errorf("%s isn't listed", code)
		}
	}
	for code, want := range map[string]int{"USD": 2, "JPY": 0, "KWD": 3, "HUF": 2, "XYZ": 2} {
		if got := CurrencyDigits(code); got != want {
			t.Errorf("%s has %d decimal places, not %d", code, got, want)
		}
	}
	for _, code := range []string{"", "usd", "XXX", "XYZ", "HRK"} {
		if ValidCurrency(code) {
			t.Errorf("%q is taken for a currency", code)
		}
	}
}
