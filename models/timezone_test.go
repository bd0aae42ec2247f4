package models

import (
	"testing"
	"time"
	_ "time/tzdata"
)

func TestTimeZones(t *testing.T) {
	t.Parallel()
	zones := TimeZones()
	if len(zones) < 400 || zones[0] != "UTC" {
		t.Fatalf("%d zones, the first is %s", len(zones), zones[0])
	}
	for _, name := range zones {
		if _, err := ParseTimeZone(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"", "Local", "Mars/Base", "../../etc/passwd", "/etc/passwd", "Europe/Paris\x00", "europe\\paris"} {
		if _, err := ParseTimeZone(name); err == nil {
			t.Errorf("%q is a time zone", name)
		}
	}
}

func TestZoneOffset(t *testing.T) {
	t.Parallel()
	winter := time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)
	for name, want := range map[string]string{
		"UTC": "UTC+00:00", "Asia/Tokyo": "UTC+09:00", "Asia/Kolkata": "UTC+05:30", "America/St_Johns": "UTC−03:30", "Europe/Paris": "UTC+01:00",
	} {
		zone, err := ParseTimeZone(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := ZoneOffset(winter.In(zone)); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if zone, _ := ParseTimeZone("Europe/Paris"); ZoneOffset(winter.AddDate(0, 6, 0).In(zone)) != "UTC+02:00" {
		t.Error("Paris has no summer")
	}
}
