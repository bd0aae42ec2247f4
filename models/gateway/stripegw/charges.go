package stripegw

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	stripe "github.com/stripe/stripe-go/v85"

	"souk/models"
	"souk/models/gateway"
)

// ours is the metadata that says which of our charges it is.
const ours = "souk_charge"

// keyed is how long Stripe surely remembers a key, and a little less.
const keyed = 20 * time.Hour

// Charge takes an amount with a PaymentIntent that is confirmed at once.
func (g *Gateway) Charge(ctx context.Context, r gateway.ChargeRequest) (gateway.Charge, error) {
	if !r.Reserved.IsZero() && g.now().Sub(r.Reserved) > keyed {
		// Stripe may have forgotten the key: whatever came of it is looked for.
		found, err := g.search(ctx, r)
		if err != nil || found != nil {
			return deref(found), err
		}
	}
	customer, method, kind := parts(r.Method)
	if method == "" {
		return gateway.Charge{State: models.ChargeDeclined, Decline: models.DeclineMethod}, nil
	}
	factor := scale(r.Amount.Currency)
	p := &stripe.PaymentIntentCreateParams{Params: as(r.Seller, r.Key), Amount: new(r.Amount.Minor * factor), Currency: new(strings.ToLower(r.Amount.Currency)),
		Customer: new(customer), PaymentMethod: new(method), PaymentMethodTypes: []*string{new(kind)}, Confirm: new(true),
		Description: new(r.Description), Metadata: map[string]string{ours: strconv.FormatInt(r.ChargeID, 10)}}
	if r.Fee > 0 {
		p.ApplicationFeeAmount = new(r.Fee * factor)
	}
	if r.Present {
		p.ReturnURL = new(r.ReturnURL)
	} else {
		p.OffSession = new(true)
	}
	intent, err := g.client.V1PaymentIntents.Create(ctx, p)
	return g.settled(ctx, r.Seller, "charge", intent, err)
}

func deref(c *gateway.Charge) gateway.Charge {
	if c == nil {
		return gateway.Charge{}
	}
	return *c
}

// search finds the intent of a charge of ours, nil for none.
func (g *Gateway) search(ctx context.Context, r gateway.ChargeRequest) (*gateway.Charge, error) {
	p := &stripe.PaymentIntentSearchParams{}
	p.Query = "metadata['" + ours + "']:'" + strconv.FormatInt(r.ChargeID, 10) + "'"
	if r.Seller.Reference != "" {
		p.SetStripeAccount(r.Seller.Reference)
	}
	list := g.client.V1PaymentIntents.Search(ctx, p)
	for intent, err := range list.All(ctx) {
		if err != nil {
			return nil, failed("search", err)
		}
		c, err := g.settled(ctx, r.Seller, "search", intent, nil)
		return &c, err
	}
	return nil, nil
}

// settled is what a call for an intent came to.
func (g *Gateway) settled(ctx context.Context, seller gateway.Account, what string, intent *stripe.PaymentIntent, err error) (gateway.Charge, error) {
	if err == nil {
		c := chargeOf(intent)
		if c.State == models.ChargeAction && c.ActionURL == "" {
			// Nobody can do without a script what is asked for.
			return g.Cancel(ctx, seller, c.Reference)
		}
		return c, nil
	}
	said := refused(err)
	if said == nil {
		return gateway.Charge{}, failed(what, err)
	}
	c := gateway.Charge{State: models.ChargeDeclined, Decline: declined(said)}
	if said.PaymentIntent != nil {
		c.Reference = said.PaymentIntent.ID
	}
	return c, nil
}

// chargeOf is an intent as others learn of it.
func chargeOf(p *stripe.PaymentIntent) gateway.Charge {
	c := gateway.Charge{Reference: p.ID}
	switch p.Status {
	case stripe.PaymentIntentStatusSucceeded:
		c.State = models.ChargeSucceeded
		c.Fee = money(p.ApplicationFeeAmount, p.Currency).Minor
	case stripe.PaymentIntentStatusRequiresAction:
		c.State, c.ActionURL = models.ChargeAction, actionURL(p.NextAction)
	case stripe.PaymentIntentStatusCanceled:
		c.State, c.Decline = models.ChargeCancelled, models.DeclineAbandoned
	case stripe.PaymentIntentStatusRequiresPaymentMethod:
		c.State, c.Decline = models.ChargeDeclined, declined(p.LastPaymentError)
	default:
		c.State = models.ChargeProcessing
	}
	return c
}

