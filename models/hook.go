package models

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" // what receivers of old check
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// HookState is what became of an event that an app is told of.
type HookState string

// The states. Nowhere is an event for which there was no address.
const (
	HookWaiting   HookState = "waiting"
	HookDelivered HookState = "delivered"
	HookFailed    HookState = "failed"
	HookNowhere   HookState = "nowhere"
)

// HookStates maps each state to those that may follow it: whatever is over can be
// sent again.
func HookStates() map[HookState][]HookState {
	return map[HookState][]HookState{
		HookWaiting:   {HookDelivered, HookFailed, HookNowhere},
		HookDelivered: {HookWaiting},
		HookFailed:    {HookWaiting, HookDelivered},
		HookNowhere:   {HookWaiting},
	}
}

// What events are called.
const (
	EventPurchase = "marketplace_purchase"
	EventPing     = "ping"
)

// Limits of webhooks.
const (
	HookPatience    = 3 * 24 * time.Hour // an event is tried for this long
	HookTogether    = 4                  // events that are on their way to a receiver at a time
	HookTroubled    = 3                  // attempts that fail in a row, after which a receiver is spared
	HookOldSecret   = 7 * 24 * time.Hour // the old secret signs too, unless it is ended before
	HookAttemptsFor = 30 * 24 * time.Hour
	HookAppsFor     = 30 * 24 * time.Hour // what apps were told is kept, but for purchases
	HookSilentAfter = time.Hour           // that an app which never took anything is warned
	HookFailingFor  = 24 * time.Hour      // that an app which took things before is warned
	MaxRedeliver    = 1000                // events that are sent again at once
)

// hookWaits are the times between one attempt and the next; the last one again and
// again.
var hookWaits = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour}

// HookWait is how long to wait after so many attempts that failed.
func HookWait(tries int) time.Duration {
	return hookWaits[max(0, min(tries, len(hookWaits))-1)]
}

// HookHold is how long a receiver is left alone after so many attempts in a row that
// failed, whatever waits for it.
func HookHold(failures int) time.Duration {
	if failures < HookTroubled {
		return 0
	}
	return min(5*time.Minute, 10*time.Second<<min(failures-HookTroubled, 10))
}

// HookContent is the form in which events are sent.
type HookContent string

// The forms: JSON, or JSON in the field payload of a form.
const (
	HookJSON HookContent = "json"
	HookForm HookContent = "form"
)

// MediaType is what the form is called in a header.
func (c HookContent) MediaType() string {
	if c == HookForm {
		return "application/x-www-form-urlencoded"
	}
	return "application/json"
}

// HookSettings are where an app is told things.
type HookSettings struct {
	URL     string
	Active  bool
	Content HookContent
}

// Check returns the settings as they are kept, or Problems. Insecure allows http.
func (s HookSettings) Check(insecure bool) (HookSettings, error) {
	var problems Problems
	var err error
	s.URL, err = checkWebhook(s.URL, s.Active, insecure)
	if err := problems.Add("url", err); err != nil {
		return s, err
	}
	if s.Content != HookJSON && s.Content != HookForm {
		if err := problems.Add("content_type", ErrUnknownChoice); err != nil {
			return s, err
		}
	}
	return s, problems.Err()
}

// NewHookSecret makes a secret to sign with.
func NewHookSecret() string { return strings.ToLower(rand.Text() + rand.Text()) }

// CheckHookSecret refuses a secret that somebody made who shouldn't.
func CheckHookSecret(secret string) error {
	if err := checkWebhookSecret(secret); err != nil {
		return ErrWebhookSecret.On("secret")
	}
	return nil
}

// HookMessage is an event on its way.
type HookMessage struct {
	GUID    string
	Event   string
	Target  HookTarget
	Content HookContent
	Payload string
}

// HookTarget is whose webhook it is: a listing's, which tells of purchases, or that of
// an app, which tells of the rest.
type HookTarget struct {
	App bool
	ID  int64
}

// Type is what the target is called in a header.
func (t HookTarget) Type() string {
	if t.App {
		return "integration"
	}
	return "marketplace::listing"
}

// Body is what is sent, and signed.
func (m *HookMessage) Body() []byte {
	if m.Content == HookForm {
		return []byte("payload=" + url.QueryEscape(m.Payload))
	}
	return []byte(m.Payload)
}

