package models

import "slices"

// ListingAct is a step that somebody takes with a listing.
type ListingAct string

// The acts of a listing's integrator.
const (
	ActSubmit   ListingAct = "submit"
	ActWithdraw ListingAct = "withdraw"
	ActEdit     ListingAct = "edit" // a small change that is live at once
	ActUnlist   ListingAct = "unlist"
	ActRelist   ListingAct = "relist"
	ActArchive  ListingAct = "archive"
	ActRedraft  ListingAct = "redraft"
)

// The acts of staff.
const (
	ActClaim          ListingAct = "claim"
	ActRelease        ListingAct = "release"
	ActRequestChanges ListingAct = "request_changes"
	ActApprove        ListingAct = "approve"
	ActReject         ListingAct = "reject"
	ActRollBack       ListingAct = "roll_back" // of a small change
	ActTakeDown       ListingAct = "take_down"
	ActRestore        ListingAct = "restore" // what was taken down, to where it was
	ActReopen         ListingAct = "reopen"  // what was rejected, after an appeal
)

// ListingWho says who may take a step.
type ListingWho string

// Who may: the app's integrator, any reviewer who isn't the integrator, or such a
// reviewer whose session is confirmed lately.
const (
	ByIntegrator ListingWho = "integrator"
	ByReviewer   ListingWho = "reviewer"
	ByDecider    ListingWho = "decider"
)

// ListingStep is one row of the state machine: an act leads from each state of
// From to To. In a state of Keep it leaves the listing where it is: what visitors
// see isn't touched while its next revision is looked at, and the submission alone
// has another state.
type ListingStep struct {
	Act  ListingAct
	From []ListingState
	To   ListingState
	Keep []ListingState
	Who  ListingWho
}

// listingLive are the states in which there is something that visitors see, or
// will again without another review.
var listingLive = []ListingState{ListingPublished, ListingUnlisted, ListingTakenDown}

var listingSteps = []ListingStep{
	{Act: ActSubmit, From: []ListingState{ListingDraft, ListingChangesRequested}, To: ListingSubmitted, Keep: listingLive, Who: ByIntegrator},
	{Act: ActWithdraw, From: []ListingState{ListingSubmitted, ListingInReview}, To: ListingDraft, Keep: listingLive, Who: ByIntegrator},
	{Act: ActClaim, From: []ListingState{ListingSubmitted}, To: ListingInReview, Keep: listingLive, Who: ByReviewer},
	{Act: ActRelease, From: []ListingState{ListingInReview}, To: ListingSubmitted, Keep: listingLive, Who: ByReviewer},
	{Act: ActRequestChanges, From: []ListingState{ListingInReview}, To: ListingChangesRequested, Keep: listingLive, Who: ByDecider},
	{Act: ActApprove, From: []ListingState{ListingInReview}, To: ListingPublished, Keep: listingLive, Who: ByDecider},
	{Act: ActReject, From: []ListingState{ListingInReview}, To: ListingRejected, Keep: listingLive, Who: ByDecider},
	{Act: ActEdit, Keep: []ListingState{ListingPublished, ListingUnlisted}, Who: ByIntegrator},
	{Act: ActRollBack, Keep: listingLive, Who: ByDecider},
	{Act: ActUnlist, From: []ListingState{ListingPublished}, To: ListingUnlisted, Who: ByIntegrator},
	{Act: ActRelist, From: []ListingState{ListingUnlisted}, To: ListingPublished, Who: ByIntegrator},
	{Act: ActArchive, From: []ListingState{ListingDraft, ListingChangesRequested, ListingRejected, ListingPublished, ListingUnlisted},
		To: ListingArchived, Who: ByIntegrator},
	{Act: ActRedraft, From: []ListingState{ListingChangesRequested, ListingRejected, ListingArchived}, To: ListingDraft, Who: ByIntegrator},
	{Act: ActTakeDown, From: []ListingState{ListingPublished, ListingUnlisted}, To: ListingTakenDown, Who: ByDecider},
	{Act: ActRestore, From: []ListingState{ListingTakenDown}, To: ListingPublished, Who: ByDecider},
	{Act: ActRestore, From: []ListingState{ListingTakenDown}, To: ListingUnlisted, Who: ByDecider},
	{Act: ActReopen, From: []ListingState{ListingRejected}, To: ListingDraft, Who: ByDecider},
}

// ListingActs returns the state machine, a row a step. An act that stands twice
// leads to where the listing was before.
func ListingActs() []ListingStep { return slices.Clone(listingSteps) }

// ListingStates are the states, and to each the states that may follow it.
func ListingStates() map[ListingState][]ListingState {
	m := map[ListingState][]ListingState{}
	for _, step := range listingSteps {
		for _, from := range step.From {
			if !slices.Contains(m[from], step.To) {
				m[from] = append(m[from], step.To)
			}
		}
	}
	return m
}

// Step finds where an act leads from a state; before is where the listing was
// before that. It returns ErrListingState for a step that the machine doesn't have.
func (act ListingAct) Step(from, before ListingState) (to ListingState, who ListingWho, err error) {
	for _, step := range listingSteps {
		switch {
		case step.Act != act:
		case slices.Contains(step.Keep, from):
			return from, step.Who, nil
		case slices.Contains(step.From, from):
			if to == "" || step.To == before {
				to, who = step.To, step.Who
			}
		}
	}
	if to == "" {
		return "", "", ErrListingState
	}
	return to, who, nil
}