// actionURL is the page on which the buyer does what is asked for, "" for none.
func actionURL(next *stripe.PaymentIntentNextAction) string {
	switch {
	case next == nil:
	case next.RedirectToURL != nil:
		return next.RedirectToURL.URL
	case next.VerifyWithMicrodeposits != nil:
		return next.VerifyWithMicrodeposits.HostedVerificationURL
	}
	return ""
}

// declines are Stripe's codes in words that gateways share; others are
// DeclineGeneric.
var declines = map[string]models.DeclineCode{
	"insufficient_funds":                         models.DeclineFunds,
	"withdrawal_count_limit_exceeded":            models.DeclineFunds,
	"card_velocity_exceeded":                     models.DeclineFunds,
	"expired_card":                               models.DeclineExpired,
	"invalid_expiry_month":                       models.DeclineExpired,
	"invalid_expiry_year":                        models.DeclineExpired,
	"authentication_required":                    models.DeclineAuthenticate,
	"payment_intent_authentication_failure":      models.DeclineAuthenticate,
	"payment_intent_payment_attempt_expired":     models.DeclineAuthenticate,
	"fraudulent":                                 models.DeclineFraud,
	"merchant_blacklist":                         models.DeclineFraud,
	"stolen_card":                                models.DeclineFraud,
	"lost_card":                                  models.DeclineFraud,
	"pickup_card":                                models.DeclineFraud,
	"issuer_not_available":                       models.DeclineUnavailable,
	"processing_error":                           models.DeclineUnavailable,
	"reenter_transaction":                        models.DeclineUnavailable,
	"try_again_later":                            models.DeclineUnavailable,
	"payment_method_provider_timeout":            models.DeclineUnavailable,
	"resource_missing":                           models.DeclineMethod,
	"payment_method_unactivated":                 models.DeclineMethod,
	"payment_method_unexpected_state":            models.DeclineMethod,
	"payment_method_unsupported_type":            models.DeclineMethod,
	"payment_method_currency_mismatch":           models.DeclineMethod,
	"payment_intent_incompatible_payment_method": models.DeclineMethod,
	"payment_intent_mandate_invalid":             models.DeclineMethod,
	"bank_account_unusable":                      models.DeclineMethod,
	"debit_not_authorized":                       models.DeclineMethod,
	"account_closed":                             models.DeclineMethod,
	"card_not_supported":                         models.DeclineMethod,
	"currency_not_supported":                     models.DeclineMethod,
	"revocation_of_authorization":                models.DeclineMethod,
	"revocation_of_all_authorizations":           models.DeclineMethod,
	"stop_payment_order":                         models.DeclineMethod,
	"account_invalid":                            models.DeclineUnavailable, // the seller's
}

func declined(e *stripe.Error) models.DeclineCode {
	if e == nil {
		return models.DeclineGeneric
	}
	for _, code := range []string{string(e.DeclineCode), string(e.Code)} {
		if d, ok := declines[code]; ok {
			return d
		}
	}
	return models.DeclineGeneric
}

// Read is what became of a charge. It returns ErrNotFound for none of Stripe's.
func (g *Gateway) Read(ctx context.Context, seller gateway.Account, reference string) (gateway.Charge, error) {
	intent, err := g.client.V1PaymentIntents.Retrieve(ctx, reference, &stripe.PaymentIntentRetrieveParams{Params: as(seller, "")})
	if said := refused(err); said != nil && said.Code == stripe.ErrorCodeResourceMissing {
		return gateway.Charge{}, models.ErrNotFound
	}
	if err != nil {
		return gateway.Charge{}, failed("read", err)
	}
	return chargeOf(intent), nil
}

// Cancel gives up a charge that isn't settled. What Stripe is processing already
// goes on.
func (g *Gateway) Cancel(ctx context.Context, seller gateway.Account, reference string) (gateway.Charge, error) {
	p := &stripe.PaymentIntentCancelParams{Params: as(seller, ""), CancellationReason: new(string(stripe.PaymentIntentCancellationReasonAbandoned))}
	intent, err := g.client.V1PaymentIntents.Cancel(ctx, reference, p)
	if said := refused(err); said != nil {
		return g.Read(ctx, seller, reference)
	}
	if err != nil {
		return gateway.Charge{}, failed("cancel", err)
	}
	return chargeOf(intent), nil
}

