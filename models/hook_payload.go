package models

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"
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

// HookAccount is an account as webhooks tell of it. Mail is where an organization
// gets its invoices; it may be empty.
type HookAccount struct {
	ID    int64
	Login string
	Kind  AccountKind
	Mail  string
}

// KindBot is of an app that acts by itself, as webhooks tell of it. No account is of
// that kind.
const KindBot AccountKind = "bot"

// firstBot is what the ids of bots begin above. Clients expect that people,
// organizations and bots are numbered together: no account has an id as high.
const firstBot = 1_000_000_000

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

// PurchasePayloadOf is the body of the webhook that tells account's app of h; sender
// is who acted, which for time is the account itself. Base is this site's address.
func PurchasePayloadOf(h PurchaseHook, account, sender HookAccount, base string) PurchasePayload {
	p := PurchasePayload{Action: h.Action, Effective: moment(h.Effective.UTC()), Sender: payloadUser(sender, base), Purchase: payloadPurchase(&h.Purchase, account)}
	if h.Previous != nil {
		p.Previous = new(payloadPurchase(h.Previous, account))
	}
	return p
}

func payloadPurchase(s *PurchaseSnapshot, account HookAccount) PayloadPurchase {
	p := PayloadPurchase{Account: payloadAccount(account), Cycle: s.Terms.Period.Cycle(), Units: s.Terms.Units, OnTrial: s.Trial, Plan: PayloadPlanOf(&s.Terms.Plan)}
	if s.Trial {
		p.TrialEnds = new(moment(s.TrialEnd.UTC()))
	}
	if !s.Billing.IsZero() {
		p.Billing = new(moment(s.Billing.UTC()))
	}
	return p
}

// Cycle is the period as GitHub names it.
func (p Period) Cycle() string {
	if p == Yearly {
		return "yearly"
	}
	return "monthly"
}

func payloadAccount(a HookAccount) PayloadAccount {
	p := PayloadAccount{Type: a.Kind.GitHub(), ID: a.ID, NodeID: a.NodeID(), Login: a.Login}
	if a.Kind == KindOrganization && a.Mail != "" {
		p.Mail = &a.Mail
	}
	return p
}

// PayloadPlanOf is a plan as GitHub writes it. Prices that it isn't offered at are 0.
func PayloadPlanOf(p *Plan) PayloadPlan {
	model := map[PlanKind]string{PlanFree: "FREE", PlanFlatRate: "FLAT_RATE", PlanPerUnit: "PER_UNIT"}
	out := PayloadPlan{ID: p.ID, Name: p.Name, Description: p.Description, Model: model[p.Kind], Trial: p.TrialDays > 0, Bullets: append([]string{}, p.Bullets...)}
	if p.MonthlyMinor != nil {
		out.Monthly = *p.MonthlyMinor
	}
	if p.YearlyMinor != nil {
		out.Yearly = *p.YearlyMinor
	}
	if p.UnitName != "" {
		out.Unit = new(p.UnitName)
	}
	return out
}

func payloadUser(a HookAccount, base string) PayloadUser {
	api := base + "/api/v3/users/" + url.PathEscape(a.Login)
	return PayloadUser{Login: a.Login, ID: a.ID, NodeID: a.NodeID(), URL: api,
		HTMLURL: base + a.page(), Followers: api + "/followers", Following: api + "/following{/other_user}",
		Gists: api + "/gists{/gist_id}", Starred: api + "/starred{/owner}{/repo}", Subscribed: api + "/subscriptions", Organization: api + "/orgs",
		Repos: api + "/repos", Events: api + "/events{/privacy}", Received: api + "/received_events", Type: a.Kind.GitHub()}
}

// page is where an account's page is; a bot's is its app's.
func (a *HookAccount) page() string {
	if a.Kind == KindBot {
		return "/apps/" + url.PathEscape(strings.TrimSuffix(a.Login, botSuffix))
	}
	return "/" + url.PathEscape(a.Login)
}

// GitHub is the kind as GitHub names it.
func (k AccountKind) GitHub() string {
	switch k {
	case KindOrganization:
		return "Organization"
	case KindBot:
		return "Bot"
	}
	return "User"
}

// NodeID is an account's id as GitHub's GraphQL API writes ids.
func (a *HookAccount) NodeID() string {
	kind := a.Kind.GitHub()
	return base64.StdEncoding.EncodeToString([]byte(fmt.Sprintf("0%d:%s", len(kind), kind) + strconv.FormatInt(a.ID, 10)))
}

func moment(t time.Time) string { return t.Format("2006-01-02T15:04:05-07:00") }
