package models

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

var updateHooks = flag.Bool("update-hooks", false, "write the golden files of webhooks anew")

var (
	hookDay   = time.Date(2026, time.January, 31, 10, 30, 0, 0, time.UTC)
	hookBuyer = HookAccount{ID: 7, Login: "acme", Kind: KindOrganization, Mail: "billing@acme.example"}
	hookActor = HookAccount{ID: 3, Login: "ann", Kind: KindUser}
)

func hookPlan(id int64, kind PlanKind, monthly, yearly int64, trial int) Plan {
	p := Plan{ID: id, Number: int(id), Name: "Plan " + string(rune('A'+id-1)), Kind: kind, Description: "What it is", Bullets: []string{"One", "Two"}, Currency: "USD",
		Audience: AudienceEveryone, State: PlanPublished, Version: 1, TrialDays: trial}
	if kind != PlanFree {
		p.MonthlyMinor, p.YearlyMinor = &monthly, &yearly
	}
	if kind == PlanPerUnit {
		p.UnitName = "seat"
	}
	return p
}

func hookTurn(t *testing.T) func(*Turn, error) *Turn {
	return func(turn *Turn, err error) *Turn {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return turn
	}
}

// life is the webhooks of what may happen to one subscription after the other, by
// the name of their golden file.
func life(t *testing.T) map[string]PurchaseHook {
	must, env := hookTurn(t), &BillingEnv{GraceDays: 14}
	free, seats, team := hookPlan(1, PlanFree, 0, 0, 0), hookPlan(2, PlanPerUnit, 900, 9900, 14), hookPlan(3, PlanFlatRate, 5000, 50000, 0)
	offer := Offer{ListingID: 1, SellerID: 2, AccountID: hookBuyer.ID, Kind: KindOrganization, Zone: "UTC"}
	all := map[string]PurchaseHook{}

	offer.Terms = Terms{Plan: free, Units: 1}
	bought := must(Subscribe(offer, env, hookDay))
	all["purchased_free"] = bought.Hooks[0]
	all["cancelled_free"] = must(bought.After.Cancel(env, hookDay.Add(time.Hour))).Hooks[0]

	offer.Terms = Terms{Plan: seats, Period: Monthly, Units: 5}
	tried := must(Subscribe(offer, env, hookDay))
	all["purchased_trial"] = tried.Hooks[0]
	paid := tried.After.Pass(env) // the reminder
	paid = paid.After.Pass(env)
	all["changed_trial_ended"] = paid.Hooks[0]
	now := paid.At.Add(24 * time.Hour)
	more := must(paid.After.Change(Terms{Plan: team, Period: Monthly, Units: 1}, KindOrganization, false, env, now))
	all["changed_upgrade"] = more.Hooks[0]
	less := must(more.After.Change(Terms{Plan: seats, Period: Monthly, Units: 2}, KindOrganization, false, env, now))
	all["pending_change_downgrade"] = less.Hooks[0]
	all["pending_change_cancelled"] = must(less.After.TakeBack(now)).Hooks[0]
	ends := must(more.After.Cancel(env, now))
	all["pending_change_cancel"] = ends.Hooks[0]
	over := ends.After.Pass(env)
	all["cancelled_paid"] = over.Hooks[0]
	return all
}

