package requests

import (
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/handlers/rules"
	"souk/models"
	"souk/models/policies"
	pages "souk/templates/requests"
	"souk/web"
	"souk/web/i18n"
	"souk/web/paths"
)

// policyInput is the form of a policy; see package rules. Do says what the button does:
// "save", "try", or what is done to the rules.
type policyInput struct {
	Rules      []string        `form:"rule"`
	Otherwise  models.Decision `form:"otherwise"`
	Version    int             `form:"version"`
	Do         string          `form:"do"`
	Decision   string          `form:"decision"`
	Price      string          `form:"price"`
	Amount     string          `form:"amount"`
	Currency   string          `form:"currency"`
	Category   string          `form:"category"`
	Permission string          `form:"permission"`
	Level      string          `form:"level"`
	Publisher  string          `form:"publisher"`
	Words      string          `form:"words"`
}

func (in *policyInput) policy() (models.BuyPolicy, error) {
	all, err := rules.Read[models.BuyRule](in.Rules, models.MaxBuyRules, models.ErrTooManyBuyRules)
	return models.BuyPolicy{Otherwise: in.Otherwise, Rules: all}, err
}

// rule is the one that is being written, or what is wrong with it.
func (in *policyInput) rule(c echo.Context) (models.BuyRule, error) {
	r := models.BuyRule{Decision: models.Decision(in.Decision), Price: models.PriceTest(in.Price), Currency: in.Currency, Category: in.Category,
		Permission: strings.TrimSpace(in.Permission), Level: models.Level(in.Level), Publisher: models.Publisher(in.Publisher), Words: in.Words}
	var problems models.Problems
	if r.Price != models.PriceAny {
		var err error
		if r.Minor, err = models.ParseAmount(in.Amount, i18n.NumberMarks(c.Request().Context()), in.Currency); err != nil {
			_ = problems.Add("amount", err)
		}
	}
	r, err := r.Checked()
	if err := problems.Add("", err); err != nil {
		return r, err
	}
	return r, problems.Err()
}

// Policy shows what an organization allows to be bought.
func (h *Requests) Policy(c echo.Context) error {
	d, err := h.policies.Desk(c.Request().Context(), web.ActorOf(c), c.Param("org"))
	if err != nil {
		return err
	}
	v := policyView(c, d, d.Policy)
	v.Version, v.Rule = d.Version, emptyRule
	return web.Page(c, pages.PolicyPage(v))
}

// emptyRule is where one begins to write.
var emptyRule = pages.Rule{Decision: string(models.DecisionAsk), Currency: models.DefaultCurrency}

func policyView(c echo.Context, d *policies.Desk, p models.BuyPolicy) pages.Policy {
	return pages.Policy{Org: org(d.Login, d.Name, d.Role, d.Waiting), MayChange: d.MayChange, Policy: p, Kept: rules.Keep(p.Rules), Categories: d.Categories, Zone: web.Zone(c)}
}

// PolicyPost saves the policy, or shows it changed and what it would have made of
// last year's orders.
func (h *Requests) PolicyPost(c echo.Context) error {
	in, err := web.Bind[policyInput](c)
	if err != nil {
		return err
	}
	p, err := in.policy()
	if err != nil {
		return err
	}
	ctx, actor, login := c.Request().Context(), web.ActorOf(c), c.Param("org")
	if in.Do == "save" {
		if err = h.policies.SavePolicy(ctx, actor, login, p, in.Version); err == nil {
			return web.Done(c, paths.BillingPage(login, "policy"), "buy_policy_saved")
		}
	} else {
		err = in.edit(c, &p)
	}
	d, wrong := h.policies.Desk(ctx, actor, login)
	if wrong != nil {
		return wrong
	}
	v := policyView(c, d, p)
	v.Version, v.Changed, v.Rule = in.Version, !p.Same(&d.Policy), in.typed()
	if err != nil {
		return web.Form(c, err, func(list models.Problems) templ.Component {
			v.Problems = problems(list)
			return pages.PolicyPage(v)
		})
	}
	if v.Replay, err = h.replay(c, p); err != nil {
		return err
	}
	return web.Page(c, pages.PolicyPage(v))
}

// typed is the rule that is being written, as it was typed.
func (in *policyInput) typed() pages.Rule {
	return pages.Rule{Decision: in.Decision, Price: in.Price, Amount: in.Amount, Currency: in.Currency, Category: in.Category, Permission: in.Permission,
		Level: in.Level, Publisher: in.Publisher, Words: in.Words}
}

// edit does to the rules what a button says.
func (in *policyInput) edit(c echo.Context, p *models.BuyPolicy) error {
	if in.Do == "add" {
		return in.add(c, p)
	}
	p.Rules = rules.Move(in.Do, p.Rules, func(r *models.BuyRule) { in.take(c, r) })
	return nil
}

