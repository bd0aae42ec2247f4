package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"strconv"
	"time"

	"souk/models"
	"souk/models/gateway/stripegw"
	"souk/models/ledger"
)

const ledgerHelp = `
  souk ledger check [--ask none|sample|all] [--json]

Proves that every transaction of the ledger balances, that it and the invoices,
credit notes, charges, refunds, disputes and payouts say the same, that numbers
have no gaps, and that the payment providers agree. It changes nothing and works
beside a running server, which does the same every six hours.

Each disagreement is one line: what kind it is, what it is about, what was
expected, and what was found. --ask says for how many charges the providers are
asked. The exit status is 0 when everything agrees, and 1 when something doesn't.`

// asking are the values of --ask.
var asking = map[string]int{"none": 0, "sample": 200, "all": ledger.AskAll}

func setUpLedger(flags *flag.FlagSet) func(context.Context, *system, []string) error {
	ask := flags.String("ask", "sample", "charges that payment providers are asked for: `none, sample or all`")
	asJSON := flags.Bool("json", false, "print one JSON object instead of lines")
	return func(ctx context.Context, sys *system, args []string) error {
		if len(args) != 1 || args[0] != "check" {
			return usageError("ledger takes one action, check; see `souk ledger --help`")
		}
		n, ok := asking[*ask]
		if !ok {
			return usageError(fmt.Sprintf("--ask is none, sample or all, not %q", *ask))
		}
		return withPeople(ctx, sys, *asJSON, func(o *office) error { return o.checkLedger(ctx, n) })
	}
}

func (o *office) checkLedger(ctx context.Context, ask int) error {
	if o.cfg.StripeKey != "" {
		o.verbs.Gateways[models.GatewayStripe] = stripegw.New(stripegw.Config{Key: o.cfg.StripeKey, WebhookSecrets: o.cfg.StripeSecrets(), Now: time.Now})
	}
	r, err := o.verbs.Ledger.Check(ctx, o.actor, ledger.Options{Ask: ask})
	if err != nil {
		return err
	}
	if o.json {
		err = json.NewEncoder(o.sys.stdout).Encode(r)
	} else {
		err = printReport(o.sys.stdout, r)
	}
	if err == nil && !r.Agrees() {
		err = fmt.Errorf("the books don't agree: %d %s", r.Found, plural(int(r.Found), "disagreement", "disagreements"))
	}
	return err
}

func printReport(w io.Writer, r *ledger.Report) error {
	for i := range r.Discrepancies {
		d := &r.Discrepancies[i]
		about := d.Subject
		if d.ID != 0 {
			about += " " + strconv.FormatInt(d.ID, 10)
		}
		for _, more := range []string{d.Reference, string(d.Entry), d.Currency} {
			if more != "" {
				about += " " + more
			}
		}
		if _, err := fmt.Fprintf(w, "%s: seller %d, %s: expected %q, found %q\n", d.Kind, d.SellerID, about, d.Expected, d.Found); err != nil {
			return err
		}
	}
	c := &r.Counts
	_, err := fmt.Fprintf(w, "%d transactions, %d invoices, %d charges, %d refunds, %d disputes, %d payouts; %d charges asked for: %d %s\n", c.Transactions, c.Invoices, c.Charges,
		c.Refunds, c.Disputes, c.Payouts, c.Asked, r.Found, plural(int(r.Found), "disagreement", "disagreements"))
	return err
}
