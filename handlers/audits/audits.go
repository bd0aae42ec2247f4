// Package audits answers the audit logs: of oneself, of an organization, and
// everyone's for staff; as pages and as files.
package audits

import (
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/audit"
	pages "souk/templates/audits"
	"souk/templates/staff"
	"souk/web"
	"souk/web/paths"
)

// Audits holds the handlers.
type Audits struct {
	audit *audit.Service
	now   func() time.Time
}

// New makes the handlers.
func New(a *audit.Service, now func() time.Time) *Audits { return &Audits{audit: a, now: now} }

type input struct {
	Query  string `query:"q"`
	Below  int64  `query:"below"`
	Format string `query:"format"`
}

// Personal is one's own log.
func (a *Audits) Personal(c echo.Context) error {
	return a.show(c, a.mine(c), pages.Personal)
}

// PersonalFile is one's own log as a file.
func (a *Audits) PersonalFile(c echo.Context) error {
	return a.file(c, a.mine(c), web.ActorOf(c).Login)
}

func (a *Audits) mine(c echo.Context) audit.Log {
	return audit.Log{Account: new(web.ActorOf(c).UserID)}
}

// Organization is an organization's log, for its owners.
func (a *Audits) Organization(c echo.Context) error {
	m, err := web.ActorOf(c).MemberOf(c.Param("org"))
	if err != nil {
		return err
	}
	return a.show(c, audit.Log{Account: &m.OrganizationID}, func(v pages.View) templ.Component {
		v.Login, v.Name = m.Login, m.Name
		return pages.Organization(v)
	})
}

// OrganizationFile is an organization's log as a file.
func (a *Audits) OrganizationFile(c echo.Context) error {
	m, err := web.ActorOf(c).MemberOf(c.Param("org"))
	if err != nil {
		return err
	}
	return a.file(c, audit.Log{Account: &m.OrganizationID}, m.Login)
}

// Everyone is the log of everything, for staff.
func (a *Audits) Everyone(c echo.Context) error {
	return a.show(c, audit.Log{}, staff.AuditPage)
}

// EveryoneFile is the log of everything as a file.
func (a *Audits) EveryoneFile(c echo.Context) error { return a.file(c, audit.Log{}, "everyone") }

// show answers with the page of a log. A search that can't be read shows the
// form again, and no events.
func (a *Audits) show(c echo.Context, log audit.Log, page func(pages.View) templ.Component) error {
	in, err := web.Bind[input](c)
	if err != nil {
		return err
	}
	zone := web.Zone(c)
	filter, bad := models.ParseAuditFilter(in.Query, zone)
	actor := web.ActorOf(c)
	if bad != nil {
		// Whoever may not read the log isn't told that the search was wrong.
		if _, err := a.audit.Read(c.Request().Context(), actor, log, models.AuditFilter{}, 0); err != nil {
			return err
		}
		return web.Form(c, bad, func(p models.Problems) templ.Component {
			return page(pages.View{Query: in.Query, Problem: p[0].Code, Path: web.Requested(c).Path})
		})
	}
	found, err := a.audit.Read(c.Request().Context(), actor, log, filter, in.Below)
	if err != nil {
		return err
	}
	return web.Page(c, page(view(web.Requested(c).Path, in.Query, found, zone)))
}

// file answers with a log as a download.
func (a *Audits) file(c echo.Context, log audit.Log, name string) error {
	in, err := web.Bind[input](c)
	if err != nil {
		return err
	}
	filter, err := models.ParseAuditFilter(in.Query, web.Zone(c))
	if err != nil {
		return err
	}
	write, err := a.audit.Export(c.Request().Context(), web.ActorOf(c), log, filter, audit.Format(in.Format))
	if err != nil {
		return err
	}
	kind, ending := "application/x-ndjson; charset=utf-8", ".jsonl"
	if in.Format == string(audit.CSV) {
		kind, ending = "text/csv; charset=utf-8", ".csv"
	}
	return web.Download(c, "souk-audit-"+name+"-"+a.now().Format(time.DateOnly)+ending, kind, write)
}

// view is what a page shows of some events.
func view(path, query string, found *audit.Page, zone *time.Location) pages.View {
	v := pages.View{Query: query, Path: path, JSON: fileAt(path, query, audit.JSONLines), CSV: fileAt(path, query, audit.CSV)}
	for _, e := range found.Events {
		v.Events = append(v.Events, eventView(&e, zone))
	}
	if found.Newer {
		v.Newest = at(path, query, 0)
	}
	if found.Older > 0 {
		v.Older = at(path, query, found.Older)
	}
	return v
}

func eventView(e *models.AuditEvent, zone *time.Location) pages.Event {
	v := pages.Event{
		ID: e.ID, At: e.At.In(zone), Action: string(e.Action), Actor: e.ActorLogin, Staff: e.StaffLogin,
		Target: e.TargetName, IP: e.IP, Words: e.Description, Changes: changes(e.Before, e.After),
	}
	if e.UserAgent != "" {
		v.Device = models.Device(e.UserAgent)
	}
	return v
}

func at(path, query string, below int64) string {
	q := url.Values{}
	if query != "" {
		q.Set("q", query)
	}
	if below > 0 {
		q.Set("below", strconv.FormatInt(below, 10))
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func fileAt(path, query string, format audit.Format) string {
	q := url.Values{"format": {string(format)}}
	if query != "" {
		q.Set("q", query)
	}
	return path + paths.AuditFile + "?" + q.Encode()
}
