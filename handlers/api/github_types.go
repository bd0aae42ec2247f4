package api

import (
	"time"

	"souk/models"
	"souk/web/paths"
)

// v3Plan is a plan as GitHub's API tells of it.
type v3Plan struct {
	URL         string   `json:"url"`
	AccountsURL string   `json:"accounts_url"`
	ID          int64    `json:"id"`
	Number      int      `json:"number"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Monthly     int64    `json:"monthly_price_in_cents"`
	Yearly      int64    `json:"yearly_price_in_cents"`
	Model       string   `json:"price_model"`
	Trial       bool     `json:"has_free_trial"`
	Unit        *string  `json:"unit_name"`
	State       string   `json:"state"`
	Bullets     []string `json:"bullets"`
}

func v3PlanOf(base string, p *models.Plan) v3Plan {
	plain := models.PayloadPlanOf(p)
	url := base + paths.V3Plan(p.ID)
	return v3Plan{URL: url, AccountsURL: url + "/accounts", ID: p.ID, Number: p.Number, Name: p.Name, Description: p.Description,
		Monthly: plain.Monthly, Yearly: plain.Yearly, Model: plain.Model, Trial: plain.Trial, Unit: plain.Unit, State: string(p.State), Bullets: plain.Bullets}
}

// v3Standing is what an account has.
type v3Standing struct {
	Cycle     string  `json:"billing_cycle"`
	Next      *string `json:"next_billing_date"`
	Installed bool    `json:"is_installed"`
	Units     *int64  `json:"unit_count"`
	OnTrial   bool    `json:"on_free_trial"`
	TrialEnds *string `json:"free_trial_ends_on"`
	UpdatedAt string  `json:"updated_at"`
	Plan      v3Plan  `json:"plan"`
}

// v3Pending is what an account will have. Who cancelled will have no plan.
type v3Pending struct {
	ID        int64   `json:"id"`
	Effective string  `json:"effective_date"`
	Units     *int64  `json:"unit_count"`
	Installed bool    `json:"is_installed"`
	Plan      *v3Plan `json:"plan,omitempty"`
}

// v3Customer is an account with what it has.
type v3Customer struct {
	URL      string     `json:"url"`
	Type     string     `json:"type"`
	ID       int64      `json:"id"`
	Login    string     `json:"login"`
	Mail     *string    `json:"organization_billing_email,omitempty"`
	Pending  *v3Pending `json:"marketplace_pending_change"`
	Purchase v3Standing `json:"marketplace_purchase"`
}

// v3Account is an account in a list of purchases.
type v3Account struct {
	URL    string  `json:"url"`
	ID     int64   `json:"id"`
	Type   string  `json:"type"`
	NodeID string  `json:"node_id"`
	Login  string  `json:"login"`
	Mail   *string `json:"organization_billing_email,omitempty"`
}

// v3Own is what an account has, as the account's people see it.
type v3Own struct {
	Cycle     string    `json:"billing_cycle"`
	Next      *string   `json:"next_billing_date"`
	Units     *int64    `json:"unit_count"`
	OnTrial   bool      `json:"on_free_trial"`
	TrialEnds *string   `json:"free_trial_ends_on"`
	UpdatedAt string    `json:"updated_at"`
	Account   v3Account `json:"account"`
	Plan      v3Plan    `json:"plan"`
}

func v3CustomerOf(base string, c *models.Customer) v3Customer {
	a := v3AccountOf(base, &c.Account)
	out := v3Customer{URL: a.URL, Type: a.Type, ID: a.ID, Login: a.Login, Mail: a.Mail, Purchase: v3StandingOf(base, c)}
	if c.Pending == nil {
		return out
	}
	out.Pending = &v3Pending{ID: c.ID, Effective: stamp(c.End), Installed: c.Installed}
	if to := c.Pending.Terms; to != nil {
		out.Pending.Units, out.Pending.Plan = &to.Units, new(v3PlanOf(base, &to.Plan))
	}
	return out
}

func v3StandingOf(base string, c *models.Customer) v3Standing {
	s := v3Standing{Cycle: c.Terms.Period.Cycle(), Installed: c.Installed, Units: &c.Terms.Units, OnTrial: c.OnTrial(), UpdatedAt: stamp(c.UpdatedAt), Plan: v3PlanOf(base, &c.Terms.Plan)}
	if !c.End.IsZero() {
		s.Next = new(stamp(c.End))
	}
	if s.OnTrial {
		s.TrialEnds = new(stamp(c.TrialEnd))
	}
	return s
}

func v3OwnOf(base string, c *models.Customer) v3Own {
	s := v3StandingOf(base, c)
	return v3Own{Cycle: s.Cycle, Next: s.Next, Units: s.Units, OnTrial: s.OnTrial, TrialEnds: s.TrialEnds, UpdatedAt: s.UpdatedAt,
		Account: v3AccountOf(base, &c.Account), Plan: s.Plan}
}

func v3AccountOf(base string, a *models.HookAccount) v3Account {
	out := v3Account{URL: base + paths.V3Owner("users", a.Login), ID: a.ID, Type: a.Kind.GitHub(), NodeID: a.NodeID(), Login: a.Login}
	if a.Kind == models.KindOrganization {
		out.URL = base + paths.V3Owner("orgs", a.Login)
		if a.Mail != "" {
			out.Mail = &a.Mail
		}
	}
	return out
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
