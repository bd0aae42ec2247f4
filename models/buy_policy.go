package models

import (
	"slices"
	"time"
)

// Decision is what a policy says of an order.
type Decision string

// The decisions. What is asked for, an owner may order; what is denied, nobody.
const (
	DecisionAllow Decision = "allow"
	DecisionAsk   Decision = "ask"
	DecisionDeny  Decision = "deny"
)

// Decisions lists the decisions, the mildest first.
func Decisions() []Decision { return []Decision{DecisionAllow, DecisionAsk, DecisionDeny} }

// BuyPolicy is what an organization allows to be bought: the first rule that fits
// an order decides, else Otherwise. The zero BuyPolicy allows everything.
type BuyPolicy struct {
	Rules     []BuyRule `json:"rules"`
	Otherwise Decision  `json:"otherwise"`
}

// BuyRule decides on the orders that all of its conditions fit; one that is left
// out fits every order.
//
// Amounts of two currencies aren't compared: a price in another currency than the
// rule's counts as more than it says, so that no limit is got round by a currency.
type BuyRule struct {
	Decision   Decision  `json:"decision"`
	Price      PriceTest `json:"price,omitempty"`
	Minor      int64     `json:"minor,omitempty"` // a month
	Currency   string    `json:"currency,omitempty"`
	Category   string    `json:"category,omitempty"`   // slug
	Permission string    `json:"permission,omitempty"` // a permission's key, or an OAuth scope
	Level      Level     `json:"level,omitempty"`      // at least; "" for any, and for scopes
	Publisher  Publisher `json:"publisher,omitempty"`
	Words      string    `json:"words,omitempty"` // why, for whom it stops
}

// PriceTest is how a rule looks at a price.
type PriceTest string

// The tests. Free orders are at most anything.
const (
	PriceAny    PriceTest = ""
	PriceAtMost PriceTest = "at_most"
	PriceAbove  PriceTest = "above"
)

// PriceTests lists the tests.
func PriceTests() []PriceTest { return []PriceTest{PriceAny, PriceAtMost, PriceAbove} }

// Publisher is how a rule looks at who publishes.
type Publisher string

// The publishers that a rule fits.
const (
	PublisherAny        Publisher = ""
	PublisherVerified   Publisher = "verified"
	PublisherUnverified Publisher = "unverified"
)

// Publishers lists them.
func Publishers() []Publisher {
	return []Publisher{PublisherAny, PublisherVerified, PublisherUnverified}
}

// Limits of policies and budgets.
const (
	MaxBuyRules     = 30
	MaxBuyRuleWords = 200
	MaxBudgets      = 50
)

// BuyFacts is what an order is judged by.
type BuyFacts struct {
	Monthly    Money    // what it costs a month; see Terms.Monthly
	Categories []string // slugs
	Grants     Grants   // of a GitHub App; nil: nobody has told
	Scopes     []string // of an OAuth App; nil: nobody has told
	Verified   bool     // its publisher is
}

// Verdict is what a policy and budgets say of an order, and why.
type Verdict struct {
	Decision Decision
	Reasons  []VerdictReason
}

// VerdictReason is one reason. Exactly one of Rule, Budget and Otherwise is set.
type VerdictReason struct {
	Rule      int        // number of the rule that decided, from 1
	Words     string     // of that rule
	Otherwise bool       // no rule fitted
	Budget    *BudgetUse // that it would go over
	Currency  string     // with Budget: it is in another one than the order, which is this
}

// Monthly is what terms cost a month, before discounts: a twelfth of a year's price,
// rounded, halves up.
func (t *Terms) Monthly() Money {
	m := t.Price()
	if t.Period == Yearly {
		m.Minor, _ = Share(m.Minor, 1, 12)
	}
	return m
}

// Judge says what the policy makes of an order.
func (p *BuyPolicy) Judge(f *BuyFacts) Verdict {
	for i := range p.Rules {
		if p.Rules[i].fits(f) {
			return Verdict{p.Rules[i].Decision, []VerdictReason{{Rule: i + 1, Words: p.Rules[i].Words}}}
		}
	}
	v := Verdict{Decision: p.otherwise()}
	if v.Decision != DecisionAllow {
		v.Reasons = []VerdictReason{{Otherwise: true}}
	}
	return v
}

func (p *BuyPolicy) otherwise() Decision {
	if p.Otherwise == "" {
		return DecisionAllow
	}
	return p.Otherwise
}

func (r *BuyRule) fits(f *BuyFacts) bool {
	return r.fitsPrice(f.Monthly) && r.fitsAccess(f) &&
		(r.Category == "" || slices.Contains(f.Categories, r.Category)) &&
		(r.Publisher == PublisherAny || (r.Publisher == PublisherVerified) == f.Verified)
}

func (r *BuyRule) fitsPrice(price Money) bool {
	if r.Price == PriceAny {
		return true
	}
	above := price.Minor > 0 && (price.Currency != r.Currency || price.Minor > r.Minor)
	return above == (r.Price == PriceAbove)
}

// fitsAccess reports whether the app asks for what the rule names. Where nobody has
// told what an app asks for, it may be that.
func (r *BuyRule) fitsAccess(f *BuyFacts) bool {
	switch {
	case r.Permission == "":
		return true
	case f.Grants == nil && f.Scopes == nil:
		return true
	}
	level := f.Grants.canonical()[canonicalKey(r.Permission)]
	if level.Rank() > 0 {
		return level.Rank() >= max(r.Level.Rank(), 1)
	}
	s, known := ScopeByName(r.Permission)
	return known && (slices.Contains(f.Scopes, s.Name) || containedIn(s, f.Scopes))
}

