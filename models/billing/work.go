package billing

import (
	"context"

	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/gateway"
)

// Settle asks the gateway for a charge and records what came of it. It may be
// repeated at any time: what is settled stays as it is.
func (s *Service) Settle(_ context.Context, _ int64) error { return nil }

// Tend queues a job for every subscription that time has something to do with.
func (s *Service) Tend(_ context.Context) error { return nil }

// Advance lets time pass for a subscription, up to now. What is late happens as if
// it had been on time.
func (s *Service) Advance(_ context.Context, _ int64) error { return nil }

// Hear keeps what a gateway told, once, and has it worked on.
func (s *Service) Hear(_ context.Context, _ models.GatewayName, _ gateway.Event) error { return nil }

// AddWorkers registers the workers of this package.
func (s *Service) AddWorkers(_ *river.Workers) {}

// PeriodicJobs are those that keep subscriptions going.
func PeriodicJobs() []*river.PeriodicJob { return nil }
