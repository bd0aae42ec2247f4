package models

import (
	"regexp"
	"strings"
)

// A taxForm is how the numbers of a country's businesses are written, without
// spaces and marks, and what tells a wrong digit; sum is nil where that isn't known.
type taxForm struct {
	prefix string // in front of the number, which people leave away at home; "": none
	form   *regexp.Regexp
	sum    func(number string) bool // without the prefix
}

func taxNumbers(prefix, pattern string, sum func(string) bool) taxForm {
	return taxForm{prefix, regexp.MustCompile("^(?:" + pattern + ")$"), sum}
}

// taxForms are the countries whose numbers are known.
var taxForms = map[string]taxForm{
	"AT": taxNumbers("AT", `U\d{8}`, func(n string) bool { return (luhnSum(n[1:8], 1)+4+digit(n[8]))%10 == 0 }),
	"AU": taxNumbers("", `\d{11}`, func(n string) bool { return (weigh(n, 10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)-10)%89 == 0 }),
	"BE": taxNumbers("BE", `[01]\d{9}`, func(n string) bool { return 97-number(n[:8])%97 == number(n[8:]) }),
	"BG": taxNumbers("BG", `\d{9,10}`, nil),
	"CA": taxNumbers("", `\d{9}(?:RT\d{4})?`, func(n string) bool { return luhn(n[:9]) }),
	"CH": taxNumbers("CHE", `\d{9}(?:MWST|TVA|IVA|VAT)?`, func(n string) bool { return eleven(n[:8], n[8], 5, 4, 3, 2, 7, 6, 5, 4) }),
	"CN": taxNumbers("", `[0-9A-HJ-NP-RTUWXY]{18}`, chineseSum),
	"CY": taxNumbers("CY", `\d{8}[A-Z]`, nil),
	"CZ": taxNumbers("CZ", `\d{8,10}`, nil),
	"DE": taxNumbers("DE", `[1-9]\d{8}`, elevenTen),
	"DK": taxNumbers("DK", `[1-9]\d{7}`, func(n string) bool { return weigh(n, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0 }),
	"EE": taxNumbers("EE", `\d{9}`, func(n string) bool { return weigh(n, 3, 7, 1, 3, 7, 1, 3, 7, 1)%10 == 0 }),
	"ES": taxNumbers("ES", `[A-Z0-9]\d{7}[A-Z0-9]`, nil),
	"FI": taxNumbers("FI", `\d{8}`, func(n string) bool { return weigh(n, 7, 9, 10, 5, 8, 4, 2, 1)%11 == 0 }),
	"FR": taxNumbers("FR", `[A-HJ-NP-Z0-9]{2}\d{9}`, frenchSum),
	"GB": taxNumbers("GB", `\d{9}|\d{12}|GD\d{3}|HA\d{3}`, britishSum),
	"GR": taxNumbers("EL", `\d{9}`, func(n string) bool { return weigh(n, 256, 128, 64, 32, 16, 8, 4, 2)%11%10 == digit(n[8]) }),
	"HR": taxNumbers("HR", `\d{11}`, elevenTen),
	"HU": taxNumbers("HU", `\d{8}`, func(n string) bool { return weigh(n, 9, 7, 3, 1, 9, 7, 3, 1)%10 == 0 }),
	"IE": taxNumbers("IE", `\d{7}[A-W][A-IW]?|\d[A-Z+*]\d{5}[A-W]`, irishSum),
	"IT": taxNumbers("IT", `\d{11}`, luhn),
	"JP": taxNumbers("T", `\d{13}`, japaneseSum),
	"LI": taxNumbers("", `\d{5}`, nil),
	"LT": taxNumbers("LT", `\d{9}|\d{12}`, nil),
	"LU": taxNumbers("LU", `\d{8}`, func(n string) bool { return number(n[:6])%89 == number(n[6:]) }),
	"LV": taxNumbers("LV", `\d{11}`, nil),
	"MT": taxNumbers("MT", `\d{8}`, func(n string) bool { return 37-weigh(n[:6], 3, 4, 6, 7, 8, 9)%37 == number(n[6:]) }),
	"NL": taxNumbers("NL", `\d{9}B\d{2}`, dutchSum),
	"NO": taxNumbers("", `\d{9}(?:MVA)?`, func(n string) bool { return eleven(n[:8], n[8], 3, 2, 7, 6, 5, 4, 3, 2) }),
	"NZ": taxNumbers("", `\d{8,9}`, nil),
	"PL": taxNumbers("PL", `\d{10}`, func(n string) bool { return weigh(n, 6, 5, 7, 2, 3, 4, 5, 6, 7)%11 == digit(n[9]) }),
	"PT": taxNumbers("PT", `\d{9}`, func(n string) bool {
		c := 11 - weigh(n, 9, 8, 7, 6, 5, 4, 3, 2)%11
		return c%11*btoi(c < 10) == digit(n[8])
	}),
	"RO": taxNumbers("RO", `[1-9]\d{1,9}`, func(n string) bool {
		padded := strings.Repeat("0", 10-len(n)) + n
		return weigh(padded, 7, 5, 3, 2, 1, 7, 5, 3, 2)*10%11%10 == digit(padded[9])
	}),
	"SE": taxNumbers("SE", `\d{12}`, func(n string) bool { return luhn(n[:10]) }),
	"SI": taxNumbers("SI", `[1-9]\d{7}`, func(n string) bool {
		return (11-weigh(n, 8, 7, 6, 5, 4, 3, 2)%11)%10 == digit(n[7]) && weigh(n, 8, 7, 6, 5, 4, 3, 2)%11 != 0
	}),
	"SK": taxNumbers("SK", `[1-9]\d{9}`, func(n string) bool { return number(n)%11 == 0 }),
}

// otherTaxNumber is the form of numbers that aren't known.
var otherTaxNumber = regexp.MustCompile(`^[A-Z0-9]{4,20}$`)

// TaxNumberKnown reports whether ParseTaxNumber knows the numbers of a country.
func TaxNumberKnown(country string) bool { return taxForms[country].form != nil }

// ParseTaxNumber reads the VAT or registration number of a business in a country, as
// people type it, and writes it in one way: upper case, without spaces and marks,
// with the prefix of its country where numbers have one. Its pattern is checked, and
// its checksum where there is a known one; whether somebody has that number isn't.
// It returns ErrTaxNumber. No number is "".
func ParseTaxNumber(country, typed string) (string, error) {
	n := plainTaxNumber(typed)
	if n == "" {
		return "", nil
	}
	f, known := taxForms[country]
	if !known {
		if !otherTaxNumber.MatchString(n) {
			return "", ErrTaxNumber
		}
		return n, nil
	}
	bare, prefixed := strings.CutPrefix(n, f.prefix)
	if country == "GB" && !prefixed {
		// Northern Ireland.
		if bare, prefixed = strings.CutPrefix(n, "XI"); prefixed {
			f.prefix = "XI"
		}
	}
	if !f.form.MatchString(bare) || f.sum != nil && !f.sum(bare) {
		return "", ErrTaxNumber
	}
	return f.prefix + bare, nil
}

// plainTaxNumber leaves spaces and marks away.
func plainTaxNumber(typed string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '.', '-', '/', '\u2010', '\u2011', '\u2013':
			return -1
		}
		return r
	}, strings.ToUpper(strings.TrimSpace(foldAmount(typed))))
}