// BudgetUse is a budget and what is spent of it a month; category "" is all of
// them.
type BudgetUse struct {
	Category string     `json:"category"`
	Names    Texts      `json:"names,omitempty"` // of the category
	Limit    Money      `json:"limit"`
	Spent    Money      `json:"spent"`
	Updated  *time.Time `json:"updated,omitempty"`
}

// Over reports whether price more a month would be too much.
func (b *BudgetUse) Over(price Money) bool {
	return price.Currency == b.Limit.Currency && price.Minor > 0 && b.Spent.Minor+price.Minor > b.Limit.Minor
}

// BuyRules is all that an organization has set: its policy, and its budgets with
// what is spent of them. The zero BuyRules allows everything.
type BuyRules struct {
	Policy  BuyPolicy   `json:"policy"`
	Version int         `json:"version"` // of the policy; 0: it was never set
	Budgets []BudgetUse `json:"budgets"`
}

// Judge says what policy and budgets make of an order. What goes over a budget
// needs an owner, and so does what is in a currency that a budget has no amount
// for.
func (r *BuyRules) Judge(f *BuyFacts) Verdict {
	v := r.Policy.Judge(f)
	if f.Monthly.Minor <= 0 || v.Decision == DecisionDeny {
		return v
	}
	for _, category := range append([]string{""}, f.Categories...) {
		if reason, over := r.over(category, f.Monthly); over {
			if v.Decision == DecisionAllow {
				v = Verdict{Decision: DecisionAsk}
			}
			v.Reasons = append(v.Reasons, reason)
		}
	}
	return v
}

func (r *BuyRules) over(category string, price Money) (reason VerdictReason, over bool) {
	for i := range r.Budgets {
		b := &r.Budgets[i]
		switch {
		case b.Category != category:
		case b.Limit.Currency == price.Currency:
			return VerdictReason{Budget: b}, b.Over(price)
		default:
			reason, over = VerdictReason{Budget: b, Currency: price.Currency}, true
		}
	}
	return reason, over
}

// Refusal is why whoever may pay can't place an order that was judged so: nil,
// ErrPolicyDenied, or ErrPolicyAsks for who isn't an owner.
func (v *Verdict) Refusal(owner bool) error {
	switch {
	case v.Decision == DecisionDeny:
		return ErrPolicyDenied
	case v.Decision == DecisionAsk && !owner:
		return ErrPolicyAsks
	}
	return nil
}

// Checked is the policy as it is kept, or Problems: "rule" is the field of what is
// wrong with one of them.
func (p BuyPolicy) Checked() (BuyPolicy, error) {
	if !slices.Contains(Decisions(), p.otherwise()) {
		return p, ErrUnknownChoice.On("otherwise")
	}
	if len(p.Rules) > MaxBuyRules {
		return p, ErrTooManyBuyRules
	}
	p.Otherwise, p.Rules = p.otherwise(), slices.Clone(p.Rules)
	for i, r := range p.Rules {
		r, err := r.Checked()
		if err != nil {
			return p, err
		}
		p.Rules[i] = r
	}
	return p, nil
}

// Checked is the rule as it is kept, or all that is wrong with it.
func (r BuyRule) Checked() (BuyRule, error) {
	var problems Problems
	words, err := PlainText(r.Words, MaxBuyRuleWords, false)
	if err := problems.Add("words", err); err != nil {
		return r, err
	}
	r.Words = words
	for field, known := range map[string]bool{
		"decision": slices.Contains(Decisions(), r.Decision), "price": slices.Contains(PriceTests(), r.Price),
		"publisher": slices.Contains(Publishers(), r.Publisher), "level": r.Level == "" || r.Level.Rank() > 0,
	} {
		if !known {
			problems = append(problems, ErrUnknownChoice.On(field))
		}
	}
	if r.Price == PriceAny {
		r.Minor, r.Currency = 0, ""
	} else if !ValidCurrency(r.Currency) {
		problems = append(problems, ErrUnknownChoice.On("currency"))
	} else if r.Minor < 0 || r.Minor > MaxPriceMinor {
		problems = append(problems, ErrPriceHigh.On("amount"))
	}
	r.checkAccess(&problems)
	return r, problems.Err()
}

func (r *BuyRule) checkAccess(problems *Problems) {
	if r.Permission == "" {
		r.Level = ""
		return
	}
	if p, ok := PermissionByKey(r.Permission); ok {
		r.Permission = p.Key
		if r.Level != "" && !slices.Contains(p.Levels, r.Level) {
			*problems = append(*problems, ErrUnknownChoice.On("level"))
		}
	} else if _, ok := ScopeByName(r.Permission); ok {
		r.Level = ""
	} else {
		*problems = append(*problems, ErrBuyPermission)
	}
}

// Categories lists the slugs that the rules name, each once.
func (p *BuyPolicy) Categories() []string {
	all := []string{}
	for i := range p.Rules {
		if c := p.Rules[i].Category; c != "" && !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all
}

// Same reports whether both decide by the same rules.
func (p *BuyPolicy) Same(o *BuyPolicy) bool {
	return p.otherwise() == o.otherwise() && slices.Equal(p.Rules, o.Rules)
}