// add moves the rule that is being written below the others.
func (in *policyInput) add(c echo.Context, p *models.BuyPolicy) error {
	r, err := in.rule(c)
	if err != nil {
		return err
	}
	if len(p.Rules) >= models.MaxBuyRules {
		return models.ErrTooManyBuyRules
	}
	p.Rules = append(p.Rules, r)
	in.write(emptyRule)
	return nil
}

// take moves a rule into the fields in which it is written.
func (in *policyInput) take(c echo.Context, r *models.BuyRule) {
	v := pages.Rule{Decision: string(r.Decision), Price: string(r.Price), Currency: r.Currency, Category: r.Category, Permission: r.Permission,
		Level: string(r.Level), Publisher: string(r.Publisher), Words: r.Words}
	if r.Price != models.PriceAny {
		v.Amount = i18n.Amount(c.Request().Context(), r.Minor, r.Currency)
	} else {
		v.Currency = models.DefaultCurrency
	}
	in.write(v)
}

func (in *policyInput) write(r pages.Rule) {
	in.Decision, in.Price, in.Amount, in.Currency, in.Category = r.Decision, r.Price, r.Amount, r.Currency, r.Category
	in.Permission, in.Level, in.Publisher, in.Words = r.Permission, r.Level, r.Publisher, r.Words
}

// shown bounds how many orders a replay lists.
const shown = 40

func (h *Requests) replay(c echo.Context, p models.BuyPolicy) (*pages.Replay, error) {
	r, err := h.policies.Replay(c.Request().Context(), web.ActorOf(c), c.Param("org"), p)
	if err != nil {
		return nil, err
	}
	v := &pages.Replay{Orders: r.Orders, Denied: r.Denied, Asked: r.Asked}
	slices.SortStableFunc(r.Touched, func(a, b policies.Replayed) int { return rank(b.Verdict.Decision) - rank(a.Verdict.Decision) })
	for _, o := range r.Touched[:min(len(r.Touched), shown)] {
		v.Items = append(v.Items, pages.Replayed{At: o.At, Slug: o.Slug, Name: o.Name, Monthly: o.Monthly, Buyer: o.Buyer, Verdict: o.Verdict,
			Terms: pages.Terms{Plan: o.Plan, Kind: o.Kind, Unit: o.Unit, Units: o.Units}})
	}
	return v, nil
}

// rank orders decisions, the mildest first.
func rank(d models.Decision) int { return slices.Index(models.Decisions(), d) }

type budgetInput struct {
	Category string `form:"category"`
	Amount   string `form:"amount"`
	Currency string `form:"currency"`
}

// Budgets shows what an organization means to spend.
func (h *Requests) Budgets(c echo.Context) error {
	v, err := h.budgetsView(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.BudgetsPage(v))
}

func (h *Requests) budgetsView(c echo.Context) (v pages.Budgets, err error) {
	d, err := h.policies.Desk(c.Request().Context(), web.ActorOf(c), c.Param("org"))
	if err != nil {
		return v, err
	}
	v = pages.Budgets{Org: org(d.Login, d.Name, d.Role, d.Waiting), MayChange: d.MayChange, All: d.Budgets, Categories: d.Categories, Currency: models.DefaultCurrency}
	if len(d.Budgets) > 0 {
		v.Currency = d.Budgets[0].Limit.Currency
	}
	return v, nil
}

// SetBudget sets a budget.
func (h *Requests) SetBudget(c echo.Context) error {
	in, err := web.Bind[budgetInput](c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	minor, err := models.ParseAmount(in.Amount, i18n.NumberMarks(ctx), in.Currency)
	if err == nil {
		err = h.policies.SetBudget(ctx, web.ActorOf(c), c.Param("org"), in.Category, models.Money{Minor: minor, Currency: in.Currency})
	} else {
		err = amountProblem(err)
	}
	if err == nil {
		return web.Done(c, paths.BillingPage(c.Param("org"), "budgets"), "budget_set")
	}
	if _, ok := models.AsProblems(err); !ok {
		return err
	}
	v, wrong := h.budgetsView(c)
	if wrong != nil {
		return wrong
	}
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Category, v.Amount, v.Currency, v.Problems = in.Category, in.Amount, in.Currency, problems(p)
		return pages.BudgetsPage(v)
	})
}

// amountProblem says that it is the amount which can't be read.
func amountProblem(err error) error {
	var p models.Problems
	if err := p.Add("amount", err); err != nil {
		return err
	}
	return p
}

// RemoveBudget takes a budget away.
func (h *Requests) RemoveBudget(c echo.Context) error {
	in, err := web.Bind[budgetInput](c)
	if err != nil {
		return err
	}
	if err := h.policies.RemoveBudget(c.Request().Context(), web.ActorOf(c), c.Param("org"), in.Category, in.Currency); err != nil {
		return err
	}
	return web.Done(c, paths.BillingPage(c.Param("org"), "budgets"), "budget_removed")
}
