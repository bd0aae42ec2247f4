// Package invoices holds the invoices, receipts and credit notes, the public page that verifies one, and the taxes that an operator edits.
package invoices

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"souk/models"
	invoicesverbs "souk/models/invoices"
	pages "souk/templates/invoices"
	"souk/templates/organizations"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// Invoices answers for them.
type Invoices struct {
	invoices *invoicesverbs.Service
}

// New makes the handlers.
func New(i *invoicesverbs.Service) *Invoices { return &Invoices{invoices: i} }

func problems(p models.Problems) ui.Problems {
	out := make(ui.Problems, len(p))
	for i, one := range p {
		out[i] = ui.Problem{Field: one.Field, Code: one.Code}
	}
	return out
}

type listInput struct {
	Page string `query:"page"`
}

// page is the page that was asked for.
func (in *listInput) page() int { return web.PageNumber(in.Page) }

// List lists the documents of an organization, or one's own.
func (h *Invoices) List(c echo.Context) error {
	in, err := web.Bind[listInput](c)
	if err != nil {
		return err
	}
	actor, org := web.ActorOf(c), c.Param("org")
	l, err := h.invoices.List(c.Request().Context(), actor, cmp.Or(org, actor.Login), in.page())
	if err != nil {
		return err
	}
	if org != "" && l.Account.Kind != models.KindOrganization {
		return models.ErrNotFound
	}
	v := pages.List{Payer: payer(actor, &l.Account), Total: l.Total, Zone: web.Zone(c),
		Pager: pager(in.page(), l.Total, func(n int) string { return paths.InvoicesPage(org, n) })}
	for _, i := range l.Items {
		v.Items = append(v.Items, pages.Listed{ID: i.ID, Kind: i.Kind, Reference: i.Reference, Seller: i.Seller, Listing: i.Listing, Slug: i.Slug,
			Code: i.Currency, Minor: i.Minor, Credited: i.Credited, State: i.State, Issued: i.IssuedAt, Due: i.DueAt})
	}
	return web.Page(c, pages.ListPage(v))
}

// payer is whose billing the reader looks at.
func payer(actor models.Actor, a *models.Account) organizations.Payer {
	if a.ID == actor.UserID {
		return organizations.Payer{}
	}
	return organizations.Payer{Organization: a.Login, Name: a.Name, Role: string(actor.RoleIn(a.ID))}
}

// pager links to the pages around this one.
func pager(page, total int, at func(page int) string) ui.PagerProps {
	last := (total + invoicesverbs.PerPage - 1) / invoicesverbs.PerPage
	return ui.PagerOf(page, last, at)
}

// Show shows a document: as a page, as a PDF file, or as the text that was hashed.
func (h *Invoices) Show(c echo.Context) error {
	number, form, _ := strings.Cut(c.Param("id"), ".")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil || id < 1 || form != "" && form != "pdf" && form != "json" {
		return models.ErrNotFound
	}
	actor := web.ActorOf(c)
	i, err := h.invoices.Read(c.Request().Context(), actor, id)
	if err != nil {
		return err
	}
	if form == "json" {
		return file(c, i.Reference+".json", "application/json; charset=utf-8", []byte(i.Text))
	}
	v := view(i, payer(actor, &i.Account), web.Requested(c).Base)
	if form == "" {
		return web.Page(c, pages.DocumentPage(*v))
	}
	pdf, err := pages.PDF(c.Request().Context(), v)
	if err != nil {
		return err
	}
	return file(c, pages.FileName(c.Request().Context(), v), "application/pdf", pdf)
}

func file(c echo.Context, name, mediaType string, body []byte) error {
	return web.Download(c, name, mediaType, func(_ context.Context, w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(body))
		return err
	})
}