// Headers are those of the request. The first secret signs the headers that every
// receiver knows; the second one, while it is live too, those that end in Other.
func (m *HookMessage) Headers(secrets ...string) map[string]string {
	id := strconv.FormatInt(m.Target.ID, 10)
	h := map[string]string{
		"Accept": "*/*", "Content-Type": m.Content.MediaType(), "User-Agent": "Souk-Hookshot/1",
		"X-GitHub-Delivery": m.GUID, "X-GitHub-Event": m.Event, "X-GitHub-Hook-ID": id,
		"X-GitHub-Hook-Installation-Target-ID": id, "X-GitHub-Hook-Installation-Target-Type": m.Target.Type(),
	}
	body := m.Body()
	for i, secret := range secrets {
		suffix := ""
		if i > 0 {
			suffix = "-Other"
		}
		h["X-Hub-Signature"+suffix] = "sha1=" + signature(sha1.New, secret, body)
		h["X-Hub-Signature-256"+suffix] = "sha256=" + signature(sha256.New, secret, body)
	}
	return h
}

func signature(h func() hash.Hash, secret string, body []byte) string {
	mac := hmac.New(h, []byte(secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// HookTaken reports whether an answer means that the event was taken.
func HookTaken(status int) bool { return status >= 200 && status < 300 }

// PingPayload is the body of the event that only says that a webhook is there.
type PingPayload struct {
	Zen    string      `json:"zen"`
	HookID int64       `json:"hook_id"`
	Hook   PingHook    `json:"hook"`
	Sender PayloadUser `json:"sender"`
}

// PingHook is the webhook that a ping tells of.
type PingHook struct {
	Type      string     `json:"type"`
	ID        int64      `json:"id"`
	Name      string     `json:"name"`
	Active    bool       `json:"active"`
	Events    []string   `json:"events"`
	Config    PingConfig `json:"config"`
	UpdatedAt string     `json:"updated_at"`
	CreatedAt string     `json:"created_at"`
	ListingID int64      `json:"marketplace_listing_id,omitempty"`
	AppID     int64      `json:"app_id,omitempty"`
	Sent      string     `json:"deliveries_url,omitempty"`
}

// PingConfig is where a webhook goes to.
type PingConfig struct {
	ContentType HookContent `json:"content_type"`
	Insecure    string      `json:"insecure_ssl"`
	Secret      string      `json:"secret,omitempty"`
	URL         string      `json:"url"`
}

// PingOf is the body of a ping to a webhook; events are those that an app asked for,
// signed whether it has a secret.
func PingOf(t HookTarget, s HookSettings, events []string, signed bool, created, updated time.Time, sender HookAccount, base string) PingPayload {
	hook := PingHook{Type: "Marketplace::Listing", ID: t.ID, Name: "web", Active: s.Active, Events: []string{EventPurchase},
		Config: PingConfig{ContentType: s.Content, Insecure: "0", URL: s.URL}, UpdatedAt: stamp(updated), CreatedAt: stamp(created), ListingID: t.ID}
	if t.App {
		hook.Type, hook.Events, hook.ListingID = "App", append([]string{}, events...), 0
		hook.AppID, hook.Sent = t.ID, base+"/api/v3/app/hook/deliveries"
	}
	if signed {
		hook.Config.Secret = "********"
	}
	return PingPayload{Zen: "Say it once, and be understood.", HookID: t.ID, Sender: payloadUser(sender, base), Hook: hook}
}

// HookEvent is something that an app was told, or is to be told.
type HookEvent struct {
	ID             int64
	GUID           string
	Event          string
	Action         HookAction
	SubscriptionID *int64
	InstallationID int64  // 0: of none
	Account        string // login of whose purchase, or installation, it is; "" for a ping, and for one that is gone
	State          HookState
	Tries          int
	CreatedAt      time.Time
	DeliveredAt    *time.Time
	NextAt         *time.Time // of one that waits; nil: at once
	Status         int        // of the last attempt; 0: none, or no answer
	Position       int64
	Payload        json.RawMessage
}

// HookAttempt is one attempt to send an event.
type HookAttempt struct {
	ID              int64
	URL             string
	Redelivery      bool
	Status          int    // 0: no answer
	Problem         string // why there is none: a HookProblem
	Milliseconds    int
	RequestHeaders  map[string]string
	ResponseHeaders map[string]string
	ResponseBody    string
	At              time.Time
}

// HookProblems lists what can keep a receiver from answering.
func HookProblems() []string {
	return []string{"timeout", "refused", "private", "name", "certificate", "redirect", "other"}
}
