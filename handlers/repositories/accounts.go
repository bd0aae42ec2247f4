package repositories

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/repos"
	"souk/templates/repositories"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// listInput is how a list is narrowed, ordered and paged.
type listInput struct {
	Query string `query:"q"`
	Type  string `query:"type"`
	Sort  string `query:"sort"`
	Page  int    `query:"page"`
}

func (in listInput) filter() repos.Filter {
	return repos.Filter{Query: in.Query, Kind: repos.Kind(in.Type), Order: repos.Order(in.Sort), Page: in.Page}
}

// Account shows an account with its repositories. It is behind every address of
// one part that nothing else has.
func (r *Repositories) Account(c echo.Context) error {
	web.NoStore(c)
	in, err := web.Bind[listInput](c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	p, err := r.repos.Account(ctx, actor, c.Param("login"))
	switch {
	case err != nil:
		return err
	case p.Unclaimed:
		return moved(c, paths.Publisher(p.Account.Login), 1)
	case p.Account.Login != c.Param("login"):
		return moved(c, paths.Account(p.Account.Login), 1)
	}
	list, err := r.repos.OfAccount(ctx, actor, p.Account.ID, in.filter())
	if err != nil {
		return err
	}
	v := accountView(p)
	v.List = listView(list, in, paths.Account(p.Account.Login), web.Requested(c).Lang)
	return web.Page(c, repositories.AccountPage(v))
}

func accountView(p *repos.Profile) repositories.Account {
	a := &p.Account
	v := repositories.Account{
		Login: a.Login, Name: a.DisplayName(), Bio: a.Bio, Location: a.Location, WebsiteURL: a.WebsiteURL,
		Organization: a.Kind == models.KindOrganization, Since: a.CreatedAt, Suspended: a.SuspendedAt != nil, Verified: a.Verified(),
		Listings: p.Listings, Members: p.Members, SeesMembers: p.SeesMembers, MayCreate: p.MayCreate,
	}
	if v.Verified {
		v.Domains, v.MailProven, v.TwoFactor = p.Verification.Domains, p.Verification.Mail, p.Verification.TwoFactor
	}
	switch {
	case p.MayEdit && v.Organization:
		v.EditPath = paths.OrgSettings(a.Login, "profile")
	case p.MayEdit:
		v.EditPath = paths.SettingsProfile
	}
	return v
}

// Mine lists what one administers or collaborates on.
func (r *Repositories) Mine(c echo.Context) error {
	in, err := web.Bind[listInput](c)
	if err != nil {
		return err
	}
	list, err := r.repos.Mine(c.Request().Context(), web.ActorOf(c), in.filter())
	if err != nil {
		return err
	}
	return web.Page(c, repositories.Mine(listView(list, in, paths.SettingsRepositories, web.Requested(c).Lang)))
}

func listView(l *repos.List, in listInput, path, lang string) repositories.List {
	v := repositories.List{Total: l.Total, Query: strings.TrimSpace(in.Query), Kind: in.Type, Order: in.Sort}
	for i := range l.Items {
		item := &l.Items[i]
		v.Rows = append(v.Rows, repositories.Row{
			Owner: item.Owner, Name: item.Name, Description: item.Description, Private: item.Private, Archived: item.ArchivedAt != nil,
			Updated: item.UpdatedAt, Level: item.Level.String(), Reason: string(item.Reason), MayLeave: item.Granted > models.NoAccess,
		})
	}
	v.Pager = pager(l.Page, l.Total, repos.PerPage, func(n int) string {
		q := url.Values{}
		for name, value := range map[string]string{"q": v.Query, "type": v.Kind, "sort": v.Order} {
			if value != "" {
				q.Set(name, value)
			}
		}
		return paged(lang, path, q, n)
	})
	return v
}

// paged is the address of a page of a list.
func paged(lang, path string, q url.Values, n int) string {
	if n > 1 {
		q.Set("page", strconv.Itoa(n))
	}
	address := paths.Localized(lang, path)
	if len(q) > 0 {
		address += "?" + q.Encode()
	}
	return address
}

// pager links to the first page, those around this one, and the last.
func pager(page, total, perPage int, href func(int) string) ui.PagerProps {
	last := (total + perPage - 1) / perPage
	return ui.PagerOf(page, last, href)
}

// afterPart takes the first part off a path.
func afterPart(path string) string {
	if i := strings.IndexByte(strings.TrimPrefix(path, "/"), '/'); i >= 0 {
		return path[i+1:]
	}
	return ""
}
