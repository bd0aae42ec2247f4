package models

import "slices"

// SubmissionStep is one row of the state machine of submissions. From is empty for
// what makes a submission.
type SubmissionStep struct {
	Act  ListingAct
	From []SubmissionState
	To   SubmissionState
}

var submissionSteps = []SubmissionStep{
	{Act: ActSubmit, To: SubmissionSubmitted},
	{Act: ActEdit, To: SubmissionSubmitted},
	{Act: ActWithdraw, From: []SubmissionState{SubmissionSubmitted, SubmissionInReview}, To: SubmissionWithdrawn},
	{Act: ActClaim, From: []SubmissionState{SubmissionSubmitted}, To: SubmissionInReview},
	{Act: ActRelease, From: []SubmissionState{SubmissionInReview}, To: SubmissionSubmitted},
	{Act: ActRequestChanges, From: []SubmissionState{SubmissionInReview}, To: SubmissionChangesRequested},
	{Act: ActApprove, From: []SubmissionState{SubmissionInReview}, To: SubmissionApproved},
	{Act: ActReject, From: []SubmissionState{SubmissionInReview}, To: SubmissionRejected},
	{Act: ActRollBack, From: []SubmissionState{SubmissionInReview}, To: SubmissionRejected},
}

// SubmissionActs returns the state machine of submissions, a row an act.
func SubmissionActs() []SubmissionStep { return slices.Clone(submissionSteps) }

// SubmissionStates lists the states of submissions.
func SubmissionStates() []SubmissionState {
	return []SubmissionState{SubmissionSubmitted, SubmissionInReview, SubmissionChangesRequested, SubmissionApproved, SubmissionRejected, SubmissionWithdrawn}
}

// Open reports whether a submission in this state waits for staff.
func (s SubmissionState) Open() bool { return s == SubmissionSubmitted || s == SubmissionInReview }

// On finds where an act leads a submission. It returns ErrSubmissionDecided for a
// step that the machine doesn't have.
func (act ListingAct) On(from SubmissionState) (SubmissionState, error) {
	for _, step := range submissionSteps {
		if step.Act == act && slices.Contains(step.From, from) {
			return step.To, nil
		}
	}
	return "", ErrSubmissionDecided
}