// Refund gives back a part of a charge, or all of it.
func (g *Gateway) Refund(ctx context.Context, r gateway.RefundRequest) (gateway.Refund, error) {
	p := &stripe.RefundCreateParams{Params: as(r.Seller, r.Key), PaymentIntent: new(r.Charge), Amount: new(r.Amount.Minor * scale(r.Amount.Currency))}
	if r.FeeBack {
		p.RefundApplicationFee = new(true)
	}
	made, err := g.client.V1Refunds.Create(ctx, p)
	if said := refused(err); said != nil {
		return gateway.Refund{Failed: true, Problem: problem(said)}, nil
	}
	if err != nil {
		return gateway.Refund{}, failed("refund", err)
	}
	return refundOf(made), nil
}

func problem(e *stripe.Error) string {
	if e.Code != "" {
		return string(e.Code)
	}
	return string(e.Type)
}

func refundOf(r *stripe.Refund) gateway.Refund {
	out := gateway.Refund{Reference: r.ID}
	switch r.Status {
	case stripe.RefundStatusSucceeded:
	case stripe.RefundStatusFailed, stripe.RefundStatusCanceled:
		out.Failed, out.Problem = true, string(r.FailureReason)
		if out.Problem == "" {
			out.Problem = string(r.Status)
		}
	default:
		out.Pending = true
	}
	return out
}

// Open makes an account of Stripe's for a seller, who has its dashboard and pays
// Stripe's fees themselves.
func (g *Gateway) Open(ctx context.Context, key string, seller models.Seller) (string, error) {
	p := &stripe.AccountCreateParams{Params: as(gateway.Account{}, key), Metadata: map[string]string{"souk_account": strconv.FormatInt(seller.AccountID, 10)},
		Controller: &stripe.AccountCreateControllerParams{
			Fees:                  &stripe.AccountCreateControllerFeesParams{Payer: new("account")},
			Losses:                &stripe.AccountCreateControllerLossesParams{Payments: new("stripe")},
			RequirementCollection: new("stripe"),
			StripeDashboard:       &stripe.AccountCreateControllerStripeDashboardParams{Type: new("full")},
		},
		Capabilities: &stripe.AccountCreateCapabilitiesParams{
			CardPayments: &stripe.AccountCreateCapabilitiesCardPaymentsParams{Requested: new(true)},
			Transfers:    &stripe.AccountCreateCapabilitiesTransfersParams{Requested: new(true)},
		}}
	if seller.Address.Country != "" {
		p.Country = new(seller.Address.Country)
	}
	if seller.Mail != "" {
		p.Email = new(seller.Mail)
	}
	if seller.LegalName != "" {
		p.BusinessProfile = &stripe.AccountCreateBusinessProfileParams{Name: new(seller.LegalName)}
	}
	a, err := g.client.V1Accounts.Create(ctx, p)
	if err != nil {
		return "", failed("open", err)
	}
	return a.ID, nil
}

// Onboard is the address of Stripe's page on which a seller tells what is asked for.
// It works once, and for some minutes.
func (g *Gateway) Onboard(ctx context.Context, account, returnURL, refreshURL string) (string, error) {
	l, err := g.client.V1AccountLinks.Create(ctx, &stripe.AccountLinkCreateParams{Account: new(account), Type: new("account_onboarding"),
		ReturnURL: new(returnURL), RefreshURL: new(refreshURL),
		CollectionOptions: &stripe.AccountLinkCreateCollectionOptionsParams{Fields: new("eventually_due")}})
	if err != nil {
		return "", failed("onboard", err)
	}
	return l.URL, nil
}

// Standing is where a seller stands.
func (g *Gateway) Standing(ctx context.Context, account string) (gateway.SellerAccount, error) {
	a, err := g.client.V1Accounts.GetByID(ctx, account, nil)
	if said := refused(err); said != nil {
		return gateway.SellerAccount{Requirements: []string{Disconnected}}, nil
	}
	if err != nil {
		return gateway.SellerAccount{}, failed("standing", err)
	}
	return standingOf(a), nil
}

// Disconnected is asked for where a seller has taken the site's access away.
const Disconnected = "disconnected"

func standingOf(a *stripe.Account) gateway.SellerAccount {
	s := gateway.SellerAccount{Ready: a.ChargesEnabled}
	if r := a.Requirements; r != nil {
		s.Requirements = slices.Concat(r.PastDue, r.CurrentlyDue)
		if r.DisabledReason != "" && len(s.Requirements) == 0 {
			s.Requirements = []string{string(r.DisabledReason)}
		}
	}
	slices.Sort(s.Requirements)
	s.Requirements = slices.Compact(s.Requirements)
	if !s.Ready && len(s.Requirements) == 0 && !a.DetailsSubmitted {
		s.Requirements = []string{"details"}
	}
	return s
}
