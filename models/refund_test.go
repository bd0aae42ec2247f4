package models

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRefundStates(t *testing.T) {
	t.Parallel()
	all := RefundStates()
	for _, s := range []RefundState{RefundReserved, RefundProcessing, RefundSucceeded, RefundFailed} {
		next, known := all[s]
		if !known || s.Settled() != (len(next) == 0) {
			t.Errorf("%s is followed by %v, and settled: %v", s, next, s.Settled())
		}
		for _, n := range next {
			if _, known := all[n]; !known || slices.Contains(all[n], s) {
				t.Errorf("%s leads to %s, which is unknown or leads back", s, n)
			}
		}
	}
	if len(all) != 4 {
		t.Errorf("there are %d states", len(all))
	}
}

func TestRefundable(t *testing.T) {
	t.Parallel()
	paidAt := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	last := paidAt.AddDate(0, 0, RefundDays)
	for name, c := range map[string]struct {
		r     Refundable
		minor int64
		now   time.Time
		left  int64
		want  error // to the integrator
		staff error
	}{
		"a part":              {Refundable{Paid: 1000}, 1, paidAt, 1000, nil, nil},
		"everything":          {Refundable{Paid: 1000}, 1000, paidAt, 1000, nil, nil},
		"more":                {Refundable{Paid: 1000}, 1001, paidAt, 1000, ErrRefundTooMuch, ErrRefundTooMuch},
		"nothing":             {Refundable{Paid: 1000}, 0, paidAt, 1000, ErrRefundAmount, ErrRefundAmount},
		"less than nothing":   {Refundable{Paid: 1000}, -1, paidAt, 1000, ErrRefundAmount, ErrRefundAmount},
		"what is left":        {Refundable{Paid: 1000, Refunded: 400, Held: 500}, 100, paidAt, 100, nil, nil},
		"more than is left":   {Refundable{Paid: 1000, Refunded: 400, Held: 500}, 101, paidAt, 100, ErrRefundTooMuch, ErrRefundTooMuch},
		"all is back":         {Refundable{Paid: 1000, Refunded: 1000}, 1, paidAt, 0, ErrRefundNothing, ErrRefundNothing},
		"all is on its way":   {Refundable{Paid: 1000, Held: 1000}, 1, paidAt, 0, ErrRefundNothing, ErrRefundNothing},
		"more than all":       {Refundable{Paid: 1000, Refunded: 800, Held: 300}, 1, paidAt, 0, ErrRefundNothing, ErrRefundNothing},
		"nothing was paid":    {Refundable{}, 1, paidAt, 0, ErrRefundNothing, ErrRefundNothing},
		"on the last day":     {Refundable{Paid: 1000}, 5, last, 1000, nil, nil},
		"too late":            {Refundable{Paid: 1000}, 5, last.Add(1), 1000, ErrRefundLate, nil},
		"contested":           {Refundable{Paid: 1000, Disputed: true}, 5, paidAt, 1000, ErrRefundDisputed, nil},
		"contested, too late": {Refundable{Paid: 1000, Disputed: true}, 5, last.Add(1), 1000, ErrRefundDisputed, nil},
	} {
		c.r.PaidAt = paidAt
		if got := c.r.Left(); got != c.left {
			t.Errorf("%s: %d is left, want %d", name, got, c.left)
		}
		for staff, want := range map[bool]error{false: c.want, true: c.staff} {
			if err := c.r.Takes(c.minor, staff, c.now); !errors.Is(err, want) || (err == nil) != (want == nil) {
				t.Errorf("%s, staff %v: %v, want %v", name, staff, err, want)
			}
		}
	}
}

func TestCheckRefundWords(t *testing.T) {
	t.Parallel()
	for _, r := range RefundReasons() {
		checkProblems(t, string(r), CheckRefundWords(r, "so it was"), nil)
	}
	long := strings.Repeat("é", MaxRefundWords)
	for name, c := range map[string]struct {
		reason RefundReason
		words  string
		want   []error
	}{
		"no words":          {RefundMistake, "", nil},
		"no words, other":   {RefundOther, " \n", []error{ErrRefundWords}},
		"as many as can be": {RefundOther, long, nil},
		"blanks around":     {RefundOther, " " + long + " ", nil},
		"too many":          {RefundMistake, long + "é", []error{ErrRefundWords}},
		"no reason":         {"", "", []error{ErrRefundReason}},
		"no such reason":    {"whim", long + "é", []error{ErrRefundReason, ErrRefundWords}},
	} {
		checkProblems(t, name, CheckRefundWords(c.reason, c.words), c.want)
	}
}

// TestFeeBack gives back a fee in parts: together they are the fee, whatever the
// parts.
func TestFeeBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fee, charge int64
		parts       []int64
		want        []int64
	}{
		{100, 1000, []int64{1000}, []int64{100}},
		{100, 1000, []int64{500, 500}, []int64{50, 50}},
		{0, 1000, []int64{300, 700}, []int64{0, 0}},
		{1, 3, []int64{1, 1, 1}, nil},
		{333, 999, []int64{1, 2, 333, 663}, nil},
		{50, 1999, []int64{7, 11, 13, 1968}, nil},
	} {
		var before, sum int64
		for i, part := range c.parts {
			back := FeeBack(c.fee, c.charge, before, part)
			if back < 0 || c.want != nil && back != c.want[i] {
				t.Errorf("of %d for %d: part %d gives %d, want %v", c.fee, c.charge, i, back, c.want)
			}
			before, sum = before+part, sum+back
		}
		if sum != c.fee {
			t.Errorf("of %d for %d, %d came back", c.fee, c.charge, sum)
		}
	}
}
