package models

// StaffRole is what someone who runs the marketplace may do. Each role may do
// what the ones below it may.
type StaffRole string

// The staff roles. Support helps people (looks accounts up, acts for them);
// reviewers decide on listings too; administrators decide on accounts and
// staff too.
const (
	StaffSupport       StaffRole = "support"
	StaffReviewer      StaffRole = "reviewer"
	StaffAdministrator StaffRole = "administrator"
)

// StaffRoles lists the roles, the least powerful first.
func StaffRoles() []StaffRole {
	return []StaffRole{StaffSupport, StaffReviewer, StaffAdministrator}
}

func (r StaffRole) rank() int {
	for i, s := range StaffRoles() {
		if s == r {
			return i + 1
		}
	}
	return 0
}

// Above reports whether r may do more than other, which may be "" for none.
func (r StaffRole) Above(other StaffRole) bool { return r.rank() > other.rank() }

// Valid reports whether r is a staff role.
func (r StaffRole) Valid() bool { return r.rank() > 0 }

// Errors of staff.
var (
	ErrUnknownStaffRole = &Error{Kind: Invalid, Code: "unknown_staff_role", Field: "role"}
	ErrLastAdmin        = &Error{Kind: Conflict, Code: "last_administrator"}
	ErrReasonNeeded     = &Error{Kind: Invalid, Code: "reason_needed", Field: "reason"}
	ErrAboveYou         = &Error{Kind: Forbidden, Code: "above_you"}
	ErrNoSuchUser       = &Error{Kind: Invalid, Code: "no_such_user", Field: "login"}
)

var staffErrors = []*Error{ErrUnknownStaffRole, ErrLastAdmin, ErrReasonNeeded, ErrAboveYou, ErrNoSuchUser}
