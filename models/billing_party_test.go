package models_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"souk/models"
)

func fieldsOf(t *testing.T, err error) (out []string) {
	t.Helper()
	if err == nil {
		return nil
	}
	var p models.Problems
	if !errors.As(err, &p) {
		t.Fatalf("%v", err)
	}
	for _, one := range p {
		out = append(out, one.Field+": "+one.Code)
	}
	return out
}

func profile() models.BillingProfile {
	return models.BillingProfile{Name: "Acme", Address: models.Address{Line1: "1 High Street", City: "Wien", Country: "AT"}, Language: "fr", TimeZone: "Europe/Vienna"}
}

func TestBillingProfilesAreChecked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*models.BillingProfile)
		want   []string
	}{
		"as it is":            {func(*models.BillingProfile) {}, nil},
		"nothing":             {func(p *models.BillingProfile) { *p = models.BillingProfile{} }, []string{"name: party_name", "line1: address_line", "city: address_city", "country: address_country", "language: party_language", "time_zone: time_zone"}},
		"too long":            {func(p *models.BillingProfile) { p.Name = strings.Repeat("x", 201) }, []string{"name: too_long"}},
		"control characters":  {func(p *models.BillingProfile) { p.Address.City = "Wi\x00en" }, []string{"city: control_characters"}},
		"turned text":         {func(p *models.BillingProfile) { p.Name = "Acme\u202exe" }, []string{"name: control_characters"}},
		"no bytes of text":    {func(p *models.BillingProfile) { p.Address.Line2 = "\xff" }, []string{"line2: control_characters"}},
		"a wrong number":      {func(p *models.BillingProfile) { p.TaxNumber = "ATU12345676" }, []string{"tax_number: tax_number"}},
		"a number with marks": {func(p *models.BillingProfile) { p.TaxNumber = "at u1234-5675" }, nil},
		"a mail address":      {func(p *models.BillingProfile) { p.Mail = "Ada <ada@example.org>" }, []string{"mail: mail_form"}},
		"another language":    {func(p *models.BillingProfile) { p.Language = "de" }, []string{"language: party_language"}},
	} {
		p := profile()
		c.change(&p)
		got, err := p.Checked()
		if fields := fieldsOf(t, err); !slices.Equal(fields, c.want) {
			t.Errorf("%s: %v, want %v", name, fields, c.want)
		}
		if err == nil && p.TaxNumber != "" && got.TaxNumber != "ATU12345675" {
			t.Errorf("%s: %q", name, got.TaxNumber)
		}
	}
}

func TestSellersAreChecked(t *testing.T) {
	t.Parallel()
	seller := func() models.Seller {
		return models.Seller{LegalName: "Acme", Address: profile().Address, Mail: "money@acme.example", TransferDays: 14, GraceDays: 14}
	}
	for name, c := range map[string]struct {
		change func(*models.Seller)
		want   []string
	}{
		"as it is":             {func(*models.Seller) {}, nil},
		"no name":              {func(s *models.Seller) { s.LegalName = "  " }, []string{"legal_name: party_name"}},
		"no mail":              {func(s *models.Seller) { s.Mail = "" }, []string{"mail: seller_mail"}},
		"tax without a number": {func(s *models.Seller) { s.TaxRegistered = true }, []string{"tax_number: tax_number_needed"}},
		"a small prefix":       {func(s *models.Seller) { s.InvoicePrefix = " ac-2026/ " }, nil},
		"a long prefix":        {func(s *models.Seller) { s.InvoicePrefix = "ABCDEFGHIJKLM" }, []string{"invoice_prefix: invoice_prefix"}},
		"a prefix with more":   {func(s *models.Seller) { s.InvoicePrefix = "<B>" }, []string{"invoice_prefix: invoice_prefix"}},
		"transfer to nowhere":  {func(s *models.Seller) { s.AcceptsTransfer = true }, []string{"transfer_details: transfer_details"}},
		"no days":              {func(s *models.Seller) { s.TransferDays, s.GraceDays = 0, -1 }, []string{"transfer_days: transfer_days", "grace_days: grace_days"}},
		"too many days":        {func(s *models.Seller) { s.TransferDays, s.GraceDays = 15, 22 }, []string{"transfer_days: transfer_days", "grace_days: grace_days"}},
		"no grace":             {func(s *models.Seller) { s.GraceDays = 0 }, nil},
	} {
		s := seller()
		c.change(&s)
		_, err := s.Checked()
		if fields := fieldsOf(t, err); !slices.Equal(fields, c.want) {
			t.Errorf("%s: %v, want %v", name, fields, c.want)
		}
	}
	s := seller()
	s.TaxInclusive = true
	if got, err := s.Checked(); err != nil || got.TaxInclusive {
		t.Errorf("prices contain a tax that nobody charges: %v, %v", got.TaxInclusive, err)
	}
}

// Whatever a gateway asks for has a word; each word stands once, in its order.
func TestRequirementsHaveWords(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]models.Asked{
		"individual.verification.document": models.AskedDocument, "individual.dob.day": models.AskedPerson, "person_1A2b.first_name": models.AskedPerson,
		"representative.id_number": models.AskedPerson, "company.name": models.AskedCompany, "company.tax_id": models.AskedTax, "company.owners_provided": models.AskedOwners,
		"business_profile.url": models.AskedBusiness, "business_type": models.AskedBusiness, "external_account": models.AskedBank,
		"tos_acceptance.ip": models.AskedTerms, "under_review": models.AskedReview, "requirements.pending_verification": models.AskedReview,
		"rejected.fraud": models.AskedRefused, "disconnected": models.AskedDisconnected, "details": models.AskedDetails,
		"requirements.past_due": models.AskedDetails, "something.new": models.AskedOther, "": models.AskedOther,
	} {
		if got := models.AskedFor([]string{code}); !slices.Equal(got, []models.Asked{want}) {
			t.Errorf("%q: %v, want %s", code, got, want)
		}
	}
	many := []string{"tos_acceptance.date", "individual.first_name", "individual.last_name", "external_account"}
	if got := models.AskedFor(many); !slices.Equal(got, []models.Asked{models.AskedPerson, models.AskedBank, models.AskedTerms}) {
		t.Errorf("%v", got)
	}
	if got := models.AskedFor(nil); len(got) != 0 {
		t.Errorf("%v", got)
	}
}
