package paths

// Reports, taking down, appeals.
