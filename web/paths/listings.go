package paths

// What integrators write: drafts of listings.