func digit(b byte) int { return int(b - '0') }

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// number is a text of at most 18 digits.
func number(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + digit(s[i])
	}
	return n
}

// weigh is the sum of digits, each times its weight.
func weigh(s string, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += w * digit(s[i])
	}
	return sum
}

// eleven checks a digit that is 11 less the weighed sum modulo 11.
func eleven(s string, check byte, weights ...int) bool {
	c := (11 - weigh(s, weights...)%11) % 11
	return c < 10 && c == digit(check)
}

// luhnSum is the sum of digits of which each second one, from the one at odd on,
// is doubled.
func luhnSum(s string, odd int) int {
	sum := 0
	for i := range len(s) {
		d := digit(s[i])
		if i%2 == odd%2 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum
}

// luhn checks what cards are checked by too.
func luhn(s string) bool { return luhnSum(s, len(s))%10 == 0 }

// elevenTen is ISO 7064, MOD 11,10.
func elevenTen(s string) bool {
	p := 10
	for i := range len(s) - 1 {
		t := (p + digit(s[i])) % 10
		if t == 0 {
			t = 10
		}
		p = 2 * t % 11
	}
	return (11-p)%10 == digit(s[len(s)-1])
}

// frenchSum: the old keys are digits, reckoned from the SIREN that follows.
func frenchSum(n string) bool {
	if !digits(n[:2]) {
		return true
	}
	siren := n[2:]
	return (12+3*(number(siren)%97))%97 == number(n[:2])
}

// britishSum: modulo 97, since 2010 with 55 added.
func britishSum(n string) bool {
	if !digits(n) {
		return true
	}
	sum := weigh(n, 8, 7, 6, 5, 4, 3, 2) + number(n[7:9])
	return sum%97 == 0 || (sum+55)%97 == 0
}

// irishSum: a letter that is the sum modulo 23; numbers of the oldest form aren't
// checked.
func irishSum(n string) bool {
	if len(n) < 8 || !digits(n[:7]) {
		return true
	}
	sum := weigh(n, 8, 7, 6, 5, 4, 3, 2)
	if len(n) == 9 && n[8] != 'W' {
		sum += 9 * int(n[8]-'A'+1)
	}
	return "WABCDEFGHIJKLMNOPQRSTUV"[sum%23] == n[7]
}

// dutchSum: of companies modulo 11, of the self-employed modulo 97 with the letters.
func dutchSum(n string) bool {
	if weigh(n, 9, 8, 7, 6, 5, 4, 3, 2)%11 == digit(n[8]) {
		return true
	}
	rest := 0
	for _, r := range "NL" + n {
		v := int(r - '0')
		if r >= 'A' {
			v = int(r-'A') + 10
			rest *= 10
		}
		rest = (rest*10 + v) % 97
	}
	return rest == 1
}

// japaneseSum: the first digit of a corporate number is 9 less the weighed sum of the
// others modulo 9.
func japaneseSum(n string) bool {
	sum := 0
	for i := 1; i < len(n); i++ {
		// From the right, weights are 1, 2, 1, 2.
		sum += digit(n[i]) * (1 + (len(n)-1-i)%2)
	}
	return 9-sum%9 == digit(n[0])
}

// chineseSum: the unified code of GB 32100-2015, modulo 31.
func chineseSum(n string) bool {
	const letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	sum, weight := 0, 1
	for i := range 17 {
		sum += strings.IndexByte(letters, n[i]) * weight
		weight = weight * 3 % 31
	}
	return letters[(31-sum%31)%31] == n[17]
}
