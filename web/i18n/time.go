package i18n

import (
	"context"
	"fmt"
	"time"
)

// DateTime writes a moment to the minute with its zone, in the zone that t is
// in: Nov 20, 2026, 14:05 UTC.
func DateTime(ctx context.Context, t time.Time) string {
	zone, _ := t.Zone()
	clock := fmt.Sprintf("%02d:%02d", t.Hour(), t.Minute())
	switch Lang(ctx) {
	case "zh-CN", "ja":
		return Date(ctx, t) + " " + clock + " " + zone
	case "fr":
		return Date(ctx, t) + " à " + clock + " " + zone
	default:
		return Date(ctx, t) + ", " + clock + " " + zone
	}
}

// Ago says how long ago t was: just now, 5 minutes ago, 3 hours ago, 2 days
// ago; what is older than a month is its day. A time to come is now.
func Ago(ctx context.Context, t, now time.Time) string {
	switch passed := now.Sub(t); {
	case passed < time.Minute:
		return T(ctx, "time.now")
	case passed < time.Hour:
		return N(ctx, "time.minutes_ago", int64(passed/time.Minute))
	case passed < 24*time.Hour:
		return N(ctx, "time.hours_ago", int64(passed/time.Hour))
	case passed < 30*24*time.Hour:
		return N(ctx, "time.days_ago", int64(passed/(24*time.Hour)))
	}
	return Date(ctx, t)
}

// Zone is the time zone of an IANA name, or UTC where there is none such.
func Zone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return time.UTC
	}
	return zone
}
