package reviews

import (
	"strings"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/review"
	"souk/templates/desk"
	pages "souk/templates/reviews"
	"souk/web"
	"souk/web/paths"
)

// deskView is what an integrator sees of a listing.
func deskView(c echo.Context, d *review.Desk, page string) pages.Desk {
	st := d.Standing
	v := pages.Desk{Zone: web.Zone(c), App: st.Slug, Publisher: st.Owner, Live: d.Live, Version: d.Version, Changes: d.Changes,
		Changed: d.Changed(), AtOnce: d.AtOnce(), Revision: d.Revision, Published: or(d.Since), Open: waiting(d.Open), After: waiting(d.After)}
	v.Frame = desk.Listing{Slug: st.ListingSlug, Name: st.ListingName, LogoURL: paths.Tile(d.LogoHash), State: st.ListingState, Page: page}
	v.Steps = steps(web.ActorOf(c), d)
	shorten(d.Changes)
	if d.Last != nil {
		v.Last = &pages.Verdict{Act: string(d.Last.Act), At: d.Last.At, Reasons: d.Last.Reasons, Words: d.Last.Words}
	}
	for _, e := range d.Events {
		v.Events = append(v.Events, event(e, false))
	}
	return v
}

// event is a step as a page tells it. Integrators aren't told which person of the
// staff it was.
func event(e review.Event, staff bool) pages.Event {
	v := pages.Event{Act: string(e.Act), At: e.At, Who: e.Actor, Staff: e.Staff && e.Actor != "", From: e.From, To: e.To, Reasons: e.Reasons, Words: e.Words}
	if e.Staff && !staff {
		v.Who = ""
	}
	return v
}

func waiting(o *review.Open) *pages.Waiting {
	if o == nil {
		return nil
	}
	return &pages.Waiting{State: o.State, Since: o.SubmittedAt, Claimed: or(o.ClaimedAt), Place: o.Place, Of: o.Of, Median: o.Median,
		Checked: or(o.CheckedAt), Checks: o.Checks, Note: o.Note}
}

// steps are what has to be done before a listing can be handed in, each with
// where it is done.
func steps(actor models.Actor, d *review.Desk) []pages.Step {
	slug, app := d.Standing.ListingSlug, d.Standing.Slug
	all := []pages.Step{{Name: "mail", Path: paths.SettingsMail, Undone: !actor.MailVerified},
		{Name: "public", Path: paths.AppSettings(app, "advanced"), Undone: !d.Standing.Public}}
	for _, page := range []string{"text", "translations", "media", "links", "data", "plans"} {
		all = append(all, pages.Step{Name: page, Path: paths.ManageListing(slug, page)})
	}
	all = append(all, pages.Step{Name: "access", Path: paths.AppSettings(app, "permissions")})
	for _, f := range d.Findings {
		if f.Severity == models.SeverityHint {
			continue
		}
		for i := range all {
			if all[i].Name == pageOf(f.Field) {
				all[i].Findings = append(all[i].Findings, f)
				all[i].Undone = all[i].Undone || f.Severity == models.SeverityError
			}
		}
	}
	return all
}

// pageOf is the page on which a field is written.
func pageOf(field string) string {
	root, _, _ := strings.Cut(field, ".")
	root, _, _ = strings.Cut(root, "[")
	root, _, _ = strings.Cut(root, "{")
	switch root {
	case "translations":
		return "translations"
	case "logo", "logo_backdrop", "feature", "screenshots":
		return "media"
	case "homepage_url", "links", "contacts":
		return "links"
	case "data":
		return "data"
	case "plans", "purchase", "purchase_url":
		return "plans"
	case "permissions", "events", "scopes", "single_file_paths":
		return "access"
	}
	return "text"
}

// shorten leaves out what stays the same in long texts.
func shorten(d *models.Difference) {
	for i := range d.Texts {
		d.Texts[i].Spans = review.Shortened(d.Texts[i].Spans)
	}
}
