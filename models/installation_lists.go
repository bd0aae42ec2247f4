package models

// What is refused, recorded and told of installations, as accounts and integrators look after them.
var (
	standingErrors  = []*Error{ErrOwnerNeeded}
	standingActions = []AuditAction{}
	standingNotices = []notice{}
)
