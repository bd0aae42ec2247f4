package models

import "slices"

// AppPolicy is which apps an organization lets in, and lets go on working: the first
// rule that fits an app decides, else Otherwise. Apps of its own aren't asked about. The
// zero AppPolicy allows everything.
type AppPolicy struct {
	Rules        []AppRule `json:"rules"`
	Otherwise    Decision  `json:"otherwise"`
	Organization int64     `json:"organization,omitempty"` // whose it is; not kept with it
}

// AppRule decides on the apps that all of its conditions fit; one that is left out
// fits every app.
type AppRule struct {
	Decision   Decision  `json:"decision"`      // allow or deny
	App        string    `json:"app,omitempty"` // slug, for people: it may change
	AppID      int64     `json:"app_id,omitempty"`
	Category   string    `json:"category,omitempty"`   // slug
	Permission string    `json:"permission,omitempty"` // a permission's key, or an OAuth scope
	Level      Level     `json:"level,omitempty"`      // at least; "" for any, and for scopes
	Publisher  Publisher `json:"publisher,omitempty"`
	Words      string    `json:"words,omitempty"` // why, for whom it stops
}

// AppFacts is what an app is judged by. Grants and Scopes are those that it would have.
type AppFacts struct {
	ID         int64
	Owner      int64 // the account that it belongs to
	Slug       string
	Categories []string // slugs
	Grants     Grants
	Scopes     []string
	Verified   bool // its publisher is
}

// Judge says what the policy makes of an app.
func (p *AppPolicy) Judge(f *AppFacts) Verdict {
	if p.Organization != 0 && p.Organization == f.Owner {
		return Verdict{Decision: DecisionAllow}
	}
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
	return r.fitsApp(f) && (r.Category == "" || slices.Contains(f.Categories, r.Category)) &&
		asks.fitsAccess(&BuyFacts{Grants: f.Grants, Scopes: f.Scopes}) &&
		(r.Publisher == PublisherAny || (r.Publisher == PublisherVerified) == f.Verified)
}

// fitsApp compares ids: an app that is called otherwise is still the same.
func (r *AppRule) fitsApp(f *AppFacts) bool {
	switch {
	case r.App == "" && r.AppID == 0:
		return true
	case r.AppID != 0:
		return r.AppID == f.ID
	}
	return r.App == f.Slug
}
