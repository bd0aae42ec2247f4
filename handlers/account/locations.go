package account

import (
	"sync"
	"time"

	"souk/models"
)

// locations are the time zones to choose from, loaded once: there are hundreds.
var locations = sync.OnceValue(func() []*time.Location {
	var all []*time.Location
	for _, name := range models.TimeZones() {
		if zone, err := models.ParseTimeZone(name); err == nil {
			all = append(all, zone)
		}
	}
	return all
})
