package stripegw_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models/gateway/stripegw"
)

// key and secret are those of the stand-in.
const (
	key    = "sk_test_standin"
	secret = "whsec_standin"
)

type object = map[string]any

// standin speaks the part of Stripe's protocol that Souk uses, and remembers what it
// was told. What belongs to one account isn't there for others.
type standin struct {
	t    testing.TB
	url  string
	mu   sync.Mutex
	n    int
	kept map[string]object // by account and id
	done map[string]answer // by account and idempotency key
	lose int               // answers to payments that get lost
	last *http.Request     // with its form read
	sent []byte            // to the webhook, last
	sign string
}

type answer struct {
	params string
	status int
	body   []byte
}

func start(t testing.TB) *standin {
	s := &standin{t: t, kept: map[string]object{}, done: map[string]answer{}}
	mux := http.NewServeMux()
	for pattern, do := range map[string]func(*http.Request, string) (int, object){
		"POST /v1/checkout/sessions":           s.newSession,
		"GET /v1/checkout/sessions/{id}":       s.readSession,
		"POST /v1/payment_methods/{id}/detach": s.detach,
		"POST /v1/payment_intents":             s.newIntent,
		"GET /v1/payment_intents/search":       s.search,
		"GET /v1/payment_intents/{id}":         s.read,
		"POST /v1/payment_intents/{id}/cancel": s.cancel,
		"POST /v1/refunds":                     s.newRefund,
		"POST /v1/accounts":                    s.newAccount,
		"GET /v1/accounts/{id}":                s.read,
		"POST /v1/account_links":               s.newLink,
	} {
		mux.HandleFunc(pattern, s.serve(do))
	}
	front := httptest.NewServer(mux)
	t.Cleanup(front.Close)
	s.url = front.URL
	return s
}

// serve answers a call: to those who know the key, once for each idempotency key,
// and with the version of the API.
func (s *standin) serve(do func(*http.Request, string) (int, object)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if r.Header.Get("Authorization") != "Bearer "+key {
			write(w, answer{status: http.StatusUnauthorized, body: encode(failure("invalid_request_error", "", "no such key"))})
			return
		}
		if err := r.ParseForm(); err != nil {
			s.t.Error(err)
		}
		s.last = r
		account, once := r.Header.Get("Stripe-Account"), r.Header.Get("Idempotency-Key")
		params := r.URL.Path + "?" + r.Form.Encode()
		a, again := s.done[account+" "+once]
		switch {
		case r.Method == http.MethodPost && once == "":
			s.t.Errorf("%s has no key", r.URL)
		case r.Method == http.MethodPost && again && a.params != params:
			a = answer{status: http.StatusBadRequest, body: encode(failure("idempotency_error", "", "the key was used with other parameters"))}
		case r.Method != http.MethodPost || !again:
			status, body := do(r, account)
			a = answer{params: params, status: status, body: encode(body)}
			if once != "" {
				s.done[account+" "+once] = a
			}
		}
		if s.lose > 0 && r.URL.Path == "/v1/payment_intents" {
			s.lose--
			panic(http.ErrAbortHandler) // the answer never arrives
		}
		write(w, a)
	}
}

func write(w http.ResponseWriter, a answer) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Request-Id", "req_1")
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func failure(kind, code, message string) object {
	return object{"error": object{"type": kind, "code": code, "message": message}}
}

// put keeps a new object.
func (s *standin) put(account, prefix string, o object) object {
	s.n++
	o["id"] = fmt.Sprintf("%s_%d", prefix, s.n)
	s.kept[account+" "+o["id"].(string)] = o
	return o
}

func (s *standin) get(account, id string) (object, bool) {
	o, ok := s.kept[account+" "+id]
	return o, ok
}

func missing() (int, object) {
	return http.StatusNotFound, failure("invalid_request_error", "resource_missing", "no such thing")
}

func (s *standin) read(r *http.Request, account string) (int, object) {
	if o, ok := s.get(account, r.PathValue("id")); ok {
		return http.StatusOK, o
	}
	return missing()
}

func (s *standin) newSession(r *http.Request, account string) (int, object) {
	if r.Form.Get("mode") != "setup" || r.Form.Get("success_url") == "" || r.Form.Get("currency") == "" && r.Form.Get("payment_method_types[0]") == "" {
		return http.StatusBadRequest, failure("invalid_request_error", "parameter_missing", "a setup needs a currency or types")
	}
	o := s.put(account, "cs", object{"object": "checkout.session", "mode": "setup", "status": "open"})
	o["url"] = "https://checkout.stripe.com/c/pay/" + o["id"].(string)
	return http.StatusOK, o
}

func (s *standin) readSession(r *http.Request, account string) (int, object) {
	status, o := s.read(r, account)
	if status != http.StatusOK || o["setup_intent"] == nil {
		return status, o
	}
	if r.Form.Get("expand[0]") != "setup_intent.payment_method" {
		o = object{"id": o["id"], "status": o["status"], "setup_intent": "seti_1"}
	}
	return status, o
}

