package staff

import (
	"context"
	"fmt"
	"time"
)

// CastMade reports whether the people of the demonstration were made before, and
// RecordCast records that they now are.
func (s *Service) CastMade(ctx context.Context) (done bool, err error) {
	err = s.db.Pool().QueryRow(ctx, "SELECT EXISTS (SELECT FROM milestones WHERE name = 'cast')").Scan(&done)
	if err != nil {
		return false, fmt.Errorf("staff: cast: %w", err)
	}
	return done, nil
}

// RecordCast records that the people of the demonstration were made at now.
func (s *Service) RecordCast(ctx context.Context, now time.Time) error {
	_, err := s.db.Pool().Exec(ctx, "INSERT INTO milestones (name, reached_at) VALUES ('cast', $1) ON CONFLICT DO NOTHING", now)
	if err != nil {
		return fmt.Errorf("staff: cast: %w", err)
	}
	return nil
}
