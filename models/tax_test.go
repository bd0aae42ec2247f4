package models

import (
	"errors"
	"testing"
)

var taxTable = []TaxRate{
	{Country: "DE", Name: "USt", Millionths: 190000, ReverseCharge: true, Abroad: true},
	{Country: "IE", Name: "VAT", Millionths: 230000, ReverseCharge: true, Abroad: true},
	{Country: "JP", Name: "消費税", Millionths: 100000, ReverseCharge: true},
	{Country: "PT", Region: "Madeira", Name: "IVA", Millionths: 220000, ReverseCharge: true, Abroad: true},
	{Country: "PT", Name: "IVA", Millionths: 230000, ReverseCharge: true, Abroad: true},
}

func TestTaxFor(t *testing.T) {
	t.Parallel()
	german := TaxRule{Name: "USt", Country: "DE", Millionths: 190000}
	reverse, inclusive := german, german
	reverse.Reverse, inclusive.Inclusive = true, true
	for name, c := range map[string]struct {
		seller, country, region, number string
		unregistered, inclusive         bool
		want                            TaxRule
	}{
		"at home":                     {seller: "DE", country: "DE", want: german},
		"a business at home":          {seller: "DE", country: "DE", number: "DE136695976", want: german},
		"a person abroad":             {seller: "IE", country: "DE", want: german},
		"a business abroad":           {seller: "IE", country: "DE", number: "DE136695976", want: reverse},
		"a number that is none":       {seller: "IE", country: "DE", number: "DE136695978", want: german},
		"a number of elsewhere":       {seller: "IE", country: "DE", number: "ATU13585627", want: german},
		"prices contain it":           {seller: "DE", country: "DE", inclusive: true, want: inclusive},
		"who isn't registered":        {seller: "DE", country: "DE", unregistered: true},
		"a country without a line":    {seller: "DE", country: "US"},
		"abroad, where that is free":  {seller: "DE", country: "JP"},
		"at home, where it isn't":     {seller: "JP", country: "JP", want: TaxRule{Name: "消費税", Country: "JP", Millionths: 100000}},
		"a region":                    {seller: "PT", country: "PT", region: " madeira ", want: TaxRule{Name: "IVA", Country: "PT", Region: "Madeira", Millionths: 220000}},
		"another region":              {seller: "PT", country: "PT", region: "Porto", want: TaxRule{Name: "IVA", Country: "PT", Millionths: 230000}},
		"nobody said where they live": {seller: "DE", want: german},
	} {
		s := &Seller{TaxRegistered: !c.unregistered, TaxInclusive: c.inclusive, Address: Address{Country: c.seller}}
		b := &BillingProfile{TaxNumber: c.number, Address: Address{Country: c.country, Region: c.region}}
		if got := TaxFor(s, b, taxTable); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestParsePercent(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]int64{"20": 200000, "8.1": 81000, "8,1 %": 81000, "25.5%": 255000, "0": 0, "100": 1000000, "０.０００１": 1, " 7 ": 70000} {
		if got, err := ParsePercent(typed); got != want || err != nil {
			t.Errorf("%q is %d, %v", typed, got, err)
		}
	}
	for _, typed := range []string{"", "%", "-1", "101", "100.0001", "1.23456", "1.", ".5", "1e2", "8.1.1", "x", "1 0"} {
		if got, err := ParsePercent(typed); !errors.Is(err, ErrTaxPercent) {
			t.Errorf("%q is %d, %v", typed, got, err)
		}
	}
}
