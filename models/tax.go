package models

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// TaxRate is the tax on what is sold to a country, or to a region of it that has
// another one, as the operator keeps it.
type TaxRate struct {
	Country       string    `json:"country"` // ISO 3166-1 alpha-2
	Region        string    `json:"region"`  // as buyers write it; "": where no other line fits
	Name          string    `json:"name"`    // "VAT", "TVA", "消費税"
	Millionths    int64     `json:"millionths"`
	ReverseCharge bool      `json:"reverse_charge"` // businesses with a number owe it themselves when the seller is abroad
	Abroad        bool      `json:"abroad"`         // sellers abroad charge it to all others; else only those of the country do
	UpdatedAt     time.Time `json:"updated_at"`
}

// Rule is the rate as bills know it.
func (r *TaxRate) rule() TaxRule {
	return TaxRule{Name: r.Name, Country: r.Country, Region: r.Region, Millionths: r.Millionths}
}

// TaxFor is the tax on what a seller sells to a buyer: that of the buyer's country,
// which counts for what is delivered over a network. Sellers that aren't registered
// charge none. A business abroad that gave a number owes it to its own tax office,
// where the country has it so; others abroad are charged where it asks that of
// sellers from elsewhere. Who says no country is taken to be in the seller's.
func TaxFor(seller *Seller, buyer *BillingProfile, rates []TaxRate) TaxRule {
	if !seller.TaxRegistered {
		return TaxRule{}
	}
	country := buyer.Address.Country
	if country == "" {
		country = seller.Address.Country
	}
	rate := rateOf(rates, country, buyer.Address.Region)
	if rate == nil {
		return TaxRule{}
	}
	rule := rate.rule()
	rule.Inclusive = seller.TaxInclusive
	if country == seller.Address.Country {
		return rule
	}
	if rate.ReverseCharge && ofBusiness(country, buyer.TaxNumber) {
		rule.Reverse = true
		return rule
	}
	if !rate.Abroad {
		return TaxRule{}
	}
	return rule
}

// rateOf is the line of the table for a place: that of its region, else that of its
// country.
func rateOf(rates []TaxRate, country, region string) *TaxRate {
	var found *TaxRate
	region = strings.TrimSpace(region)
	for i := range rates {
		switch r := &rates[i]; {
		case r.Country != country:
		case r.Region == "" && found == nil:
			found = r
		case r.Region != "" && strings.EqualFold(r.Region, region):
			return r
		}
	}
	return found
}

// ofBusiness reports whether a number shows that its holder is one.
func ofBusiness(country, number string) bool {
	if number == "" {
		return false
	}
	_, err := ParseTaxNumber(country, number)
	return err == nil
}

// MaxTaxName is how long the name of a tax may be, in characters.
const MaxTaxName = 40

// Check returns what is wrong with a line of the table, as Problems.
func (r *TaxRate) Check() error {
	var p Problems
	if !IsCountry(r.Country) {
		p = append(p, ErrTaxCountry)
	}
	if utf8.RuneCountInString(r.Region) > MaxTaxName {
		p = append(p, ErrTaxRegion)
	}
	if r.Name == "" || utf8.RuneCountInString(r.Name) > MaxTaxName {
		p = append(p, ErrTaxName)
	}
	if r.Millionths < 0 || r.Millionths > million {
		p = append(p, ErrTaxPercent)
	}
	return p.Err()
}

// ParsePercent reads a percentage, with up to four digits after its point or comma,
// into millionths: "8.1" and "8,1" are 81000. It returns ErrTaxPercent.
func ParsePercent(typed string) (int64, error) {
	text := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(foldAmount(typed)), "%"))
	whole, fraction, pointed := strings.Cut(strings.Replace(text, ",", ".", 1), ".")
	if whole == "" || len(whole) > 3 || len(fraction) > 4 || pointed && fraction == "" || !digits(whole) || !digits(fraction) {
		return 0, ErrTaxPercent
	}
	var millionths int64
	for _, d := range whole + fraction + strings.Repeat("0", 4-len(fraction)) {
		millionths = millionths*10 + int64(d-'0')
	}
	if millionths > million {
		return 0, ErrTaxPercent
	}
	return millionths, nil
}

// FormatPercent is a rate without its sign, with a point and no needless digits:
// 81000 is "8.1".
func FormatPercent(millionths int64) string {
	whole, fraction := strconv.FormatInt(millionths/10_000, 10), strconv.FormatInt(millionths%10_000+10_000, 10)[1:]
	if fraction = strings.TrimRight(fraction, "0"); fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

// europeanUnion are its members.
var europeanUnion = strings.Fields("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")

// InEU reports whether a country is a member of the European Union.
func InEU(country string) bool { return slices.Contains(europeanUnion, country) }
