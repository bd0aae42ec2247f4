package models

import (
	_ "embed"
	"fmt"
	"strings"
	"time"
)

// timeZones are the places of the tz database (zone.tab, public domain).
//
//go:embed timezones.txt
var timeZones string

// TimeZones lists the IANA names of the time zones that people choose from, UTC
// first, then by name.
func TimeZones() []string { return strings.Fields(timeZones) }

// ParseTimeZone returns the time zone of an IANA name, or ErrTimeZone. Older
// names that browsers still use are names too.
func ParseTimeZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" || len(name) > 64 {
		return nil, ErrTimeZone
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, ErrTimeZone
	}
	return zone, nil
}

// ZoneOffset writes how far a time's zone is from UTC: "UTC+05:30".
func ZoneOffset(t time.Time) string {
	_, seconds := t.Zone()
	sign := "+"
	if seconds < 0 {
		sign, seconds = "−", -seconds
	}
	return fmt.Sprintf("UTC%s%02d:%02d", sign, seconds/3600, seconds%3600/60)
}
