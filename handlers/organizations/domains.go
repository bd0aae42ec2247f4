package organizations

import (
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
	"golang.org/x/net/idna"

	"souk/models"
	"souk/models/orgs"
	pages "souk/templates/organizations"
	"souk/web"
	"souk/web/paths"
)

// Domains lists an organization's domains.
func (h *Organizations) Domains(c echo.Context) error {
	v, err := h.domains(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.DomainsPage(v))
}

func (h *Organizations) domains(c echo.Context) (v pages.Domains, err error) {
	actor, login := ask(c)
	o, list, err := h.orgs.Domains(c.Request().Context(), actor, login)
	if err != nil {
		return v, err
	}
	v = pages.Domains{Org: owned(o), Mail: o.Mail, MailDone: o.MailVerifiedAt != nil, TwoFactor: o.TwoFactorRequiredAt != nil}
	for i := range list {
		v.List = append(v.List, domainView(&list[i]))
		v.Proven = v.Proven || list[i].VerifiedAt != nil
	}
	return v, nil
}

func domainView(d *models.Domain) pages.Domain {
	v := pages.Domain{ID: d.ID, Name: d.Name, State: "waiting", Method: string(d.Method), Record: d.Record(), File: d.File(), Challenge: d.Challenge,
		CheckedAt: moment(d.CheckedAt), VerifiedAt: moment(d.VerifiedAt), FailingSince: moment(d.FailingSince)}
	if letters, err := idna.Display.ToUnicode(d.Name); err == nil && letters != d.Name {
		v.Readable = letters
	}
	switch {
	case d.FailingSince != nil:
		v.State, v.LostAt = "failing", d.FailingSince.Add(models.DomainGrace)
	case d.VerifiedAt != nil:
		v.State = "verified"
	default:
		v.Method = ""
	}
	return v
}

func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

type domainInput struct {
	Domain string `form:"domain"`
}

// AddDomain lists a domain and shows how to prove it.
func (h *Organizations) AddDomain(c echo.Context) error {
	in, err := web.Bind[domainInput](c)
	if err != nil {
		return err
	}
	v, err := h.domains(c)
	if err != nil {
		return err
	}
	actor, login := ask(c)
	id, err := h.orgs.AddDomain(c.Request().Context(), actor, login, in.Domain)
	if err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			v.Typed, v.Problems = in.Domain, problems(p)
			return pages.DomainsPage(v)
		})
	}
	return web.Done(c, paths.OrgDomain(login, id, ""), "domain_added")
}

// Domain shows how a domain is proven.
func (h *Organizations) Domain(c echo.Context) error {
	v, err := h.domain(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.DomainDetails(v))
}

func (h *Organizations) domain(c echo.Context) (v pages.DomainPage, err error) {
	id, err := number(c, "id")
	if err != nil {
		return v, err
	}
	actor, login := ask(c)
	o, d, err := h.orgs.Domain(c.Request().Context(), actor, login, id)
	if err != nil {
		return v, err
	}
	return pages.DomainPage{Org: owned(o), Domain: domainView(d)}, nil
}

// CheckDomain looks for the proof of a domain. What was found instead is shown
// beside what should be there.
func (h *Organizations) CheckDomain(c echo.Context) error {
	v, err := h.domain(c)
	if err != nil {
		return err
	}
	actor, login := ask(c)
	d, e, err := h.orgs.CheckDomain(c.Request().Context(), actor, login, v.Domain.ID)
	if err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			v.Problems = problems(p)
			return pages.DomainDetails(v)
		})
	}
	if e.Held() {
		return web.Done(c, paths.OrgSettings(login, "domains"), "domain_verified")
	}
	v.Domain, v.Looked, v.DNS, v.File = domainView(d), true, findingView(e.DNS), findingView(e.File)
	return web.PageStatus(c, http.StatusUnprocessableEntity, pages.DomainDetails(v))
}

func findingView(f orgs.Finding) pages.Finding {
	return pages.Finding{Found: string(f.Found), Seen: f.Seen}
}

// RemoveDomain shows what removing a domain means.
func (h *Organizations) RemoveDomain(c echo.Context) error {
	v, err := h.domain(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.RemoveDomainPage(v))
}

// RemoveDomainPost removes a domain.
func (h *Organizations) RemoveDomainPost(c echo.Context) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	actor, login := ask(c)
	if err := h.orgs.RemoveDomain(c.Request().Context(), actor, login, id); err != nil {
		return err
	}
	return web.Done(c, paths.OrgSettings(login, "domains"), "domain_removed")
}
