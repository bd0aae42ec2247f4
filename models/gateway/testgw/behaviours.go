package testgw

import (
	"slices"
	"strings"
)

// Behaviour is how a payment method behaves when it is charged. It is a reference
// of a payment method too.
type Behaviour string

// The behaviours.
const (
	Approve      Behaviour = "tok_approve"
	Decline      Behaviour = "tok_decline"
	Funds        Behaviour = "tok_funds"         // declined: not enough money
	Expired      Behaviour = "tok_expired"       // declined: the card has expired
	Fraud        Behaviour = "tok_fraud"         // declined: it looks like fraud
	Authenticate Behaviour = "tok_authenticate"  // asks the buyer, and declines where there is none
	Never        Behaviour = "tok_never"         // never answers
	Later        Behaviour = "tok_later"         // processes until somebody tells
	Unavailable  Behaviour = "tok_unavailable"   // the first two calls for a charge fail
	FailsLater   Behaviour = "tok_fails_later"   // approves while the buyer is there, declines then
	RefundsLater Behaviour = "tok_refunds_later" // approves; refunds wait until somebody tells
	RefundsFail  Behaviour = "tok_refunds_fail"  // approves; refunds fail
)

// Behaviours are all of them, as the page offers them.
func Behaviours() []Behaviour {
	return []Behaviour{Approve, Decline, Funds, Expired, Fraud, Authenticate, FailsLater, Later, Never, Unavailable, RefundsLater, RefundsFail}
}

// known is the behaviour, or "" for what is none.
func (b Behaviour) known() Behaviour {
	if slices.Contains(Behaviours(), b) {
		return b
	}
	return ""
}

// Code is the behaviour without what all of them begin with.
func (b Behaviour) Code() string { return strings.TrimPrefix(string(b), "tok_") }

// Card is a number that people know from testing elsewhere.
type Card struct {
	Number    string
	Kind      string
	Brand     string
	Behaviour Behaviour
}

// Cards are the familiar numbers.
func Cards() []Card {
	return []Card{
		{"4242424242424242", "card", "visa", Approve},
		{"4000056655665556", "card", "visa", Approve},
		{"5555555555554444", "card", "mastercard", Approve},
		{"2223003122003222", "card", "mastercard", Approve},
		{"378282246310005", "card", "amex", Approve},
		{"6011111111111117", "card", "discover", Approve},
		{"3566002020360505", "card", "jcb", Approve},
		{"4000000000000002", "card", "visa", Decline},
		{"4000000000009995", "card", "visa", Funds},
		{"4000000000000069", "card", "visa", Expired},
		{"4100000000000019", "card", "visa", Fraud},
		{"4000002500003155", "card", "visa", Authenticate},
		{"4000002760003184", "card", "visa", Authenticate},
		{"4000000000003220", "card", "visa", Authenticate},
		{"4000000000000341", "card", "visa", FailsLater},
		{"4000000000000119", "card", "visa", Unavailable},
		{"4000000000005126", "card", "visa", RefundsFail},
		{"4000000000007726", "card", "visa", RefundsLater},
		{"DE89370400440532013000", "sepa_debit", "", Later},
		{"AT611904300234573201", "sepa_debit", "", Later},
		{"4000000000006975", "card", "visa", Never},
	}
}

// CardOf is the familiar number that was typed, with whatever spaces.
func CardOf(typed string) (Card, bool) {
	number := strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' || r == '\u3000' || r == '\u202f' {
			return -1
		}
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, typed))
	i := slices.IndexFunc(Cards(), func(c Card) bool { return c.Number == number })
	if i < 0 {
		return Card{}, false
	}
	return Cards()[i], true
}

// cardFor is the number that stands for a behaviour.
func cardFor(b Behaviour) (Card, bool) {
	i := slices.IndexFunc(Cards(), func(c Card) bool { return c.Behaviour == b })
	if i < 0 {
		return Card{}, false
	}
	return Cards()[i], true
}
