package installrequests

import (
	"context"

	"souk/models"
	"souk/models/installs"
)

// Submission is somebody's wish to have an app on an account. What isn't theirs to
// install is asked of owners, with a reason and, where it costs, a plan.
type Submission struct {
	installs.Choice
	Reason string        // needed where owners are asked
	Plan   int           // number; 0: none. It is only asked for: installing buys nothing
	Period models.Period // "": what the plan has
	Units  int64         // 0: as few as the plan has
}

// Submitted is what came of a Submission: with InstallSplit both an installation and a
// request.
type Submitted struct {
	Outcome      models.InstallOutcome
	App          models.App
	Account      models.Account
	Installation *models.Installation
	Request      *models.InstallRequest
	Joined       bool // others had asked for the same; the actor asks with them
	Again        bool // the actor had
}

// Submit installs what the actor may install, and asks an organization's owners for
// the rest, in one transaction. It returns why neither can be, ErrAlreadyInstalled,
// ErrTooManyRequests, and Problems of the fields reason, plan, period, units and
// repositories.
func (s *Service) Submit(ctx context.Context, actor models.Actor, sub Submission) (*Submitted, error) {
	return nil, models.ErrNotFound
}
