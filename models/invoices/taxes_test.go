package invoices_test

import (
	"errors"
	"strconv"
	"testing"

	"souk/models"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// TestFirstTaxes are those that a new site has.
func TestFirstTaxes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	linus := models.Actor{UserID: w.linus.ID, Staff: models.StaffAdministrator}
	all, err := w.Taxes(t.Context(), linus)
	if err != nil || len(all) < 32 {
		t.Fatalf("%d lines, %v", len(all), err)
	}
	there := map[string]models.TaxRate{}
	for _, r := range all {
		if err := r.Check(); err != nil {
			t.Errorf("%+v: %v", r, err)
		}
		there[r.Country+r.Region] = r
	}
	for place, rate := range map[string]int64{"DE": 190_000, "FR": 200_000, "GB": 200_000, "CH": 81_000, "JP": 100_000, "CN": 60_000, "FI": 255_000, "PTMadeira": 220_000} {
		if there[place].Millionths != rate {
			t.Errorf("%s: %+v", place, there[place])
		}
	}
	seller := &models.Seller{TaxRegistered: true, Address: models.Address{Country: "JP"}}
	if got := models.TaxFor(seller, &models.BillingProfile{Address: models.Address{Country: "JP"}}, all); got.Name != "消費税" || got.Millionths != 100_000 {
		t.Errorf("in Japan: %+v", got)
	}
}

func TestKeepingTaxes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, linus := t.Context(), models.Actor{UserID: w.linus.ID, Login: "linus", Staff: models.StaffAdministrator}
	brazil := models.TaxRate{Country: "BR", Region: "  São\tPaulo ", Name: "ISS", Millionths: 50_000, Abroad: true}
	if err := w.AddTax(ctx, linus, brazil); err != nil {
		t.Fatal(err)
	}
	if err := w.AddTax(ctx, linus, brazil); !errors.Is(err, models.ErrTaxThere) {
		t.Errorf("twice: %v", err)
	}
	brazil.Millionths, brazil.Abroad = 60_000, false
	if err := w.SetTax(ctx, linus, brazil); err != nil {
		t.Fatal(err)
	}
	r, err := w.Tax(ctx, linus, "BR", "São Paulo")
	if err != nil || r.Millionths != 60_000 || r.Abroad || r.Name != "ISS" {
		t.Errorf("%+v, %v", r, err)
	}
	err = w.AddTax(ctx, linus, models.TaxRate{Country: "XX", Millionths: -1})
	for _, want := range []error{models.ErrTaxCountry, models.ErrTaxName, models.ErrTaxPercent} {
		if !errors.Is(err, want) {
			t.Errorf("not said: %v in %v", want, err)
		}
	}
	if err := w.RemoveTax(ctx, linus, "BR", "São Paulo"); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{"removed twice": w.RemoveTax(ctx, linus, "BR", "São Paulo"), "set": w.SetTax(ctx, linus, brazil), "null": w.RemoveTax(ctx, linus, "B\x00", "")} {
		if !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var recorded string
	if err := w.db.Pool().QueryRow(ctx, `SELECT string_agg(action || ' ' || target_name || ' ' || coalesce(before ->> 'millionths', '-') || '>' || coalesce(after ->> 'millionths', '-'), ', ' ORDER BY id)
		FROM audit_events WHERE action LIKE 'tax.%'`).Scan(&recorded); err != nil {
		t.Fatal(err)
	}
	if want := "tax.create BR São Paulo ->50000, tax.update BR São Paulo 50000>60000, tax.delete BR São Paulo 60000>-"; recorded != want {
		t.Errorf("recorded: %s", recorded)
	}
	support := models.Actor{UserID: w.linus.ID, Staff: models.StaffSupport}
	if _, err := w.Taxes(ctx, support); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("support: %v", err)
	}
	for name, err := range map[string]error{"add": w.AddTax(ctx, w.actor(w.eve), brazil), "set": w.SetTax(ctx, w.actor(w.eve), brazil), "remove": w.RemoveTax(ctx, w.actor(w.eve), "DE", "")} {
		if !errors.Is(err, models.ErrNotFound) {
			t.Errorf("eve: %s: %v", name, err)
		}
	}
}
