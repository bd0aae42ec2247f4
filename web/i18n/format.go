package i18n

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/number"

	"souk/models"
)

// Number writes n with the language's grouping: 12,345 or 12 345.
func Number(ctx context.Context, n int64) string { return grouped(Lang(ctx), n) }

// marks are what stands between thousands and before a fraction, as x/text
// writes it. Numbers are put together here, without floating point: a list
// shows a hundred of them, and money is exact.
type marks struct{ group, point string }

var marksOf = func() map[string]marks {
	m := map[string]marks{}
	for lang, p := range printers {
		written := []rune(p.Sprint(number.Decimal(1234.5, number.Scale(1))))
		m[lang] = marks{group: string(written[1]), point: string(written[5])}
	}
	return m
}()

func grouped(lang string, n int64) string { return decimal(lang, n, 0, 0) }

// decimal writes n, which has scale digits after the point, with the first
// digits of them.
func decimal(lang string, n int64, scale, digits int) string {
	sign, m := "", marksOf[lang]
	if n < 0 {
		sign, n = "-", -n
	}
	s := strconv.FormatInt(n, 10)
	for len(s) <= scale {
		s = "0" + s
	}
	whole, fraction := s[:len(s)-scale], s[len(s)-scale:]
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + m.group + whole[at:]
	}
	if digits == 0 {
		return sign + whole
	}
	return sign + whole + m.point + fraction[:digits]
}

// Compact writes large numbers shortly: 12K, 1.2万, 12 k.
func Compact(ctx context.Context, n int64) string {
	lang := Lang(ctx)
	units := []struct {
		from   int64
		suffix string
	}{{1_000_000, "M"}, {1_000, "K"}}
	switch lang {
	case "zh-CN", "ja":
		units[0].from, units[0].suffix = 100_000_000, "亿"
		if lang == "ja" {
			units[0].suffix = "億"
		}
		units[1].from, units[1].suffix = 10_000, "万"
	case "fr":
		units[0].suffix, units[1].suffix = "\u00a0M", "\u00a0k"
	}
	for _, u := range units {
		if n >= u.from {
			// Truncated, not rounded: 9,999 installs are not ten thousand.
			tenths := n * 10 / u.from
			if tenths >= 100 || tenths%10 == 0 {
				return grouped(lang, tenths/10) + u.suffix
			}
			return decimal(lang, tenths, 1, 1) + u.suffix
		}
	}
	return grouped(lang, n)
}

var symbols = map[string]string{"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "¥", "CAD": "CA$", "AUD": "A$", "CHF": "CHF\u00a0"}

// Money writes an amount of minor units exactly: $12.00, 12,00 $US, US$12.00.
func Money(ctx context.Context, minor int64, code string) string {
	return money(ctx, minor, code, false)
}

// MoneyShort is Money without the fraction of a whole amount: $12, but $12.50.
func MoneyShort(ctx context.Context, minor int64, code string) string {
	return money(ctx, minor, code, true)
}

func money(ctx context.Context, minor int64, code string, short bool) string {
	if minor < 0 {
		return "-" + money(ctx, -minor, code, short)
	}
	lang := Lang(ctx)
	scale := Scale(code)
	unit := int64(1)
	for range scale {
		unit *= 10
	}
	digits := scale
	if short && minor%unit == 0 {
		digits = 0
	}
	amount := decimal(lang, minor, scale, digits)
	symbol, known := symbols[code]
	if !known {
		symbol = code + "\u00a0"
	}
	switch {
	case lang == "fr" && code == "USD":
		return amount + "\u00a0$US"
	case lang == "fr":
		return amount + "\u00a0" + strings.TrimSpace(symbol)
	case (lang == "zh-CN" || lang == "ja") && code == "USD":
		return "US$" + amount
	default:
		return symbol + amount
	}
}

// Scale is the number of decimal places of a currency: 2 for USD, 0 for JPY,
// and 2 for what is not an ISO 4217 code.
func Scale(code string) int { return models.CurrencyDigits(code) }

var (
	monthsEN = [...]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
	monthsFR = [...]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc."}
)

// Date writes a day: Nov 20, 2026; 2026年11月20日; 20 nov. 2026.
func Date(ctx context.Context, t time.Time) string {
	y, m, d := t.Date()
	switch Lang(ctx) {
	case "zh-CN", "ja":
		return fmt.Sprintf("%d年%d月%d日", y, int(m), d)
	case "fr":
		day := fmt.Sprint(d)
		if d == 1 {
			day = "1er"
		}
		return fmt.Sprintf("%s %s %d", day, monthsFR[m-1], y)
	default:
		return fmt.Sprintf("%s %d, %d", monthsEN[m-1], d, y)
	}
}

// List joins words as the language does: a, b and c; a、b、c; a, b et c.
func List(ctx context.Context, words []string) string {
	if len(words) == 0 {
		return ""
	}
	head, last := words[:len(words)-1], words[len(words)-1]
	if len(head) == 0 {
		return last
	}
	switch Lang(ctx) {
	case "zh-CN":
		return strings.Join(head, "、") + "和" + last
	case "ja":
		return strings.Join(words, "、")
	case "fr":
		return strings.Join(head, ", ") + " et " + last
	default:
		if len(head) == 1 {
			return head[0] + " and " + last
		}
		return strings.Join(head, ", ") + ", and " + last
	}
}

// Amount writes an amount of minor units without its currency, as it would be
// typed: 1,234.50; 1 234,50.
func Amount(ctx context.Context, minor int64, code string) string {
	scale := Scale(code)
	return decimal(Lang(ctx), minor, scale, scale)
}

// NumberMarks are how the reader's language writes numbers.
func NumberMarks(ctx context.Context) models.NumberMarks {
	m := marksOf[Lang(ctx)]
	return models.NumberMarks{Group: m.group, Point: m.point}
}
