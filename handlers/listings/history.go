package listings

import (
	"github.com/labstack/echo/v4"

	"souk/models/drafts"
	"souk/templates/listings"
	"souk/web"
	"souk/web/paths"
)

// History is how a draft came about.
func (l *Listings) History(c echo.Context) error {
	slug := c.Param("slug")
	h, st, err := l.drafts.History(c.Request().Context(), web.ActorOf(c), slug)
	if err != nil {
		return err
	}
	v := listings.History{Desk: deskOf(st, &h.Newest, "history"), Version: h.Version, More: h.More}
	for _, s := range h.Sittings {
		v.Sittings = append(v.Sittings, listings.Sitting{Version: s.Version, From: s.From, To: s.To, Author: s.Author, Fields: s.Fields, Current: s.Version == h.Version})
	}
	return web.Page(c, listings.HistoryPage(v))
}

// Version shows what differs between a version and the present one.
func (l *Listings) Version(c echo.Context) error {
	n, err := number(c, "version")
	if err != nil {
		return err
	}
	then, now, st, err := l.drafts.Version(c.Request().Context(), web.ActorOf(c), c.Param("slug"), n)
	if err != nil {
		return err
	}
	changes, err := drafts.Compare(now.Content, then.Content)
	if err != nil {
		return err
	}
	v := listings.Version{Desk: deskOf(st, &now.Content, "history"), Version: n, Newest: now.Version, SavedAt: then.SavedAt, Author: then.Author}
	for _, one := range changes {
		v.Changes = append(v.Changes, listings.Change{Field: one.Field, Now: one.Before, Then: one.After})
	}
	return web.Page(c, listings.VersionPage(v))
}

// Restore makes a version the draft again.
func (l *Listings) Restore(c echo.Context) error {
	n, err := number(c, "version")
	if err != nil {
		return err
	}
	slug := c.Param("slug")
	if err := l.drafts.Restore(c.Request().Context(), web.ActorOf(c), slug, n); err != nil {
		return err
	}
	return web.Done(c, paths.ManageListing(slug, "text"), "draft_restored")
}
