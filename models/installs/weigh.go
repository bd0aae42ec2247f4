package installs

import (
	"context"

	"souk/models"
)

// Choice is what somebody wants to install, where.
type Choice struct {
	App          string // slug
	Account      int64
	Selection    models.Selection
	Repositories []int64       // with SelectSelected
	Asked        models.Grants // what the page showed that the app asks for; nil: that isn't checked
}

// Weighed is a choice with what decides on it.
type Weighed struct {
	App         models.App
	Integrator  models.Account
	ListingID   int64 // 0: none
	ListingSlug string
	Account     models.Account
	Facts       models.InstallFacts
	Decision    models.InstallDecision
	Mine        []int64              // the chosen repositories that the actor administers
	Others      []int64              // and the others
	Installed   *models.Installation // what is there already; nil: nothing
}

// Weigh says what comes of a choice. With lock, in a transaction, app and account are
// locked: neither who belongs to an organization, nor its policy, nor what is installed
// there changes until it ends. Then what is chosen has to be complete, unless it is
// refused anyway: it returns ErrSelectionNeeded, ErrTooManySelected and ErrAskedChanged.
// It returns ErrNotFound for an app or account that isn't there, and
// ErrRepositoryElsewhere for repositories that the account doesn't have or that the
// actor can't see.
func Weigh(ctx context.Context, q Querier, actor models.Actor, c Choice, lock bool) (*Weighed, error) {
	return nil, models.ErrNotFound
}

// Preview is Weigh for pages.
func (s *Service) Preview(ctx context.Context, actor models.Actor, c Choice) (*Weighed, error) {
	return Weigh(ctx, s.db.Pool(), actor, c, false)
}
