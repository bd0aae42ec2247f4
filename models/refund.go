package models

import (
	"strings"
	"time"
	"unicode/utf8"
)

// RefundReason is why money is given back.
type RefundReason string

// The reasons. RefundOther needs words.
const (
	RefundRequested RefundReason = "requested"
	RefundMistake   RefundReason = "mistake"
	RefundDuplicate RefundReason = "duplicate"
	RefundService   RefundReason = "service"
	RefundFraud     RefundReason = "fraud"
	RefundOther     RefundReason = "other"
)

// RefundReasons lists the reasons in the order of pages.
func RefundReasons() []RefundReason {
	return []RefundReason{RefundRequested, RefundMistake, RefundDuplicate, RefundService, RefundFraud, RefundOther}
}

// RefundState is where a refund stands.
type RefundState string

// The states. What is reserved may or may not have reached the gateway.
const (
	RefundReserved   RefundState = "reserved"
	RefundProcessing RefundState = "processing" // the gateway will tell
	RefundSucceeded  RefundState = "succeeded"
	RefundFailed     RefundState = "failed"
)

// RefundStates maps each state to those that may follow it.
func RefundStates() map[RefundState][]RefundState {
	return map[RefundState][]RefundState{
		RefundReserved:   {RefundProcessing, RefundSucceeded, RefundFailed},
		RefundProcessing: {RefundSucceeded, RefundFailed},
		RefundSucceeded:  {},
		RefundFailed:     {},
	}
}

// Settled reports whether the refund is over.
func (s RefundState) Settled() bool { return s == RefundSucceeded || s == RefundFailed }

// Limits of refunds.
const (
	RefundDays     = 180 // that integrators have after a payment; staff always may
	MaxRefundWords = 500
)

// Refundable is what the rules about refunds ask about a payment.
type Refundable struct {
	Paid     int64
	Refunded int64 // that was given back
	Held     int64 // that is on its way back
	Disputed bool  // the buyer contests it at the bank
	PaidAt   time.Time
}

// Left is what can still be given back.
func (r *Refundable) Left() int64 { return max(r.Paid-r.Refunded-r.Held, 0) }

// Open says why nothing can be given back at now: ErrRefundNothing, and for
// integrators ErrRefundDisputed and ErrRefundLate.
func (r *Refundable) Open(staff bool, now time.Time) error {
	switch {
	case r.Left() == 0:
		return ErrRefundNothing
	case staff:
		return nil
	case r.Disputed:
		return ErrRefundDisputed
	case now.After(r.PaidAt.AddDate(0, 0, RefundDays)):
		return ErrRefundLate
	}
	return nil
}

// Takes says why an amount can't be given back at now: as Open, or ErrRefundAmount
// or ErrRefundTooMuch.
func (r *Refundable) Takes(minor int64, staff bool, now time.Time) error {
	if err := r.Open(staff, now); err != nil {
		return err
	}
	switch {
	case minor < 1:
		return ErrRefundAmount
	case minor > r.Left():
		return ErrRefundTooMuch
	}
	return nil
}

// CheckRefundWords returns what is wrong with the reason and the words of a refund,
// as Problems.
func CheckRefundWords(reason RefundReason, words string) error {
	var p Problems
	known := false
	for _, r := range RefundReasons() {
		known = known || r == reason
	}
	if !known {
		p = append(p, ErrRefundReason)
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(words)); n > MaxRefundWords || reason == RefundOther && n == 0 {
		p = append(p, ErrRefundWords)
	}
	if len(p) == 0 {
		return nil
	}
	return p
}

// FeeBack is the part of a fee that goes back with a refund of minor, when before
// of the charge was given back already: all parts together are the fee.
func FeeBack(fee, charge, before, minor int64) int64 {
	was, _ := Share(fee, before, charge)
	is, _ := Share(fee, before+minor, charge)
	return is - was
}