// cards are numbers by how they behave; a card is the same card each time.
func card(behaviour string) object {
	last4 := map[string]string{"approve": "4242"}[behaviour]
	if last4 == "" {
		last4 = fmt.Sprintf("%04d", len(behaviour)*321)
	}
	if behaviour == "later" {
		return object{"type": "sepa_debit", "sepa_debit": object{"last4": "3000", "fingerprint": "fp_later"}}
	}
	return object{"type": "card", "card": object{"brand": "visa", "last4": last4, "exp_month": 7, "exp_year": 2099, "fingerprint": "fp_" + behaviour}}
}

// finish has the buyer finish a Checkout session, with a card or without.
func (s *standin) finish(account, id, behaviour string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	session, _ := s.get(account, id)
	if behaviour == "" {
		session["status"] = "expired"
		s.tell(account, "checkout.session.expired", session)
		return
	}
	customer := s.put(account, "cus", object{"object": "customer"})
	m := card(behaviour)
	m["object"], m["behaviour"], m["customer"] = "payment_method", behaviour, customer["id"]
	s.put(account, "pm", m)
	session["status"], session["customer"] = "complete", customer["id"]
	session["setup_intent"] = object{"id": "seti_" + id, "object": "setup_intent", "status": "succeeded", "payment_method": m}
	s.tell(account, "checkout.session.completed", object{"id": id, "object": "checkout.session", "mode": "setup", "status": "complete", "setup_intent": "seti_" + id})
}

func (s *standin) detach(r *http.Request, account string) (int, object) {
	m, ok := s.get(account, r.PathValue("id"))
	if !ok {
		return missing()
	}
	if m["customer"] == nil {
		return http.StatusBadRequest, failure("invalid_request_error", "", "it isn't attached")
	}
	was := m["customer"]
	m["customer"] = nil
	s.tellWas(account, "payment_method.detached", m, object{"customer": was})
	return http.StatusOK, m
}

func (s *standin) newIntent(r *http.Request, account string) (int, object) {
	f := r.Form
	m, ok := s.get(account, f.Get("payment_method"))
	if !ok || m["customer"] != f.Get("customer") {
		return http.StatusBadRequest, failure("invalid_request_error", "resource_missing", "no such payment method")
	}
	if f.Get("payment_method_types[0]") != m["type"] || f.Get("confirm") != "true" || (f.Get("off_session") == "true") == (f.Get("return_url") != "") {
		return http.StatusBadRequest, failure("invalid_request_error", "payment_intent_invalid_parameter", f.Encode())
	}
	p := s.put(account, "pi", object{"object": "payment_intent", "amount": whole(f.Get("amount")), "currency": f.Get("currency"), "behaviour": m["behaviour"],
		"metadata": object{"souk_charge": f.Get("metadata[souk_charge]")}, "application_fee_amount": whole(f.Get("application_fee_amount")), "refunded": int64(0)})
	attended := f.Get("off_session") != "true"
	decline := func(code, why string) (int, object) {
		e := object{"type": "card_error", "code": code, "decline_code": why, "message": "declined"}
		p["status"], p["last_payment_error"] = "requires_payment_method", e
		with := object{"type": "card_error", "code": code, "decline_code": why, "message": "declined", "payment_intent": p}
		return http.StatusPaymentRequired, object{"error": with}
	}
	switch behaviour := m["behaviour"]; {
	case behaviour == "decline", behaviour == "fails_later" && !attended:
		return decline("card_declined", "generic_decline")
	case behaviour == "funds":
		return decline("card_declined", "insufficient_funds")
	case behaviour == "expired":
		return decline("expired_card", "")
	case behaviour == "fraud":
		return decline("card_declined", "fraudulent")
	case behaviour == "authenticate" && !attended:
		return decline("authentication_required", "authentication_required")
	case behaviour == "authenticate":
		p["status"] = "requires_action"
		p["next_action"] = object{"type": "redirect_to_url", "redirect_to_url": object{"url": "https://hooks.stripe.com/3ds/" + p["id"].(string), "return_url": f.Get("return_url")}}
	case behaviour == "later":
		p["status"] = "processing"
	case behaviour == "script":
		p["status"], p["next_action"] = "requires_action", object{"type": "use_stripe_sdk", "use_stripe_sdk": object{}}
	default:
		p["status"] = "succeeded"
	}
	return http.StatusOK, p
}

func whole(s string) (n int64) {
	_, _ = fmt.Sscan(s, &n)
	return n
}

// decide has the buyer, or the bank, approve or decline an intent.
func (s *standin) decide(account, id string, approve bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, _ := s.get(account, id)
	delete(p, "next_action")
	if approve {
		p["status"] = "succeeded"
		s.tell(account, "payment_intent.succeeded", p)
		return
	}
	code := "payment_intent_payment_attempt_failed"
	if p["behaviour"] == "authenticate" {
		code = "payment_intent_authentication_failure"
	}
	p["status"], p["last_payment_error"] = "requires_payment_method", object{"type": "card_error", "code": code}
	s.tell(account, "payment_intent.payment_failed", p)
}

