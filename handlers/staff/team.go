package staff

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	pages "souk/templates/staff"
	"souk/web"
	"souk/web/paths"
)

// noRole is what the form says for taking a role.
const noRole = "none"

type roleInput struct {
	Login string `form:"login" query:"login"`
	Role  string `form:"role"`
}

// role is the role that was chosen. Choosing nothing is no choice.
func (in *roleInput) role() models.StaffRole {
	switch in.Role {
	case noRole:
		return ""
	case "":
		return "unknown"
	}
	return models.StaffRole(in.Role)
}

// Team lists everyone with a staff role.
func (s *Staff) Team(c echo.Context) error {
	in, err := web.Bind[roleInput](c)
	if err != nil {
		return err
	}
	v, err := s.team(c, in)
	if err != nil {
		return err
	}
	return web.Page(c, pages.TeamPage(v))
}

func (s *Staff) team(c echo.Context, in roleInput) (v pages.Team, err error) {
	actor := web.ActorOf(c)
	all, err := s.staff.Team(c.Request().Context(), actor)
	if err != nil {
		return v, err
	}
	v = pages.Team{MaySet: actor.MayStaff(models.StaffAdministrator) == nil, Login: in.Login, Role: in.Role}
	for _, m := range all {
		v.List = append(v.List, pages.Colleague{Login: m.Login, Name: m.Name, Role: string(m.Role), TwoFactor: m.TwoFactor})
		if v.Role == "" && m.Login == in.Login {
			v.Role = string(m.Role)
		}
	}
	return v, nil
}

// SetRole gives someone a role, or takes it.
func (s *Staff) SetRole(c echo.Context) error {
	in, err := web.Bind[roleInput](c)
	if err != nil {
		return err
	}
	err = s.staff.SetRole(c.Request().Context(), web.ActorOf(c), in.Login, in.role())
	if err == nil {
		return web.Done(c, paths.StaffTeam, "staff_role_changed")
	}
	if _, ok := models.AsProblems(err); !ok {
		return err
	}
	v, wrong := s.team(c, in)
	if wrong != nil {
		return wrong
	}
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Problems = problems(p)
		return pages.TeamPage(v)
	})
}
