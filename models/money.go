package models

import (
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// Money is an amount in minor units of an ISO 4217 currency.
type Money struct {
	Minor    int64
	Currency string
}

// Zero reports whether the amount is nothing.
func (m Money) Zero() bool { return m.Minor == 0 }

// Code is the amount as it is kept where only text is: "1250 EUR".
func (m Money) Code() string { return strconv.FormatInt(m.Minor, 10) + " " + m.Currency }

// Share is the part of minor that part is of whole, rounded to the minor unit,
// halves up. The other part is what is left of minor, so that both together are
// minor again, whatever was rounded. Minor and part are not negative, part is at
// most whole, and whole more than nothing.
func Share(minor, part, whole int64) (of, rest int64) {
	hi, lo := bits.Mul64(uint64(minor), uint64(part))
	share, left := bits.Div64(hi, lo, uint64(whole))
	if left >= uint64(whole)-left {
		share++
	}
	of = int64(share)
	return of, minor - of
}

// NumberMarks are how a language writes numbers: what stands between thousands,
// and before a fraction.
type NumberMarks struct{ Group, Point string }

// ParseAmount reads an amount as people write it in a language, without its
// currency, into minor units: "1,234.50" in English, "1 234,50" in French. Full
// width digits are digits. It guesses nothing: a mark in the wrong place is
// ErrPriceFormat, more digits than the currency has ErrPriceDigits, and more than
// MaxPriceMinor ErrPriceHigh.
func ParseAmount(typed string, marks NumberMarks, currency string) (int64, error) {
	text, groups, point := strings.TrimSpace(foldAmount(typed)), foldAmount(marks.Group), foldAmount(marks.Point)
	whole, fraction, pointed := strings.Cut(text, point)
	if groups == " " && point != "." && !pointed {
		// Where thousands are parted by spaces a point can mean one thing alone.
		whole, fraction, pointed = strings.Cut(text, ".")
	}
	whole, grouped := ungroup(whole, groups)
	if !grouped || pointed && fraction == "" || !digits(whole) || !digits(fraction) || whole+fraction == "" {
		return 0, ErrPriceFormat
	}
	scale := CurrencyDigits(currency)
	if len(fraction) > scale {
		return 0, ErrPriceDigits
	}
	var minor int64
	for _, d := range whole + fraction + strings.Repeat("0", scale-len(fraction)) {
		if minor = minor*10 + int64(d-'0'); minor > MaxPriceMinor {
			return 0, ErrPriceHigh
		}
	}
	return minor, nil
}

// ParseWhole reads a whole number as people write it, or returns ErrWholeNumber.
func ParseWhole(typed string, marks NumberMarks) (int64, error) {
	n, err := ParseAmount(typed, NumberMarks{Group: marks.Group, Point: "\x00"}, "JPY")
	if err != nil {
		return 0, ErrWholeNumber
	}
	return n, nil
}

// foldAmount writes full width characters as narrow ones, and every space as the
// plain one.
func foldAmount(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '\u3000', r == '\u00a0', r == '\u202f', r == '\u2009':
			return ' '
		}
		return r
	}, s)
}

// ungroup takes out the marks between thousands, and says whether each stands
// where it should: all of them or none.
func ungroup(whole, mark string) (string, bool) {
	parts := strings.Split(whole, mark)
	for i, p := range parts[1:] {
		if len(p) != 3 || i == 0 && (len(parts[0]) == 0 || len(parts[0]) > 3) {
			return "", false
		}
	}
	return strings.Join(parts, ""), true
}

func digits(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// The currencies of ISO 4217 that are money today, and those of them that have
// other than two decimal places.
var (
	currencies = strings.Fields(`AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
		CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS
		INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
		MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS
		SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG`)
	wholeCurrencies  = strings.Fields("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF")
	finestCurrencies = strings.Fields("BHD IQD JOD KWD LYD OMR TND")
)

// DefaultCurrency is that of a plan that doesn't say.
const DefaultCurrency = "USD"

// Currencies lists the codes of ISO 4217 in alphabetical order.
func Currencies() []string { return slices.Clone(currencies) }

// CommonCurrencies are those that most plans are in, the most common one first.
func CommonCurrencies() []string {
	return []string{"USD", "EUR", "GBP", "JPY", "CNY", "AUD", "CAD", "CHF", "INR", "KRW"}
}

// ValidCurrency reports whether code is one of Currencies.
func ValidCurrency(code string) bool {
	_, known := slices.BinarySearch(currencies, code)
	return known
}

// CurrencyDigits is how many decimal places a currency has: 2 for USD, 0 for
// JPY, and 2 for what is no code of ISO 4217.
func CurrencyDigits(code string) int {
	switch {
	case slices.Contains(wholeCurrencies, code):
		return 0
	case slices.Contains(finestCurrencies, code):
		return 3
	}
	return 2
}
