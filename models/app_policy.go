package models

import "slices"

// AppPolicy is which apps an organization lets in, and lets go on working: the first
// rule that fits an app decides, else Otherwise. The zero AppPolicy allows everything.
type AppPolicy struct {
	Rules     []AppRule `json:"rules"`
	Otherwise Decision  `json:"otherwise"`
}

// AppRule decides on the apps that all of its conditions fit; one that is left out
// fits every app.
type AppRule struct {
	Decision   Decision  `json:"decision"`             // allow or deny
	App        string    `json:"app,omitempty"`        // slug
	Category   string    `json:"category,omitempty"`   // slug
	Permission string    `json:"permission,omitempty"` // a permission's key, or an OAuth scope
	Level      Level     `json:"level,omitempty"`      // at least; "" for any, and for scopes
	Publisher  Publisher `json:"publisher,omitempty"`
	Words      string    `json:"words,omitempty"` // why, for whom it stops
}

// AppFacts is what an app is judged by. Grants and Scopes are those that it would have.
type AppFacts struct {
	Slug       string
	Categories []string // slugs
	Grants     Grants
	Scopes     []string
	Verified   bool // its publisher is
}

// Judge says what the policy makes of an app.
func (p *AppPolicy) Judge(f *AppFacts) Verdict {
	for i := range p.Rules {
		if p.Rules[i].fits(f) {
			return Verdict{p.Rules[i].Decision, []VerdictReason{{Rule: i + 1, Words: p.Rules[i].Words}}}
		}
	}
	if p.Otherwise == DecisionDeny {
		return Verdict{DecisionDeny, []VerdictReason{{Otherwise: true}}}
	}
	return Verdict{Decision: DecisionAllow}
}

func (r *AppRule) fits(f *AppFacts) bool {
	asks := BuyRule{Permission: r.Permission, Level: r.Level}
	return (r.App == "" || r.App == f.Slug) && (r.Category == "" || slices.Contains(f.Categories, r.Category)) &&
		asks.fitsAccess(&BuyFacts{Grants: f.Grants, Scopes: f.Scopes}) &&
		(r.Publisher == PublisherAny || (r.Publisher == PublisherVerified) == f.Verified)
}
