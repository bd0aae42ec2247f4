package models

import (
	"slices"
	"strings"
)

// Limits of policies about apps.
const (
	MaxAppRules     = 50
	MaxAppRuleWords = MaxBuyRuleWords
)

// AppDecisions lists what a policy can say of an app, the milder first.
func AppDecisions() []Decision { return []Decision{DecisionAllow, DecisionDeny} }

// Checked is the policy as it is kept, or Problems: those of the first rule with which
// something is wrong.
func (p AppPolicy) Checked() (AppPolicy, error) {
	p.Otherwise, p.Organization = p.otherwise(), 0
	if !slices.Contains(AppDecisions(), p.Otherwise) {
		return p, ErrUnknownChoice.On("otherwise")
	}
	if len(p.Rules) > MaxAppRules {
		return p, ErrTooManyAppRules
	}
	p.Rules = append([]AppRule{}, p.Rules...)
	for i, r := range p.Rules {
		r, err := r.Checked()
		if err != nil {
			return p, err
		}
		p.Rules[i] = r
	}
	return p, nil
}

func (p *AppPolicy) otherwise() Decision {
	if p.Otherwise == "" {
		return DecisionAllow
	}
	return p.Otherwise
}

// Checked is the rule as it is kept, or all that is wrong with it. Whether there are
// such an app and such a category isn't asked here.
func (r AppRule) Checked() (AppRule, error) {
	var problems Problems
	words, err := PlainText(r.Words, MaxAppRuleWords, false)
	if err := problems.Add("words", err); err != nil {
		return r, err
	}
	r.Words, r.App = words, strings.ToLower(strings.TrimSpace(r.App))
	for field, known := range map[string]bool{
		"decision": slices.Contains(AppDecisions(), r.Decision), "publisher": slices.Contains(Publishers(), r.Publisher),
		"level": r.Level == "" || r.Level.Rank() > 0,
	} {
		if !known {
			problems = append(problems, ErrUnknownChoice.On(field))
		}
	}
	asks := BuyRule{Permission: r.Permission, Level: r.Level}
	asks.checkAccess(&problems)
	r.Permission, r.Level = asks.Permission, asks.Level
	return r, problems.Err()
}

// Categories lists the slugs of the categories that the rules name, each once.
func (p *AppPolicy) Categories() []string {
	return p.named(func(r *AppRule) string { return r.Category })
}

func (p *AppPolicy) named(by func(*AppRule) string) []string {
	all := []string{}
	for i := range p.Rules {
		if name := by(&p.Rules[i]); name != "" && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// Same reports whether both decide by the same rules.
func (p *AppPolicy) Same(o *AppPolicy) bool {
	return p.otherwise() == o.otherwise() && slices.Equal(p.Rules, o.Rules)
}
