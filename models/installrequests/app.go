package installrequests

import "context"

// WaitingFor is Waiting for an app that asks.
func (s *Service) WaitingFor(ctx context.Context, app int64, page, perPage int) ([]Waits, int, error) {
	return Waiting(ctx, s.db.Pool(), app, page, perPage)
}
