package refunds

// BreakOffAt has a test told of every point between two steps.
func (s *Service) BreakOffAt(reached func(point string)) { s.reached = reached }
