package models

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// HookAction is what a marketplace_purchase webhook tells.
type HookAction string

// The actions, as GitHub names them.
const (
	HookPurchased        HookAction = "purchased"
	HookPending          HookAction = "pending_change"
	HookPendingCancelled HookAction = "pending_change_cancelled"
	HookChanged          HookAction = "changed"
	HookCancelled        HookAction = "cancelled"
)

// TryoutHook is a webhook that would have been sent.
type TryoutHook struct {
	Action    HookAction      `json:"action"`
	Effective time.Time       `json:"effective"`
	Purchase  TryoutSnapshot  `json:"purchase"`
	Previous  *TryoutSnapshot `json:"previous,omitempty"`
}

// TryoutSnapshot is a purchase as a webhook tells of it.
type TryoutSnapshot struct {
	Order    TryoutOrder `json:"order"`
	Trial    bool        `json:"trial,omitempty"`
	TrialEnd time.Time   `json:"trial_end,omitzero"`
	Billing  time.Time   `json:"billing,omitzero"` // when it is next
}

func (t *Tryout) snapshot() TryoutSnapshot {
	p := t.Purchase
	return TryoutSnapshot{Order: p.Order, Trial: p.Trial, TrialEnd: p.TrialEnd, Billing: p.End}
}

func (t *Tryout) hook(action HookAction, previous *TryoutSnapshot) TryoutHook {
	return TryoutHook{Action: action, Effective: t.Now, Purchase: t.snapshot(), Previous: previous}
}

// pendingHook tells of the change that waits for the end of the period.
func (t *Tryout) pendingHook() TryoutHook {
	p := t.Purchase
	if p.Pending.Order == nil {
		return t.endHook(HookPending, p.End)
	}
	was := t.snapshot()
	later := *t
	later.Purchase = t.follow(p)
	return TryoutHook{Action: HookPending, Effective: p.End, Purchase: later.snapshot(), Previous: &was}
}

// endHook tells of an end: the same purchase, with no date to pay on.
func (t *Tryout) endHook(action HookAction, at time.Time) TryoutHook {
	was := t.snapshot()
	last := was
	last.Billing, last.Trial = time.Time{}, false
	return TryoutHook{Action: action, Effective: at, Purchase: last, Previous: &was}
}

// PurchasePayload is the body of a marketplace_purchase webhook.
type PurchasePayload struct {
	Action    HookAction       `json:"action"`
	Effective string           `json:"effective_date"`
	Sender    PayloadUser      `json:"sender"`
	Purchase  PayloadPurchase  `json:"marketplace_purchase"`
	Previous  *PayloadPurchase `json:"previous_marketplace_purchase,omitempty"`
}

// PayloadUser is who acts.
type PayloadUser struct {
	Login        string `json:"login"`
	ID           int64  `json:"id"`
	NodeID       string `json:"node_id"`
	AvatarURL    string `json:"avatar_url"`
	GravatarID   string `json:"gravatar_id"`
	URL          string `json:"url"`
	HTMLURL      string `json:"html_url"`
	Followers    string `json:"followers_url"`
	Following    string `json:"following_url"`
	Gists        string `json:"gists_url"`
	Starred      string `json:"starred_url"`
	Subscribed   string `json:"subscriptions_url"`
	Organization string `json:"organizations_url"`
	Repos        string `json:"repos_url"`
	Events       string `json:"events_url"`
	Received     string `json:"received_events_url"`
	Type         string `json:"type"`
	SiteAdmin    bool   `json:"site_admin"`
}

// PayloadPurchase is a purchase in a payload.
type PayloadPurchase struct {
	Account   PayloadAccount `json:"account"`
	Cycle     string         `json:"billing_cycle"`
	Units     int64          `json:"unit_count"`
	OnTrial   bool           `json:"on_free_trial"`
	TrialEnds *string        `json:"free_trial_ends_on"`
	Billing   *string        `json:"next_billing_date"`
	Plan      PayloadPlan    `json:"plan"`
}

