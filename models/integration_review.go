package models

import (
	"slices"
	"time"
)

// ReviewDecision is what is decided about an integration in a review.
type ReviewDecision string

// The decisions. Asking leaves it open: somebody who knows was asked, or, in a review
// of one's own account, one looks at it later.
const (
	ReviewUndecided ReviewDecision = ""
	ReviewKeep      ReviewDecision = "keep"
	ReviewRevoke    ReviewDecision = "revoke"
	ReviewAsk       ReviewDecision = "ask"
)

// ReviewDecisions lists what can be decided.
func ReviewDecisions() []ReviewDecision {
	return []ReviewDecision{ReviewKeep, ReviewRevoke, ReviewAsk}
}

// Valid reports whether d is a decision, or none yet.
func (d ReviewDecision) Valid() bool {
	return d == ReviewUndecided || slices.Contains(ReviewDecisions(), d)
}

// Final reports whether nothing is left to decide.
func (d ReviewDecision) Final() bool { return d == ReviewKeep || d == ReviewRevoke }

// ReviewAnswer is what somebody who was asked says.
type ReviewAnswer string

// The answers.
const (
	AnswerNone     ReviewAnswer = ""
	AnswerNeeded   ReviewAnswer = "needed"
	AnswerUnneeded ReviewAnswer = "unneeded"
)

// ReviewAnswers lists what can be answered.
func ReviewAnswers() []ReviewAnswer { return []ReviewAnswer{AnswerNeeded, AnswerUnneeded} }

// Limits of reviews.
const (
	ReviewEvery        = 365 * 24 * time.Hour // after one is finished, the next is due
	MaxIntegrationNote = 500
	MaxRevoked         = 100 // integrations that are ended in one go
)

// ReviewFacts is what an integration was when a review took it in.
type ReviewFacts struct {
	Permissions  Grants     `json:"permissions,omitempty"`
	Scopes       []string   `json:"scopes,omitempty"`
	Selection    Selection  `json:"selection,omitempty"`
	Repositories int        `json:"repositories,omitempty"`
	Publisher    string     `json:"publisher,omitempty"`
	Verified     bool       `json:"verified,omitempty"`
	By           string     `json:"by,omitempty"`
	Since        time.Time  `json:"since"`
	UsedAt       *time.Time `json:"used_at,omitempty"`
	Members      int        `json:"members,omitempty"`
}
