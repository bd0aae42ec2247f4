package installs

import (
	"context"
	"time"

	"souk/models"
)

// Update is what an app asks for beyond what an installation lets it do.
type Update struct {
	*Standing
	Note          string    // of the integrator, why; may be empty
	Since         time.Time // when it began to ask
	Asked         models.Grants
	More          models.Grants // of that, what is new or higher
	NewFiles      []string      // paths that the permission single_file would reach in addition
	NewEvents     []string      // that it unlocks for the app
	Before, After models.Risk
	Selects       bool // repositories have to be chosen: it is the first permission of any
	Verdict       models.Verdict
	Problem       error // why the actor can't agree; nil: they can
}

// Update is what the actor is asked to agree to. It returns ErrNotFound for whoever
// may not see the installation, and ErrNothingMore where the app asks for no more
// than it has.
func (s *Service) Update(ctx context.Context, actor models.Actor, id int64) (*Update, error) {
	return nil, models.ErrNotFound
}

// AgreeTo is what somebody agrees to.
type AgreeTo struct {
	Permissions  models.Grants // that the page showed; nil: that isn't checked
	Files        []string      // and the paths
	Selection    models.Selection
	Repositories []int64 // with SelectSelected
}

// Agree lets an installation do what its app asks for. It returns ErrAskedChanged
// where that is something else by now, ErrSelectionNeeded, ErrTooManySelected and
// ErrRepositoryElsewhere where repositories have to be chosen, and what
// models.Actor.MayAgree does.
func (s *Service) Agree(ctx context.Context, actor models.Actor, id int64, to AgreeTo) error {
	return models.ErrNotFound
}

// Behind counts who has installed an app, and who of them lags behind what it asks for.
type Behind struct {
	Installed, Lacking int
}

// Behind counts an app's installations.
func (s *Service) Behind(ctx context.Context, app int64) (b Behind, err error) {
	return b, nil
}
