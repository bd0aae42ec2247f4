package organizations

import (
	"cmp"
	"net/url"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/orgs"
	pages "souk/templates/organizations"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

type peopleInput struct {
	Text  string `query:"query"`
	Role  string `query:"role"`
	State string `query:"state"`
	Page  int    `query:"page"`
}

// People lists an organization's members.
func (h *Organizations) People(c echo.Context) error {
	in, err := web.Bind[peopleInput](c)
	if err != nil {
		return err
	}
	actor, login := ask(c)
	o, people, err := h.orgs.People(c.Request().Context(), actor, login, orgs.PeopleQuery{Text: in.Text,
		Role: models.OrganizationRole(in.Role), State: orgs.PeopleState(in.State), Page: in.Page})
	if err != nil {
		return err
	}
	v := pages.People{Org: payerView(orgView(o, people.Owner), actor, o.ID), Total: people.Total, Text: in.Text, Role: in.Role, State: in.State}
	for i := range people.List {
		v.List = append(v.List, personView(&people.List[i], actor))
	}
	v.Pager = peoplePager(web.Requested(c).Lang, o.Login, in, people.Total)
	return web.Page(c, pages.PeoplePage(v))
}

func personView(p *orgs.Person, actor models.Actor) pages.Person {
	return pages.Person{Login: p.Login, Name: p.Name, Role: string(p.Role), JoinedAt: p.JoinedAt, TwoFactor: p.TwoFactor,
		Suspended: p.Suspended, Self: p.ID == actor.UserID}
}

// peoplePager links to the first page, the last, and those around this one.
func peoplePager(lang, login string, in peopleInput, total int) ui.PagerProps {
	page, last := max(in.Page, 1), (total+orgs.PeoplePage-1)/orgs.PeoplePage
	at := func(n int) string {
		q := url.Values{}
		for name, value := range map[string]string{"query": in.Text, "role": in.Role, "state": in.State} {
			if value != "" {
				q.Set(name, value)
			}
		}
		q.Set("page", strconv.Itoa(n))
		return paths.Localized(lang, paths.OrgPeople(login)) + "?" + q.Encode()
	}
	return ui.PagerOf(page, last, at)
}

// Member shows one member to an owner who may change what they are.
func (h *Organizations) Member(c echo.Context) error {
	v, err := h.member(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.MemberPage(v))
}

func (h *Organizations) member(c echo.Context) (v pages.Member, err error) {
	actor, login := ask(c)
	o, p, err := h.orgs.Person(c.Request().Context(), actor, login, c.Param("login"))
	if err != nil {
		return v, err
	}
	return pages.Member{Org: owned(o), Person: personView(p, actor), Role: string(p.Role)}, nil
}

type roleInput struct {
	Role string `form:"role"`
}

// ChangeRole gives a member another role.
func (h *Organizations) ChangeRole(c echo.Context) error {
	in, err := web.Bind[roleInput](c)
	if err != nil {
		return err
	}
	actor, login := ask(c)
	v, err := h.member(c)
	if err != nil {
		return err
	}
	err = h.orgs.ChangeRole(c.Request().Context(), actor, login, v.Person.Login, models.OrganizationRole(in.Role))
	if err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			v.Role, v.Problems = cmp.Or(in.Role, v.Role), problems(p)
			return pages.MemberPage(v)
		})
	}
	return web.Done(c, paths.OrgPeople(v.Org.Login), "role_changed")
}

// Remove shows what removing a member means.
func (h *Organizations) Remove(c echo.Context) error {
	v, err := h.member(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.RemovePage(v))
}

// RemovePost removes a member.
func (h *Organizations) RemovePost(c echo.Context) error {
	actor, login := ask(c)
	if err := h.orgs.Remove(c.Request().Context(), actor, login, c.Param("login")); err != nil {
		return err
	}
	return web.Done(c, paths.OrgPeople(login), "member_removed")
}
