package reviews

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/review"
	pages "souk/templates/reviews"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

func (r *Reviews) queueView(c echo.Context, q *review.Queue, in queueInput) pages.Queue {
	v := pages.Queue{View: in.View, Sort: in.Kind, Outcome: in.Checks, Zone: web.Zone(c), Now: r.now()}
	for _, view := range review.Views() {
		to := in
		to.View = string(view)
		tab := ui.Tab{Text: string(view), Path: to.address(1), Current: view == q.Filter.View}
		if view != review.Decided {
			tab.Count = strconv.Itoa(q.Counts[view])
		}
		v.Tabs = append(v.Tabs, tab)
	}
	for i := range q.List {
		v.List = append(v.List, queuedView(&q.List[i]))
	}
	v.Pager = pager(q.Filter.Page, q.Total, func(n int) string { return paths.Localized(web.Requested(c).Lang, in.address(n)) })
	return v
}

func queuedView(b *review.Queued) pages.Queued {
	v := pages.Queued{ID: b.ID, Slug: b.Slug, Name: b.Name, LogoURL: paths.Tile(b.LogoHash), Publisher: b.Publisher, Verified: b.Verified, Sort: string(b.Sort),
		State: string(b.State), Since: b.SubmittedAt, Running: b.CheckedAt == nil, Reviewer: b.Reviewer, Decider: b.Decider, Decided: or(b.DecidedAt), Reports: b.Reports}
	for _, name := range models.CheckNames() {
		if o, ok := b.Checks[name]; ok {
			v.Checks = append(v.Checks, models.CheckResult{Name: name, Outcome: o})
		}
	}
	return v
}

// caseView reads a case and puts it into the shape of its page.
func (r *Reviews) caseView(c echo.Context, whole bool) (v pages.Case, err error) {
	id, err := number(c)
	if err != nil {
		return v, err
	}
	k, err := r.review.Case(c.Request().Context(), web.ActorOf(c), id)
	if err != nil {
		return v, err
	}
	if !whole {
		shorten(k.Changes)
	}
	b := &k.Submission
	v = pages.Case{ID: id, Slug: k.Standing.ListingSlug, Name: k.Content.Name, Kind: k.Standing.Kind, Listing: k.Standing.ListingState, State: b.State,
		Sort: string(k.Sort), Submitter: k.Submitter, Since: b.SubmittedAt, Note: b.Note, Reviewer: k.Reviewer, Decider: k.Decider, Decided: or(b.DecidedAt),
		Reasons: b.Reasons, Words: b.Words, Mine: k.Mine, Taken: k.Taken, Own: k.Own != nil, Changed: k.Changed, Later: k.Later, Whole: whole,
		Changes: k.Changes, Checks: k.Checks, Checked: or(b.CheckedAt), Zone: web.Zone(c), Publisher: publisherView(&k.Publisher)}
	if k.Content.Logo != nil {
		v.LogoURL = paths.Tile(k.Content.Logo.Hash)
	}
	for _, a := range k.Alike {
		v.Alike = append(v.Alike, pages.Alike{Slug: a.Slug, Name: a.Name, LogoURL: paths.Tile(a.LogoHash), Tagline: a.Tagline, Publisher: a.Publisher})
	}
	for _, n := range k.Notes {
		v.Notes = append(v.Notes, pages.Note{Author: n.Author, Body: n.Body, At: n.At})
	}
	for _, e := range k.Events {
		v.Events = append(v.Events, event(e, true))
	}
	return v, nil
}

func publisherView(p *review.Publisher) pages.Publisher {
	v := pages.Publisher{Login: p.Login, Name: p.Name, Since: or(p.Since), Verified: p.Verified, Suspended: p.Suspended, TakenDown: p.TakenDown,
		Approved: p.Decisions[string(models.SubmissionApproved)],
		Refused:  p.Decisions[string(models.SubmissionRejected)] + p.Decisions[string(models.SubmissionChangesRequested)],
		Acted:    p.Reports["acted"]}
	for _, n := range p.Reports {
		v.Reports += n
	}
	for _, l := range p.Listings {
		v.Listings = append(v.Listings, pages.Entry{Slug: l.Slug, Name: l.Name, State: l.State})
	}
	return v
}

// pager links the first and last page and those around this one.
func pager(page, total int, href func(int) string) ui.PagerProps {
	last := (total + review.PerPage - 1) / review.PerPage
	return ui.PagerOf(page, last, href)
}
