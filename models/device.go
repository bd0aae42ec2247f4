package models

import (
	"strings"
	"unicode/utf8"

	"github.com/mileusna/useragent"
)

// maxDevice is how long a device's name may be, in bytes: programs call
// themselves what they like.
const maxDevice = 60

// Device names the browser and the system behind a User-Agent header, such as
// "Firefox · Linux", in words that need no translation. What says nothing it
// knows is called by its own first word; "" where there is none.
func Device(userAgent string) string {
	ua := useragent.Parse(userAgent)
	name := ua.Name
	if name == userAgent || name == "" {
		name, _, _ = strings.Cut(strings.TrimSpace(userAgent), " ")
		name, _, _ = strings.Cut(name, "/")
	}
	name, err := PlainText(name, utf8.RuneCountInString(name), false)
	if err != nil {
		return ""
	}
	system := ua.OS
	if ua.Device == "iPhone" || ua.Device == "iPad" {
		system = ua.Device
	}
	switch {
	case system != "" && name != "":
		name += " · " + system
	case name == "":
		name = system
	}
	if len(name) > maxDevice {
		name = strings.ToValidUTF8(name[:maxDevice], "")
	}
	return name
}