// The bodies are GitHub's, key by key.
func TestHookPayloads(t *testing.T) {
	t.Parallel()
	for name, h := range life(t) {
		body, err := json.MarshalIndent(PurchasePayloadOf(h, hookBuyer, hookActor, "https://souk.example"), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		file := "testdata/hooks/" + name + ".json"
		if *updateHooks {
			if err := os.WriteFile(file, append(body, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(file); err != nil || string(body)+"\n" != string(want) {
			t.Errorf("%s is\n%s\n%v", name, body, err)
		}
	}
}

// What GitHub says of each action: when it takes effect, whether what was before is
// told, and which keys there are.
func TestHookPayloadsByTheFacts(t *testing.T) {
	t.Parallel()
	seen := map[HookAction]bool{}
	for name, h := range life(t) {
		seen[h.Action] = true
		p := PurchasePayloadOf(h, hookBuyer, hookActor, "https://souk.example")
		previous := h.Action == HookChanged || h.Action == HookPending || h.Action == HookCancelled
		if (p.Previous != nil) != previous {
			t.Errorf("%s: previous is %v", name, p.Previous)
		}
		if !strings.HasPrefix(name, string(h.Action)) {
			t.Errorf("%s is %s", name, h.Action)
		}
		var plain map[string]any
		text, _ := json.Marshal(p)
		if err := json.Unmarshal(text, &plain); err != nil {
			t.Fatal(err)
		}
		purchase := plain["marketplace_purchase"].(map[string]any)
		for part, keys := range map[string]struct {
			of   any
			want string
		}{
			"marketplace_purchase": {purchase, "account billing_cycle free_trial_ends_on next_billing_date on_free_trial plan unit_count"},
			"account":              {purchase["account"], "id login node_id organization_billing_email type"},
			"plan":                 {purchase["plan"], "bullets description has_free_trial id monthly_price_in_cents name price_model unit_name yearly_price_in_cents"},
		} {
			if got := strings.Join(slices.Sorted(maps.Keys(keys.of.(map[string]any))), " "); got != keys.want {
				t.Errorf("%s: %s has %s", name, part, got)
			}
		}
		if _, err := time.Parse("2006-01-02T15:04:05-07:00", p.Effective); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(seen) != 5 {
		t.Errorf("only %v", seen)
	}
	all := life(t)
	now, end := "2026-02-15T10:30:00+00:00", "2026-03-14T10:30:00+00:00"
	for name, want := range map[string]string{"purchased_free": "2026-01-31T10:30:00+00:00", "changed_upgrade": now, "pending_change_downgrade": end,
		"pending_change_cancel": end, "pending_change_cancelled": end, "cancelled_paid": end} {
		if got := moment(all[name].Effective); got != want {
			t.Errorf("%s takes effect at %s, want %s", name, got, want)
		}
	}
	if free := PurchasePayloadOf(all["purchased_free"], hookBuyer, hookActor, ""); free.Purchase.Billing != nil || free.Purchase.TrialEnds != nil || free.Purchase.Units != 1 {
		t.Errorf("what is free: %+v", free.Purchase)
	}
	if tried := PurchasePayloadOf(all["purchased_trial"], hookBuyer, hookActor, ""); !tried.Purchase.OnTrial || *tried.Purchase.TrialEnds != *tried.Purchase.Billing {
		t.Errorf("a trial: %+v", tried.Purchase)
	}
}

// The self-test that GitHub publishes, and the same by hand.
func TestHookSignatures(t *testing.T) {
	t.Parallel()
	m := HookMessage{GUID: "g", Event: EventPurchase, Target: HookTarget{ID: 12}, Content: HookJSON, Payload: "Hello, World!"}
	h := m.Headers("It's a Secret to Everybody", "the other")
	if got := h["X-Hub-Signature-256"]; got != "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17" {
		t.Errorf("%s", got)
	}
	old := hmac.New(sha1.New, []byte("It's a Secret to Everybody"))
	old.Write([]byte("Hello, World!"))
	other := hmac.New(sha256.New, []byte("the other"))
	other.Write([]byte("Hello, World!"))
	for name, want := range map[string]string{"X-Hub-Signature": "sha1=" + hex.EncodeToString(old.Sum(nil)),
		"X-Hub-Signature-256-Other": "sha256=" + hex.EncodeToString(other.Sum(nil)), "X-GitHub-Hook-ID": "12", "X-GitHub-Delivery": "g",
		"X-GitHub-Event": "marketplace_purchase", "Content-Type": "application/json", "User-Agent": "Souk-Hookshot/1"} {
		if h[name] != want {
			t.Errorf("%s: %q, want %q", name, h[name], want)
		}
	}
	m.Content = HookForm
	form := m.Headers("It's a Secret to Everybody")
	if string(m.Body()) != "payload=Hello%2C+World%21" || form["Content-Type"] != "application/x-www-form-urlencoded" {
		t.Errorf("%s, %s", m.Body(), form["Content-Type"])
	}
	if form["X-Hub-Signature-256"] == h["X-Hub-Signature-256"] || form["X-Hub-Signature-256-Other"] != "" {
		t.Errorf("%v", form)
	}
	if unsigned := m.Headers(); unsigned["X-Hub-Signature-256"] != "" {
		t.Errorf("signed with nothing: %v", unsigned)
	}
}

func TestHookWaits(t *testing.T) {
	t.Parallel()
	var sum, last time.Duration
	tries := 0
	for sum < HookPatience {
		tries++
		wait := HookWait(tries)
		if wait < last {
			t.Errorf("after %d attempts %s, and %s before", tries, wait, last)
		}
		sum, last = sum+wait, wait
	}
	if tries < 10 || tries > 20 {
		t.Errorf("%d attempts in three days", tries)
	}
	if HookHold(HookTroubled-1) != 0 || HookHold(HookTroubled) != 10*time.Second || HookHold(1000) != 5*time.Minute {
		t.Errorf("%s, %s, %s", HookHold(2), HookHold(3), HookHold(1000))
	}
}

func TestHookSettings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		set      HookSettings
		insecure bool
		want     error
	}{
		{HookSettings{URL: "https://app.example/hook", Active: true, Content: HookJSON}, false, nil},
		{HookSettings{URL: "", Active: false, Content: HookForm}, false, nil},
		{HookSettings{URL: "", Active: true, Content: HookJSON}, false, ErrAddressNeeded},
		{HookSettings{URL: "http://app.example/hook", Active: true, Content: HookJSON}, false, ErrWebhookInsecure},
		{HookSettings{URL: "http://app.example/hook", Active: true, Content: HookJSON}, true, nil},
		{HookSettings{URL: "javascript:alert(1)", Active: true, Content: HookJSON}, true, ErrWebAddress},
		{HookSettings{URL: "https://app.example/hook", Active: true, Content: "xml"}, false, ErrUnknownChoice},
	} {
		_, err := c.set.Check(c.insecure)
		if !errors.Is(err, c.want) && !(c.want == nil && err == nil) {
			t.Errorf("%+v: %v, want %v", c.set, err, c.want)
		}
	}
	for secret, ok := range map[string]bool{"": true, "short": false, NewHookSecret(): true, "with\x00zero-inside": false, strings.Repeat("x", 256): false} {
		if (CheckHookSecret(secret) == nil) != ok {
			t.Errorf("%q: %v", secret, CheckHookSecret(secret))
		}
	}
}
