package paths

// What staff sees.
const (
	Staff     = "/staff"
	EndActing = "/acting/end" // staff stops acting for someone
)
