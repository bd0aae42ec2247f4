package models_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"souk/models"
)

func eur(minor int64) models.Money { return models.Money{Minor: minor, Currency: "EUR"} }

func TestPolicyJudges(t *testing.T) {
	t.Parallel()
	policy := models.BuyPolicy{Otherwise: models.DecisionAsk, Rules: []models.BuyRule{
		{Decision: models.DecisionDeny, Permission: "contents", Level: models.LevelWrite, Publisher: models.PublisherUnverified, Words: "No strangers in our code."},
		{Decision: models.DecisionAllow, Category: "testing", Price: models.PriceAtMost, Minor: 5000, Currency: "EUR"},
		{Decision: models.DecisionDeny, Price: models.PriceAbove, Minor: 50000, Currency: "EUR"},
		{Decision: models.DecisionDeny, Permission: "public_repo"},
	}}
	for name, c := range map[string]struct {
		facts models.BuyFacts
		want  models.Decision
		rule  int
	}{
		"writes code, unverified":            {models.BuyFacts{Grants: models.Grants{"contents": models.LevelWrite}}, models.DecisionDeny, 1},
		"writes code, verified":              {models.BuyFacts{Grants: models.Grants{"contents": models.LevelWrite}, Verified: true, Monthly: eur(1)}, models.DecisionAsk, 0},
		"reads code, unverified":             {models.BuyFacts{Grants: models.Grants{"contents": models.LevelRead}}, models.DecisionAsk, 0},
		"nobody told what it asks for":       {models.BuyFacts{}, models.DecisionDeny, 1},
		"testing, cheap":                     {models.BuyFacts{Grants: models.Grants{}, Categories: []string{"ci", "testing"}, Monthly: eur(5000)}, models.DecisionAllow, 2},
		"testing, a cent too much":           {models.BuyFacts{Grants: models.Grants{}, Categories: []string{"testing"}, Monthly: eur(5001)}, models.DecisionAsk, 0},
		"testing, free, whatever currency":   {models.BuyFacts{Grants: models.Grants{}, Categories: []string{"testing"}, Monthly: models.Money{Currency: "USD"}}, models.DecisionAllow, 2},
		"testing, cheap in another currency": {models.BuyFacts{Grants: models.Grants{}, Categories: []string{"testing"}, Monthly: models.Money{Minor: 1, Currency: "USD"}}, models.DecisionDeny, 3},
		"dear":                               {models.BuyFacts{Grants: models.Grants{}, Monthly: eur(50001)}, models.DecisionDeny, 3},
		"as dear as may be":                  {models.BuyFacts{Grants: models.Grants{}, Monthly: eur(50000)}, models.DecisionAsk, 0},
		"a scope":                            {models.BuyFacts{Scopes: []string{"public_repo"}}, models.DecisionDeny, 4},
		"a scope that contains it":           {models.BuyFacts{Scopes: []string{"repo"}}, models.DecisionDeny, 4},
		"another scope":                      {models.BuyFacts{Scopes: []string{"gist"}}, models.DecisionAsk, 0},
	} {
		v := policy.Judge(&c.facts)
		if v.Decision != c.want {
			t.Errorf("%s: %s, want %s", name, v.Decision, c.want)
		}
		rule := 0
		if len(v.Reasons) > 0 {
			rule = v.Reasons[0].Rule
		}
		if rule != c.rule {
			t.Errorf("%s: rule %d, want %d", name, rule, c.rule)
		}
	}
	if v := policy.Judge(&models.BuyFacts{}); v.Reasons[0].Words != "No strangers in our code." {
		t.Errorf("the rule's words: %+v", v)
	}
	if v := (&models.BuyPolicy{}).Judge(&models.BuyFacts{Monthly: eur(1 << 40)}); v.Decision != models.DecisionAllow || len(v.Reasons) != 0 {
		t.Errorf("no policy: %+v", v)
	}
	// The first rule that fits decides.
	two := models.BuyPolicy{Rules: []models.BuyRule{{Decision: models.DecisionAllow}, {Decision: models.DecisionDeny}}}
	if v := two.Judge(&models.BuyFacts{}); v.Decision != models.DecisionAllow {
		t.Errorf("the order of rules: %+v", v)
	}
}

