package paths

// Claims of imported listings.