func (s *standin) search(r *http.Request, account string) (int, object) {
	found := []object{}
	for name, o := range s.kept {
		if strings.HasPrefix(name, account+" pi_") && r.Form.Get("query") == "metadata['souk_charge']:'"+o["metadata"].(object)["souk_charge"].(string)+"'" {
			found = append(found, o)
		}
	}
	return http.StatusOK, object{"object": "search_result", "data": found, "has_more": false}
}

func (s *standin) cancel(r *http.Request, account string) (int, object) {
	p, ok := s.get(account, r.PathValue("id"))
	if !ok {
		return missing()
	}
	switch p["status"] {
	case "succeeded", "processing", "canceled":
		return http.StatusBadRequest, failure("invalid_request_error", "payment_intent_unexpected_state", "it can't be canceled")
	}
	p["status"] = "canceled"
	delete(p, "next_action")
	return http.StatusOK, p
}

func (s *standin) newRefund(r *http.Request, account string) (int, object) {
	p, ok := s.get(account, r.Form.Get("payment_intent"))
	if !ok {
		return missing()
	}
	minor := whole(r.Form.Get("amount"))
	switch left := p["amount"].(int64) - p["refunded"].(int64); {
	case p["status"] != "succeeded":
		return http.StatusBadRequest, failure("invalid_request_error", "charge_not_refundable", "there is no charge")
	case left == 0:
		return http.StatusBadRequest, failure("invalid_request_error", "charge_already_refunded", "it was refunded")
	case minor > left:
		return http.StatusBadRequest, failure("invalid_request_error", "", "more than is left")
	case p["behaviour"] == "refunds_fail":
		return http.StatusBadRequest, failure("invalid_request_error", "balance_insufficient", "there is too little money")
	}
	p["refunded"] = p["refunded"].(int64) + minor
	o := s.put(account, "re", object{"object": "refund", "amount": minor, "payment_intent": p["id"], "status": "succeeded", "fee_back": r.Form.Get("refund_application_fee")})
	if p["behaviour"] == "refunds_later" {
		o["status"] = "pending"
	}
	return http.StatusOK, o
}

func (s *standin) decideRefund(account, id string, succeeds bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, _ := s.get(account, id)
	if succeeds {
		o["status"] = "succeeded"
		s.tell(account, "refund.updated", o)
		return
	}
	o["status"], o["failure_reason"] = "failed", "expired_or_canceled_card"
	s.tell(account, "refund.failed", o)
}

func (s *standin) contest(account, id, state string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, _ := s.get(account, id)
	d := object{"id": "dp_" + id, "object": "dispute", "amount": p["amount"], "currency": p["currency"], "payment_intent": id, "reason": "fraudulent", "status": state}
	kind := "charge.dispute.closed"
	if state == "open" {
		d["status"], kind = "needs_response", "charge.dispute.created"
	}
	s.tell(account, kind, d)
}

func (s *standin) newAccount(r *http.Request, _ string) (int, object) {
	f := r.Form
	if f.Get("controller[stripe_dashboard][type]") != "full" || f.Get("controller[losses][payments]") != "stripe" || f.Get("controller[fees][payer]") != "account" {
		return http.StatusBadRequest, failure("invalid_request_error", "parameter_missing", f.Encode())
	}
	return http.StatusOK, s.put("", "acct", object{"object": "account", "country": f.Get("country"), "charges_enabled": false, "details_submitted": false,
		"requirements": object{"currently_due": []string{"business_profile.url", "external_account", "tos_acceptance.date"}, "past_due": []string{}, "disabled_reason": "requirements.past_due"}})
}

func (s *standin) newLink(r *http.Request, _ string) (int, object) {
	if _, ok := s.get("", r.Form.Get("account")); !ok {
		return missing()
	}
	return http.StatusOK, object{"object": "account_link", "url": "https://connect.stripe.com/setup/" + r.Form.Get("account")}
}

// tell sends an event, signed, to where the webhook would be.
func (s *standin) tell(account, kind string, o object) { s.tellWas(account, kind, o, nil) }

func (s *standin) tellWas(account, kind string, o, was object) {
	s.n++
	e := object{"id": fmt.Sprintf("evt_%d", s.n), "object": "event", "type": kind, "account": account, "created": time.Now().Unix(), "livemode": false,
		"api_version": "2026-08-26.dahlia", "data": object{"object": o, "previous_attributes": was}}
	s.sent = encode(e)
	s.sign = signature(s.sent, secret, time.Now())
}

func signature(body []byte, secret string, at time.Time) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%d.", at.Unix())
	mac.Write(body)
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(mac.Sum(nil)))
}

// heard is what was sent last.
func (s *standin) heard() (map[string]string, []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]string{stripegw.Signature: s.sign}, bytes.Clone(s.sent)
}

// gatewayOf makes a gateway that asks the stand-in.
func (s *standin) gateway() *stripegw.Gateway {
	return stripegw.New(stripegw.Config{Key: key, WebhookSecrets: []string{"whsec_older", secret}, URL: s.url})
}
