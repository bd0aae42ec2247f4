package wallet

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	pages "souk/templates/wallet"
	"souk/web"
	"souk/web/paths"
)

// AddressInput is an address as it is typed.
type AddressInput struct {
	Line1      string `form:"line1"`
	Line2      string `form:"line2"`
	City       string `form:"city"`
	Region     string `form:"region"`
	PostalCode string `form:"postal_code"`
	Country    string `form:"country"`
}

type detailsInput struct {
	AddressInput
	Name      string `form:"name"`
	TaxNumber string `form:"tax_number"`
	Mail      string `form:"mail"`
	Language  string `form:"language"`
	TimeZone  string `form:"time_zone"`
	ReturnTo  string `form:"return_to"`
}

func (in *detailsInput) profile() models.BillingProfile {
	return models.BillingProfile{Name: in.Name, Address: models.Address(in.AddressInput), TaxNumber: in.TaxNumber, Mail: in.Mail, Language: in.Language, TimeZone: in.TimeZone}
}

// Details shows what stands on the invoices that an account gets.
func (h *Wallet) Details(c echo.Context) error {
	in, err := web.Bind[methodQuery](c)
	if err != nil {
		return err
	}
	v, err := h.details(c)
	if err != nil {
		return err
	}
	v.ReturnTo = in.ReturnTo
	return web.Page(c, pages.DetailsPage(v))
}

func (h *Wallet) details(c echo.Context) (v pages.Details, err error) {
	d, err := h.wallet.Profile(c.Request().Context(), web.ActorOf(c), c.Param("org"))
	if err != nil {
		return v, err
	}
	v = pages.Details{Payer: payer(&d.Account), MayEdit: d.MayEdit, Filled: d.Filled}
	fill(&v, d.Profile)
	return v, nil
}

func fill(v *pages.Details, p models.BillingProfile) {
	v.Name, v.TaxNumber, v.Mail, v.Language, v.TimeZone = p.Name, p.TaxNumber, p.Mail, p.Language, p.TimeZone
	v.Address = pages.Address(p.Address)
}

// SaveDetails changes it.
func (h *Wallet) SaveDetails(c echo.Context) error {
	in, err := web.Bind[detailsInput](c)
	if err != nil {
		return err
	}
	login := c.Param("org")
	if err := h.wallet.SaveProfile(c.Request().Context(), web.ActorOf(c), login, in.profile()); err != nil {
		v, other := h.details(c)
		if other != nil {
			return other
		}
		return web.Form(c, err, func(p models.Problems) templ.Component {
			fill(&v, in.profile())
			v.ReturnTo, v.Problems = in.ReturnTo, problems(p)
			return pages.DetailsPage(v)
		})
	}
	to := paths.BillingPage(login, "details")
	if in.ReturnTo != "" {
		to = web.Local(in.ReturnTo)
	}
	return web.Done(c, to, "details_saved")
}
