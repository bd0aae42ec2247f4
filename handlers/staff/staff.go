// Package staff answers those who run the marketplace: accounts, acting for
// someone, staff roles, the audit logs of everyone.
package staff

import (
	"souk/models/staff"
)

// Staff holds the handlers.
type Staff struct {
	staff *staff.Service
}

// New makes the handlers.
func New(staff *staff.Service) *Staff { return &Staff{staff: staff} }
