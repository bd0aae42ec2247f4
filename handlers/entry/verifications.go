package entry

import (
	"github.com/labstack/echo/v4"

	"souk/models"
	pages "souk/templates/entry"
	"souk/web"
	"souk/web/paths"
)

// verifying are the purposes of links that confirm a mail address.
var verifying = []models.Purpose{models.PurposeVerifyMail, models.PurposeNewMail, models.PurposeOldMail, models.PurposeOrgMail}

// Verify shows what a link from a mail would confirm, and the button that does.
func (e *Entry) Verify(c echo.Context) error {
	private(c)
	token, err := e.identity.Peek(c.Request().Context(), c.Param("token"), verifying...)
	if err != nil {
		return err
	}
	return web.Page(c, pages.Verify(pages.VerifyView{Token: c.Param("token"), Purpose: token.Purpose, Login: token.Login, Mail: token.Mail()}))
}

// VerifyPost confirms an address.
func (e *Entry) VerifyPost(c echo.Context) error {
	private(c)
	ctx, actor, token := c.Request().Context(), web.ActorOf(c), c.Param("token")
	known, err := e.identity.Peek(ctx, token, verifying...)
	if err != nil {
		return err
	}
	said, next, done := "mail_verified", after(actor), false
	switch known.Purpose {
	case models.PurposeVerifyMail:
		err = e.identity.VerifyMail(ctx, actor, token)
	case models.PurposeNewMail:
		done, err = e.identity.ConfirmNewMail(ctx, actor, token)
		said = changed(done, "mail_waits_for_old")
	case models.PurposeOldMail:
		done, err = e.identity.ConfirmOldMail(ctx, actor, token)
		said = changed(done, "mail_waits_for_new")
	case models.PurposeOrgMail:
		next, err = e.identity.ConfirmOrganizationMail(ctx, actor, token, e.orgs.MailConfirmed)
		next = paths.Account(next)
	}
	if err != nil {
		return err
	}
	return web.Done(c, next, said)
}

// changed is what to say of a change of address: that it is done, or for whom it
// waits.
func changed(done bool, waits string) string {
	if done {
		return "mail_changed"
	}
	return waits
}

// after is where to go on after a link: the browser that opened it may be
// nobody's.
func after(actor models.Actor) string {
	if actor.Anonymous() {
		return paths.Login
	}
	return paths.SettingsAccount
}
