package wallet

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/sellers"
	pages "souk/templates/wallet"
	"souk/web"
	"souk/web/i18n"
	"souk/web/paths"
)

type sellingInput struct {
	AddressInput
	LegalName       string `form:"legal_name"`
	TaxNumber       string `form:"tax_number"`
	TaxRegistered   bool   `form:"tax_registered"`
	TaxInclusive    string `form:"tax_inclusive"`
	Mail            string `form:"mail"`
	InvoicePrefix   string `form:"invoice_prefix"`
	InvoiceNote     string `form:"invoice_note"`
	AcceptsTransfer bool   `form:"accepts_transfer"`
	TransferDetails string `form:"transfer_details"`
	TransferDays    string `form:"transfer_days"`
	GraceDays       string `form:"grace_days"`
}

// seller is what was typed; what is no number is one that isn't allowed.
func (in *sellingInput) seller() models.Seller {
	return models.Seller{LegalName: in.LegalName, Address: models.Address(in.AddressInput), TaxNumber: in.TaxNumber, TaxRegistered: in.TaxRegistered,
		TaxInclusive: in.TaxInclusive == "true", Mail: in.Mail, InvoicePrefix: in.InvoicePrefix, InvoiceNote: in.InvoiceNote,
		AcceptsTransfer: in.AcceptsTransfer, TransferDetails: in.TransferDetails, TransferDays: whole(in.TransferDays), GraceDays: whole(in.GraceDays)}
}

func whole(typed string) int {
	n, err := strconv.Atoi(strings.TrimSpace(typed))
	if err != nil {
		return -1
	}
	return n
}

// Selling shows how an account is paid. Whoever comes back from the gateway's page
// sees what the gateway says by now.
func (h *Wallet) Selling(c echo.Context) error {
	if c.QueryParam("returned") != "" || c.QueryParam("refresh") != "" {
		if err := h.sellers.Refresh(c.Request().Context(), web.ActorOf(c), c.Param("org")); err != nil {
			return err
		}
		return web.SeeOther(c, paths.SellingPage(c.Param("org")))
	}
	v, err := h.selling(c)
	if err != nil {
		return err
	}
	web.AllowFormTo(c, stripeConnect)
	return web.Page(c, pages.SellingPage(v))
}

func (h *Wallet) selling(c echo.Context) (v pages.Selling, err error) {
	d, err := h.sellers.Settings(c.Request().Context(), web.ActorOf(c), c.Param("org"))
	if err != nil {
		return v, err
	}
	s := &d.Seller
	v = pages.Selling{Owner: owner(d), Gateway: string(s.Gateway), Account: s.GatewayAccount, Ready: s.Ready, Known: d.Known, Named: s.Named(), Standing: d.Standing}
	for _, a := range d.Asked {
		v.Asked = append(v.Asked, string(a))
	}
	for _, g := range d.Gateways {
		v.Gateways = append(v.Gateways, string(g))
	}
	fillSeller(&v, s)
	v.TransferDays, v.GraceDays = strconv.Itoa(s.TransferDays), strconv.Itoa(s.GraceDays)
	return v, nil
}

func owner(d *sellers.Desk) pages.Owner {
	return pages.Owner{Organization: d.Account.Organization(), Login: d.Account.Login, Name: d.Account.Name}
}

func fillSeller(v *pages.Selling, s *models.Seller) {
	v.LegalName, v.Address, v.TaxNumber, v.TaxRegistered, v.TaxInclusive = s.LegalName, pages.Address(s.Address), s.TaxNumber, s.TaxRegistered, s.TaxInclusive
	v.Mail, v.InvoicePrefix, v.InvoiceNote = s.Mail, s.InvoicePrefix, s.InvoiceNote
	v.AcceptsTransfer, v.TransferDetails = s.AcceptsTransfer, s.TransferDetails
}

// SaveSelling changes what a seller says of themselves.
func (h *Wallet) SaveSelling(c echo.Context) error {
	in, err := web.Bind[sellingInput](c)
	if err != nil {
		return err
	}
	typed := in.seller()
	if err := h.sellers.Save(c.Request().Context(), web.ActorOf(c), c.Param("org"), typed); err != nil {
		v, other := h.selling(c)
		if other != nil {
			return other
		}
		return web.Form(c, err, func(p models.Problems) templ.Component {
			fillSeller(&v, &typed)
			v.TransferDays, v.GraceDays, v.Problems = in.TransferDays, in.GraceDays, problems(p)
			return pages.SellingPage(v)
		})
	}
	return web.Done(c, paths.SellingPage(c.Param("org")), "selling_saved")
}

type connectInput struct {
	Gateway string `form:"gateway"`
}

// Connect has an account be paid through a gateway.
func (h *Wallet) Connect(c echo.Context) error {
	in, err := web.Bind[connectInput](c)
	if err != nil {
		return err
	}
	ctx, page := c.Request().Context(), paths.SellingPage(c.Param("org"))
	url, err := h.sellers.Connect(ctx, web.ActorOf(c), c.Param("org"), models.GatewayName(in.Gateway), paths.Localized(i18n.Lang(ctx), page))
	if err != nil {
		return err
	}
	if url == "" {
		return web.Done(c, page, "gateway_connected")
	}
	return c.Redirect(seeOther, url)
}

// Disconnecting asks whether an account is to be paid through no gateway.
func (h *Wallet) Disconnecting(c echo.Context) error {
	v, err := h.selling(c)
	if err != nil {
		return err
	}
	if v.Gateway == "" {
		return models.ErrNotFound
	}
	return web.Page(c, pages.DisconnectPage(v))
}

// Disconnect has it be so.
func (h *Wallet) Disconnect(c echo.Context) error {
	if err := h.sellers.Disconnect(c.Request().Context(), web.ActorOf(c), c.Param("org")); err != nil {
		return err
	}
	return web.Done(c, paths.SellingPage(c.Param("org")), "gateway_disconnected")
}
