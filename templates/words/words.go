// Package words puts what notifications and mail speak of into words: roles,
// levels and times, which are kept as codes.
package words

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"souk/models"
	"souk/web/i18n"
)

// maxParam is how much of a parameter a text shows, in characters: some are
// names that strangers chose.
const maxParam = 200

// maxWords is the same for what staff wrote.
const maxWords = models.MaxReviewWords

// Args are parameters as a message takes them, in the reader's language and
// time zone. "role" is the code of a role or level, "matter" that
// of a reason of staff, "reasons" those of a review, "at" a time in RFC 3339, "day"
// one of which the day is told, "money" minor units and their currency: "1200 EUR";
// whatever is neither stands as it is, on one line.
func Args(ctx context.Context, params map[string]string, zone *time.Location) []any {
	var args []any
	for _, name := range slices.Sorted(maps.Keys(params)) {
		args = append(args, name, arg(ctx, name, params[name], zone))
	}
	return args
}

func arg(ctx context.Context, name, value string, zone *time.Location) string {
	switch name {
	case "role":
		if key := "notice.role." + value; i18n.Has(key) {
			return i18n.T(ctx, key)
		}
	case "matter":
		if key := "moderation.reason." + value; i18n.Has(key) {
			return i18n.T(ctx, key)
		}
	case "reasons":
		return reasons(ctx, value)
	case "words":
		return line(value, maxWords)
	case "amount":
		if minor, currency, ok := strings.Cut(value, " "); ok {
			if n, err := strconv.ParseInt(minor, 10, 64); err == nil {
				return i18n.Money(ctx, n, currency)
			}
		}
	case "money":
		if m, ok := amount(value); ok {
			return i18n.Money(ctx, m.Minor, m.Currency)
		}
	case "day":
		if t, err := time.Parse(time.RFC3339, value); err == nil {
			return i18n.Date(ctx, t.In(zone))
		}
	case "at":
		if t, err := time.Parse(time.RFC3339, value); err == nil {
			return i18n.DateTime(ctx, t.In(zone))
		}
	}
	return Line(value)
}

// amount is money as it stands in a parameter.
func amount(value string) (m models.Money, ok bool) {
	minor, currency, ok := strings.Cut(value, " ")
	n, err := strconv.ParseInt(minor, 10, 64)
	return models.Money{Minor: n, Currency: currency}, ok && err == nil
}

// reasons are the codes of a review's reasons, with commas between.
func reasons(ctx context.Context, codes string) string {
	var all []string
	for _, code := range strings.Split(codes, ",") {
		if key := "reviews.reason." + code; i18n.Has(key) {
			all = append(all, i18n.T(ctx, key))
		}
	}
	return i18n.List(ctx, all)
}

// Line is text on one line, without characters that could disturb the text
// around it, and not too long.
func Line(s string) string { return line(s, maxParam) }

func line(s string, most int) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == ' ' || r == '\u2028' || r == '\u2029'
	}), " ")
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most-1]) + "…"
	}
	return s
}

// Say is the message key with args. A place that args leave empty is an error:
// the sentence would have a hole in it.
func Say(ctx context.Context, key string, args []any) (string, error) {
	if !i18n.Has(key) {
		return "", fmt.Errorf("there is no message %s", key)
	}
	for _, place := range i18n.Places(key) {
		if !given(args, place) {
			return "", fmt.Errorf("the message %s lacks its %s", key, place)
		}
	}
	return i18n.T(ctx, key, args...), nil
}

func given(args []any, place string) bool {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == place {
			return args[i+1] != ""
		}
	}
	return false
}
