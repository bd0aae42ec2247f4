package e2e

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
)

// Who looks at the pages of accounts.
const (
	asNobody = ""
	asOwner  = "olga"
	asStaff  = "sam"
	asMember = "max" // in a session that wasn't confirmed lately
)

// accountPage is a page that stands for all of its kind, and who sees it.
type accountPage struct {
	path string
	as   string
}

// accountPages are the pages of joining, of settings, of organizations,
// repositories and staff, each with something in it, and some with nothing.
func accountPages() (all []accountPage) {
	for as, paths := range map[string][]string{
		asNobody: {"/join", "/login?return_to=%2Fsettings", "/password-reset", "/password-reset/sent", "/olga", "/harbour", "/harbour/charts",
			"/verify/made-up-and-never-given-out"},
		asOwner: {"/notifications", "/notifications?view=done", "/settings/profile", "/settings/account", "/settings/account/login", "/settings/account/mail",
			"/settings/account/delete", "/settings/appearance", "/settings/notifications", "/settings/security", "/settings/security/password",
			"/settings/security/two-factor", "/settings/security/passkeys/new", "/settings/tokens", "/settings/tokens/new", "/settings/audit-log",
			"/settings/audit-log?q=colour:red", "/settings/organizations", "/settings/repositories", "/logout",
			"/organizations/new", "/orgs/harbour/people", "/orgs/harbour/people/invitations", "/orgs/harbour/people/max", "/orgs/harbour/leave",
			"/organizations/harbour/settings/profile", "/organizations/harbour/settings/rename", "/organizations/harbour/settings/delete",
			"/organizations/harbour/settings/member_privileges", "/organizations/harbour/settings/security", "/organizations/harbour/settings/domains",
			"/organizations/harbour/settings/domains/1", "/organizations/harbour/settings/audit-log",
			"/new", "/new/import", "/harbour", "/harbour/secrets", "/harbour/secrets/settings", "/harbour/secrets/settings/access",
			"/harbour/secrets/settings/transfer", "/harbour/secrets/settings/visibility", "/harbour/secrets/settings/delete", "/settings/nothing-here"},
		asStaff: {"/staff", "/staff/accounts", "/staff/accounts/olga", "/staff/accounts/harbour", "/staff/team", "/staff/audit", "/notifications", "/settings/repositories",
			"/settings/organizations", "/settings/tokens"},
		asMember: {"/sudo", "/orgs/harbour/people", "/harbour/secrets/leave"},
	} {
		for _, p := range paths {
			all = append(all, accountPage{p, as})
		}
	}
	return all
}

// secrets are the cookies of those who are signed in.
type secrets map[string]string

// settle makes the people and things of accountPages.
func (s *souk) settle(t testing.TB) secrets {
	t.Helper()
	d := dbtest.Open(t, s.database)
	olga, maxim, sam := dbtest.User(t, d, asOwner), dbtest.User(t, d, "max"), dbtest.User(t, d, asStaff)
	harbour := dbtest.Organization(t, d, "harbour", olga)
	dbtest.Member(t, d, harbour, maxim, models.RoleMember)
	dbtest.MakeStaff(t, d, sam, models.StaffAdministrator)
	dbtest.Repository(t, d, harbour, "charts", func(r *models.Repository) { r.Description = "What lies where below the water" })
	hidden := dbtest.Repository(t, d, harbour, "secrets", dbtest.Private)
	dbtest.Collaborator(t, d, hidden, maxim, models.RepositoryAdmin)
	dbtest.AccessToken(t, d, olga, "repo", "read:org")
	now := time.Now()
	write(t, d, `INSERT INTO domains (organization_id, name, challenge, created_at) VALUES ($1, 'harbour.example', 'souk-domain-verification=abc', $2)`, harbour.ID, now)
	write(t, d, `INSERT INTO invitations (organization_id, mail, role, inviter_id, created_at, expires_at) VALUES ($1, 'new@example.test', 'member', $2, $3, $4)`,
		harbour.ID, olga.ID, now, now.Add(models.InvitationLifetime))
	write(t, d, `INSERT INTO notifications (account_id, kind, params, link, created_at)
		SELECT $1, 'invitation_accepted', '{"organization": "harbour", "login": "max"}', '/orgs/harbour/people', $2 FROM generate_series(1, 3)`, olga.ID, now)
	write(t, d, `INSERT INTO audit_events (at, actor_id, actor_login, action, account_id, target_kind, target_name, ip, user_agent, before, after)
		SELECT $1, $2, 'olga', 'repository.rename', a, 'repository', 'harbour/charts', '192.0.2.7', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0',
			'{"name": "maps"}', '{"name": "charts"}' FROM unnest($3::bigint[]) a`, now, olga.ID, []int64{olga.ID, harbour.ID})
	cookies := secrets{asOwner: dbtest.Session(t, d, olga, now, true), asStaff: dbtest.Session(t, d, sam, now, true), asMember: dbtest.Session(t, d, maxim, now, false)}
	return cookies
}