// PayloadAccount is whose purchase it is.
type PayloadAccount struct {
	Type   string  `json:"type"`
	ID     int64   `json:"id"`
	NodeID string  `json:"node_id"`
	Login  string  `json:"login"`
	Mail   *string `json:"organization_billing_email"`
}

// PayloadPlan is a plan in a payload.
type PayloadPlan struct {
	ID          int64    `json:"id"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Monthly     int64    `json:"monthly_price_in_cents"`
	Yearly      int64    `json:"yearly_price_in_cents"`
	Model       string   `json:"price_model"`
	Trial       bool     `json:"has_free_trial"`
	Unit        *string  `json:"unit_name"`
	Bullets     []string `json:"bullets"`
}

// Payload is the body of a webhook as it would have been sent; base is this
// site's address.
func (t *Tryout) Payload(h *TryoutHook, base string) PurchasePayload {
	p := PurchasePayload{Action: h.Action, Effective: moment(h.Effective), Sender: payloadUser(t.Sender, base), Purchase: t.payloadPurchase(&h.Purchase)}
	if h.Previous != nil {
		previous := t.payloadPurchase(h.Previous)
		p.Previous = &previous
	}
	return p
}

func (t *Tryout) payloadPurchase(s *TryoutSnapshot) PayloadPurchase {
	p := PayloadPurchase{Account: payloadAccount(t.Buyer), Cycle: "monthly", Units: s.Order.Units, OnTrial: s.Trial, Plan: payloadPlan(t.Plan(s.Order.Plan))}
	if s.Order.Period == Yearly {
		p.Cycle = "yearly"
	}
	if s.Trial {
		p.TrialEnds = new(moment(s.TrialEnd))
	}
	if !s.Billing.IsZero() {
		p.Billing = new(moment(s.Billing))
	}
	return p
}

func payloadAccount(a TryoutAccount) PayloadAccount {
	p := PayloadAccount{Type: payloadType(a.Kind), ID: a.ID, NodeID: nodeID(a), Login: a.Login}
	if a.Kind == KindOrganization {
		p.Mail = new("billing@" + a.Login + ".example")
	}
	return p
}

func payloadPlan(p *Plan) PayloadPlan {
	model := map[PlanKind]string{PlanFree: "FREE", PlanFlatRate: "FLAT_RATE", PlanPerUnit: "PER_UNIT"}
	out := PayloadPlan{ID: p.ID, Name: p.Name, Description: p.Description, Model: model[p.Kind], Trial: p.TrialDays > 0, Bullets: append([]string{}, p.Bullets...)}
	if p.MonthlyMinor != nil {
		out.Monthly = *p.MonthlyMinor
	}
	if p.YearlyMinor != nil {
		out.Yearly = *p.YearlyMinor
	}
	if p.UnitName != "" {
		out.Unit = &p.UnitName
	}
	return out
}

func payloadUser(a TryoutAccount, base string) PayloadUser {
	api := base + "/api/v3/users/" + url.PathEscape(a.Login)
	return PayloadUser{Login: a.Login, ID: a.ID, NodeID: nodeID(a), URL: api,
		HTMLURL: base + "/" + url.PathEscape(a.Login), Followers: api + "/followers", Following: api + "/following{/other_user}",
		Gists: api + "/gists{/gist_id}", Starred: api + "/starred{/owner}{/repo}", Subscribed: api + "/subscriptions", Organization: api + "/orgs",
		Repos: api + "/repos", Events: api + "/events{/privacy}", Received: api + "/received_events", Type: payloadType(a.Kind)}
}

func payloadType(k AccountKind) string {
	if k == KindOrganization {
		return "Organization"
	}
	return "User"
}

// nodeID is an account's id as GitHub's GraphQL API writes ids.
func nodeID(a TryoutAccount) string {
	kind := payloadType(a.Kind)
	return base64.StdEncoding.EncodeToString([]byte(fmt.Sprintf("0%d:%s", len(kind), kind) + strconv.FormatInt(a.ID, 10)))
}

func moment(t time.Time) string { return t.Format("2006-01-02T15:04:05-07:00") }
