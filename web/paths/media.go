package paths

// Pictures of apps and listings.