func TestBudgetsAsk(t *testing.T) {
	t.Parallel()
	rules := models.BuyRules{Budgets: []models.BudgetUse{
		{Limit: eur(10000), Spent: eur(4000)},
		{Limit: models.Money{Minor: 1000, Currency: "JPY"}, Spent: models.Money{Currency: "JPY"}},
		{Category: "testing", Limit: eur(2000), Spent: eur(0)},
	}}
	for name, c := range map[string]struct {
		price      models.Money
		categories []string
		want       models.Decision
		reasons    int
	}{
		"within all":                       {eur(2000), []string{"testing"}, models.DecisionAllow, 0},
		"over the category's":              {eur(2001), []string{"testing"}, models.DecisionAsk, 1},
		"another category":                 {eur(6000), []string{"ci"}, models.DecisionAllow, 0},
		"over everything's":                {eur(6001), []string{"ci"}, models.DecisionAsk, 1},
		"over both":                        {eur(6001), []string{"testing"}, models.DecisionAsk, 2},
		"a currency of its own":            {models.Money{Minor: 1000, Currency: "JPY"}, nil, models.DecisionAllow, 0},
		"a currency that has no budget":    {models.Money{Minor: 1, Currency: "USD"}, nil, models.DecisionAsk, 1},
		"free, in whatever currency":       {models.Money{Currency: "USD"}, []string{"testing"}, models.DecisionAllow, 0},
		"the category's in one of the two": {models.Money{Minor: 1, Currency: "JPY"}, []string{"testing"}, models.DecisionAsk, 1},
	} {
		v := rules.Judge(&models.BuyFacts{Monthly: c.price, Categories: c.categories, Grants: models.Grants{}})
		if v.Decision != c.want || len(v.Reasons) != c.reasons {
			t.Errorf("%s: %+v", name, v)
		}
	}
	// What a rule denies stays denied, and what it asks for is asked for both reasons.
	rules.Policy = models.BuyPolicy{Otherwise: models.DecisionDeny}
	if v := rules.Judge(&models.BuyFacts{Monthly: eur(1 << 30)}); v.Decision != models.DecisionDeny || len(v.Reasons) != 1 {
		t.Errorf("denied: %+v", v)
	}
	rules.Policy = models.BuyPolicy{Otherwise: models.DecisionAsk}
	if v := rules.Judge(&models.BuyFacts{Monthly: eur(1 << 30)}); v.Decision != models.DecisionAsk || len(v.Reasons) != 2 {
		t.Errorf("asked: %+v", v)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		decision models.Decision
		owner    bool
		want     error
	}{
		{models.DecisionAllow, false, nil}, {models.DecisionAllow, true, nil},
		{models.DecisionAsk, false, models.ErrPolicyAsks}, {models.DecisionAsk, true, nil},
		{models.DecisionDeny, false, models.ErrPolicyDenied}, {models.DecisionDeny, true, models.ErrPolicyDenied},
	} {
		v := models.Verdict{Decision: c.decision}
		if err := v.Refusal(c.owner); !errors.Is(err, c.want) {
			t.Errorf("%s, owner %v: %v", c.decision, c.owner, err)
		}
	}
}

func TestMonthlyCosts(t *testing.T) {
	t.Parallel()
	plan := models.Plan{Kind: models.PlanPerUnit, MonthlyMinor: new(int64(999)), YearlyMinor: new(int64(10006)), Currency: "EUR"}
	for _, c := range []struct {
		period models.Period
		units  int64
		want   int64
	}{{models.Monthly, 3, 2997}, {models.Yearly, 1, 834}, {models.Yearly, 3, 2502}, {models.Yearly, 9, 7505}} { // 90054 / 12 is 7504.5
		terms := models.Terms{Plan: plan, Period: c.period, Units: c.units}
		if m := terms.Monthly(); m != eur(c.want) {
			t.Errorf("%d by the %s: %+v, want %d", c.units, c.period, m, c.want)
		}
	}
}

func TestRulesAreChecked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule models.BuyRule
		code string
	}{
		"no decision":           {models.BuyRule{}, "unknown_choice (decision)"},
		"another decision":      {models.BuyRule{Decision: "maybe"}, "unknown_choice (decision)"},
		"no currency":           {models.BuyRule{Decision: "deny", Price: models.PriceAbove, Minor: 1}, "unknown_choice (currency)"},
		"an amount below zero":  {models.BuyRule{Decision: "deny", Price: models.PriceAbove, Minor: -1, Currency: "EUR"}, "price_high (amount)"},
		"no such permission":    {models.BuyRule{Decision: "deny", Permission: "everything"}, "buy_permission (permission)"},
		"a level it hasn't":     {models.BuyRule{Decision: "deny", Permission: "metadata", Level: models.LevelAdmin}, "unknown_choice (level)"},
		"words that turn":       {models.BuyRule{Decision: "deny", Words: "a\u202eb"}, "control_characters (words)"},
		"too many words":        {models.BuyRule{Decision: "deny", Words: strings.Repeat("x", models.MaxBuyRuleWords+1)}, "too_long (words)"},
		"all is well":           {models.BuyRule{Decision: "deny", Price: models.PriceAtMost, Currency: "EUR", Permission: "contents", Level: models.LevelWrite, Words: " why "}, ""},
		"a scope has no level":  {models.BuyRule{Decision: "deny", Permission: "repo", Level: models.LevelWrite}, ""},
		"a publisher of no use": {models.BuyRule{Decision: "deny", Publisher: "famous"}, "unknown_choice (publisher)"},
	} {
		_, err := c.rule.Checked()
		if got := fmt.Sprint(err); c.code == "" && err != nil || c.code != "" && got != c.code {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
	}
	kept, err := models.BuyRule{Decision: "deny", Minor: 7, Currency: "EUR", Permission: "repo", Level: models.LevelWrite, Words: " why "}.Checked()
	if want := (models.BuyRule{Decision: "deny", Permission: "repo", Words: "why"}); err != nil || kept != want {
		t.Errorf("what doesn't matter is kept: %+v, %v", kept, err)
	}
	if _, err := (models.BuyPolicy{Rules: make([]models.BuyRule, models.MaxBuyRules+1)}).Checked(); !errors.Is(err, models.ErrTooManyBuyRules) {
		t.Errorf("too many: %v", err)
	}
	p, err := models.BuyPolicy{}.Checked()
	if text, _ := json.Marshal(p); err != nil || string(text) != `{"rules":null,"otherwise":"allow"}` {
		t.Errorf("%s, %v", text, err)
	}
}

func TestReminders(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for age, want := range map[time.Duration]int{0: 0, 3*day - 1: 0, 3 * day: 1, 7*day - 1: 1, 7 * day: 2, 29 * day: 2} {
		if n := models.RemindersDue(age); n != want {
			t.Errorf("%v: %d, want %d", age, n, want)
		}
	}
}
