package paths

// The integrator's desk and its figures.
