package models

import "time"

// RequestState is where a request to buy stands.
type RequestState string

// The states.
const (
	RequestOpen      RequestState = "open"
	RequestApproved  RequestState = "approved" // its order was placed
	RequestDeclined  RequestState = "declined"
	RequestWithdrawn RequestState = "withdrawn"
	RequestExpired   RequestState = "expired"
)

// RequestStates is the state machine: from each state to which others.
func RequestStates() map[RequestState][]RequestState {
	return map[RequestState][]RequestState{
		RequestOpen:      {RequestApproved, RequestDeclined, RequestWithdrawn, RequestExpired},
		RequestApproved:  nil,
		RequestDeclined:  nil,
		RequestWithdrawn: nil,
		RequestExpired:   nil,
	}
}

// Limits of requests to buy.
const (
	RequestLifetime  = 30 * 24 * time.Hour
	RequestPlacing   = 2 * time.Minute // how long an order is waited for before somebody else may decide
	MaxOpenRequests  = 20              // of one person in one organization
	MaxRequestReason = 1000
	MaxRequestWords  = 1000 // of who decides
)

// RequestReminders are how old a request is when those who decide are told again.
var RequestReminders = []time.Duration{3 * 24 * time.Hour, 7 * 24 * time.Hour}

// RemindersDue is how many reminders a request of that age should have had.
func RemindersDue(age time.Duration) int {
	n := 0
	for _, at := range RequestReminders {
		if age >= at {
			n++
		}
	}
	return n
}

// RequestView is which of an organization's requests one looks at.
type RequestView string

// The views.
const (
	RequestsOpen    RequestView = ""
	RequestsDecided RequestView = "decided"
)

// RequestViews lists the views.
func RequestViews() []RequestView { return []RequestView{RequestsOpen, RequestsDecided} }