func write(t testing.TB, d *db.DB, sql string, args ...any) {
	t.Helper()
	if _, err := d.Pool().Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// become signs the tab in as somebody, or out.
func (b *tab) become(cookies secrets, who string) {
	b.t.Helper()
	if who == asNobody {
		call(b, network.ClearBrowserCookies, cdp.Empty{})
		return
	}
	call(b, network.SetCookie, network.SetCookieParams{Name: "souk_session", Value: cookies[who], URL: b.site.address})
}

// TestAccountPages looks at every page of accounts: with axe in both themes and
// all languages, on phones, and with the Nu HTML checker.
func TestAccountPages(t *testing.T) {
	t.Parallel()
	site := start(t, "SOUK_DEMO=false")
	cookies := site.settle(t)
	for n, look := range []window{desktop, {width: 360, height: 780, mobile: true, dark: true}} {
		t.Run(fmt.Sprint(look.width), func(t *testing.T) {
			t.Parallel()
			b := open(t, site, look)
			for i, p := range accountPages() {
				lang := languages[(i+n)%len(languages)]
				b.become(cookies, p.as)
				b.visit(localized(lang, p.path))
				b.lookOver(t, p, lang, look)
			}
		})
	}
	t.Run("Markup", func(t *testing.T) {
		t.Parallel()
		markupAs(t, site, cookies, accountPages())
	})
}

// lookOver holds a page to what people need.
func (b *tab) lookOver(t *testing.T, p accountPage, lang string, look window) {
	t.Helper()
	if here := b.path(); !strings.HasPrefix(here, localized(lang, strings.SplitN(p.path, "?", 2)[0])) {
		t.Errorf("%s as %q leads to %s", p.path, p.as, here)
	}
	b.unfold()
	for _, v := range b.axe(axeAll) {
		t.Errorf("%s in %s: %s", p.path, lang, v)
	}
	b.fits(t, p, lang, look)
}

// unfold opens all that a page keeps closed.
func (b *tab) unfold() {
	b.t.Helper()
	eval[bool](b, "(document.querySelectorAll('main details').forEach((d) => (d.open = true)), true)")
}

// fits holds a page to the window's width, and on a phone to the size of fingers.
func (b *tab) fits(t *testing.T, p accountPage, lang string, look window) {
	t.Helper()
	if wide := eval[int](b, "document.documentElement.scrollWidth"); wide > int(look.width) {
		t.Errorf("%s in %s is %d wide; what sticks out: %s", p.path, lang, wide, eval[string](b, sticksOut, look.width))
	}
	if fault := eval[string](b, tooSmall); look.mobile && fault != "" {
		t.Errorf("%s in %s: too small for a finger: %s", p.path, lang, fault)
	}
}

// markupAs holds pages to the Nu HTML checker, by turns in each language.
func markupAs(t *testing.T, site *souk, cookies secrets, pages []accountPage) {
	dir := t.TempDir()
	names := map[string]string{}
	for i, p := range pages {
		lang := languages[i%len(languages)]
		file := filepath.Join(dir, fmt.Sprintf("%d.html", i))
		if err := os.WriteFile(file, site.getAs(t, cookies[p.as], localized(lang, p.path)), 0o600); err != nil {
			t.Fatal(err)
		}
		names[file] = p.path + " in " + lang
	}
	for _, m := range nuCheck(t, dir) {
		t.Errorf("%s: %s: %s (%s)", names[strings.TrimPrefix(m.URL, "file:")], m.Type+m.SubType, m.Message, plain(m.Extract))
	}
}

// getAs asks for a page with a session.
func (s *souk) getAs(t testing.TB, secret, path string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.address+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if secret != "" {
		req.AddCookie(&http.Cookie{Name: "souk_session", Value: secret})
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
