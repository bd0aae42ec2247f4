package wallet

import (
	"errors"
	"io"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/gateway/testgw"
	pages "souk/templates/wallet"
	"souk/web"
)

const seeOther = http.StatusSeeOther

// Hear takes in what a gateway tells: it is verified, kept once, and worked on
// later, so that a gateway never waits.
func (h *Wallet) Hear(c echo.Context) error {
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return models.ErrTooLarge.Because(err)
	}
	header := make(map[string]string, len(c.Request().Header))
	for name := range c.Request().Header {
		header[name] = c.Request().Header.Get(name)
	}
	name := models.GatewayName(c.Param("gateway"))
	event, err := h.wallet.Verify(name, header, body)
	if err != nil {
		return err
	}
	if err := h.billing.Hear(c.Request().Context(), name, event); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

type testInput struct {
	Number    string `form:"number"`
	Behaviour string `form:"behaviour"`
	Decision  string `form:"decision"`
}

// TestPage is the page of the test gateway: a method is saved there, or a charge
// confirmed.
func (h *Wallet) TestPage(c echo.Context) error {
	v, err := h.sheet(c)
	if err != nil {
		return err
	}
	web.NoStore(c)
	return web.Page(c, pages.TestPage(v))
}

func (h *Wallet) sheet(c echo.Context) (v pages.Sheet, err error) {
	s, err := h.test.Look(c.Request().Context(), c.Param("id"))
	if err != nil {
		return v, err
	}
	v = pages.Sheet{ID: s.ID, Setup: s.Setup, Buyer: s.Buyer, Description: s.Description, Minor: s.Amount.Minor, Currency: s.Amount.Currency,
		State: string(s.State), Open: s.Open, ReturnURL: s.ReturnURL, CancelURL: s.CancelURL}
	for _, b := range testgw.Behaviours() {
		v.Behaviours = append(v.Behaviours, b.Code())
	}
	for _, card := range testgw.Cards() {
		v.Cards = append(v.Cards, pages.Card{Number: card.Number, Behaviour: card.Behaviour.Code(), Brand: card.Brand, Kind: card.Kind})
	}
	return v, nil
}

// TestDecide is what the buyer, or their bank, decides there.
func (h *Wallet) TestDecide(c echo.Context) error {
	in, err := web.Bind[testInput](c)
	if err != nil {
		return err
	}
	v, err := h.sheet(c)
	if err != nil {
		return err
	}
	var to string
	if v.Setup {
		to, err = h.test.Save(c.Request().Context(), v.ID, in.Number, testgw.Behaviour("tok_"+in.Behaviour), in.Decision)
	} else {
		to, err = h.test.Decide(c.Request().Context(), v.ID, in.Decision)
	}
	if errors.Is(err, models.ErrTestCard) {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			v.Number, v.Behaviour, v.Problems = in.Number, in.Behaviour, problems(p)
			return pages.TestPage(v)
		})
	}
	if err != nil {
		return err
	}
	if to == "" {
		return web.SeeOther(c, c.Request().URL.Path)
	}
	return c.Redirect(seeOther, to)
}
