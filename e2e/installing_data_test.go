package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
)

// Who looks at the pages of installing.
const (
	byHarbourer = "otto" // owns the organization dock, on which apps are installed
	byKeeper    = "kim"  // a member who administers one of its repositories
	byWisher    = "wren" // a member who asks
	byVoter     = "wes"  // a member who asks for the same
	byMaker     = "milo" // owns the organization riggers, which makes apps
)

// longRepository is as long as a name may be.
var longRepository = strings.Repeat("a-long-name-", 8)[:95] + "shore"

// slipway is the people, apps and installations of the pages of installing.
type slipway struct {
	*market
	dock, riggers, drifters models.Account
	apps                    map[string]models.App
	repositories            map[string]models.Repository
}

// moor installs, asks for, raises and reviews apps in every state.
func (s *souk) moor(t testing.TB) *slipway {
	t.Helper()
	d := &desk{t: t, site: s, db: dbtest.Open(t, s.database), cookies: secrets{}, who: map[string]models.Account{}, ids: map[string]string{}, now: time.Now().UTC()}
	w := &slipway{market: &market{desk: d, cards: map[string]int64{}}, apps: map[string]models.App{}, repositories: map[string]models.Repository{}}
	for _, login := range []string{byHarbourer, byKeeper, byWisher, byVoter, byMaker, byReader} {
		w.who[login] = dbtest.User(t, w.db, login)
		w.cookies[login] = dbtest.Session(t, w.db, w.who[login], w.now, true)
		w.ids[login] = fmt.Sprint(w.who[login].ID)
	}
	w.dock = dbtest.Organization(t, w.db, "dock", w.who[byHarbourer])
	for _, login := range []string{byKeeper, byWisher, byVoter} {
		dbtest.Member(t, w.db, w.dock, w.who[login], models.RoleMember)
	}
	w.riggers, w.drifters = dbtest.Organization(t, w.db, "riggers", w.who[byMaker]), dbtest.Organization(t, w.db, "drifters")
	w.write(`UPDATE accounts SET verified_at = $1 WHERE login = 'riggers'`, w.now)
	w.ids["dock"] = fmt.Sprint(w.dock.ID)
	w.berths()
	w.rigs()
	w.signsOn()
	w.installed()
	w.wishes()
	w.policy()
	w.raised()
	w.hears()
	w.reviews()
	return w
}

// berths are repositories: of dock more than a page of them.
func (w *slipway) berths() {
	w.t.Helper()
	names := []string{"sluice", "ledger", longRepository}
	for i := range 58 {
		names = append(names, fmt.Sprintf("berth-%02d", i+1))
	}
	for i, name := range names {
		r := dbtest.Repository(w.t, w.db, w.dock, name, func(r *models.Repository) {
			r.Private = i%2 == 0
		})
		w.repositories[name], w.ids[name] = r, fmt.Sprint(r.ID)
	}
	w.write(`UPDATE repositories SET archived_at = $2 WHERE id = $1`, w.repositories["berth-03"].ID, w.now)
	dbtest.Collaborator(w.t, w.db, w.repositories["sluice"], w.who[byKeeper], models.RepositoryAdmin)
	for _, name := range []string{"dinghy", "oars"} {
		dbtest.Repository(w.t, w.db, w.who[byHarbourer], name)
	}
}

// rigs are the apps. Of those with a plan there are listings.
func (w *slipway) rigs() {
	w.t.Helper()
	repository := models.Grants{"contents": models.LevelWrite, "issues": models.LevelRead, "metadata": models.LevelRead}
	for slug, permissions := range map[string]models.Grants{
		"marlin": repository, "thimble": repository, "toggle": repository, "marline": repository, "lash": repository,
		"tackle":  {"issues": models.LevelWrite, "metadata": models.LevelRead, "emails": models.LevelRead},
		"pilot":   {"issues": models.LevelWrite, "metadata": models.LevelRead, "emails": models.LevelRead, "plan": models.LevelRead},
		"harness": {"members": models.LevelWrite, "contents": models.LevelRead},
		"ballast": {"administration": models.LevelWrite},
		"stow":    {"emails": models.LevelRead, "followers": models.LevelRead},
		"gaff":    {"members": models.LevelRead},
		"rudder":  repository, "sheave": repository, "pennant": {"issues": models.LevelRead, "metadata": models.LevelRead}, "boom": {"issues": models.LevelRead},
		"cleat": repository, "snatch": repository, "wedge": repository, "wedge2": {"organization_administration": models.LevelRead}, "idle": repository,
	} {
		w.apps[slug] = dbtest.App(w.t, w.db, w.riggers, slug, func(a *models.App) {
			a.Permissions, a.ClientID, a.CallbackURLs = permissions, new("Iv23"+slug), []string{"https://" + slug + ".example/callback"}
		})
	}
	w.apps["stray"] = dbtest.App(w.t, w.db, w.drifters, "stray", func(a *models.App) { a.Permissions = repository })
	w.apps["hidden"] = dbtest.App(w.t, w.db, w.riggers, "hidden", func(a *models.App) { a.Public = false })
	w.write(`UPDATE apps SET authorize_on_install = true, setup_url = 'https://tackle.example/setup' WHERE slug = 'tackle'`)
	w.write(`UPDATE apps SET setup_url = 'https://sheave.example/setup', setup_on_update = true WHERE slug = 'sheave'`)
	for slug, scopes := range map[string][]string{"tiller": {"repo", "read:org", "user:email"}, "thwart": {"gist"}, "transom": {"repo"}, "stern": {"admin:org"}, "bare": {}} {
		w.apps[slug] = dbtest.App(w.t, w.db, w.drifters, slug, dbtest.OAuth, func(a *models.App) { a.Scopes, a.ClientID = scopes, new("Ov23"+slug) })
	}
	w.apps["bowline"] = dbtest.App(w.t, w.db, w.dock, "bowline", dbtest.OAuth, func(a *models.App) { a.Scopes, a.ClientID = []string{"read:org"}, new("Ov23bowline") })
	w.shelf()
}

// shelf are the listings: those that cost, and others that ask for less.
func (w *slipway) shelf() {
	w.t.Helper()
	dbtest.Seller(w.t, w.db, w.riggers, func(s *models.Seller) { s.LegalName = "Riggers of Cork Ltd" })
	dbtest.Profile(w.t, w.db, w.dock, "IE")
	w.cards["dock"] = dbtest.PaymentMethod(w.t, w.db, w.dock, "tok_approve")
	minor := func(n int64) *int64 { return &n }
	for _, slug := range []string{"winch", "belay", "hitch"} {
		w.apps[slug] = dbtest.Listing(w.t, w.db, dbtest.Named(slug, strings.ToUpper(slug[:1])+slug[1:]), dbtest.By(w.riggers), dbtest.In("monitoring"),
			func(e *dbtest.Entry) {
				e.App.Permissions = models.Grants{"contents": models.LevelWrite, "issues": models.LevelWrite, "metadata": models.LevelRead}
			},
			dbtest.WithPlan(models.Plan{Name: "Watch"}),
			dbtest.WithPlan(models.Plan{Name: "Crew", Kind: models.PlanFlatRate, MonthlyMinor: minor(1200), YearlyMinor: minor(12000), Currency: "EUR", TrialDays: 14}),
			dbtest.WithPlan(models.Plan{Name: "Ships", Kind: models.PlanPerUnit, MonthlyMinor: minor(333), YearlyMinor: minor(3333), Currency: "EUR", UnitName: "ship", MinUnits: minor(2)})).App
		w.write(`UPDATE apps SET registered_at = $2, public = true, client_id = 'Iv23' || slug WHERE id = $1`, w.apps[slug].ID, w.now)
	}
	for _, slug := range []string{"sloop", "ketch", "yawl"} {
		dbtest.Listing(w.t, w.db, dbtest.Named(slug, strings.ToUpper(slug[:1])+slug[1:]), dbtest.By(w.drifters), dbtest.In("monitoring"), func(e *dbtest.Entry) {
			e.App.Permissions = models.Grants{"issues": models.LevelRead, "metadata": models.LevelRead}
		}, dbtest.WithPlan(models.Plan{Name: "Watch"}))
	}
	w.write(`UPDATE listings SET claimed_at = now(), purchase = 'here'`)
}

// signsOn is what people let apps do in their name, and which OAuth Apps dock lets in.
func (w *slipway) signsOn() {
	w.t.Helper()
	for slug, who := range map[string][]string{"pilot": {byWisher, byKeeper}, "transom": {byWisher, byVoter}, "stern": {byWisher}, "thwart": {byWisher}, "bowline": {byWisher, byHarbourer}, "stow": {byHarbourer}} {
		for _, login := range who {
			id := dbtest.Authorize(w.t, w.db, w.apps[slug], w.who[login])
			w.write(`INSERT INTO authorization_tokens (authorization_id, token_hash, tail, created_at) VALUES ($1, $2, 'abcd', $3)`, id, []byte(slug+login), w.now)
		}
	}
	for slug, state := range map[string]string{"transom": "approved", "stern": "denied", "thwart": "requested"} {
		w.write(`INSERT INTO oauth_approvals (organization_id, app_id, state, requester_id, reason, requested_at, decider_id, words, decided_at)
			VALUES ($1, $2, $3, $4, 'It keeps the tide tables.', $6, CASE WHEN $3 <> 'requested' THEN $5::bigint END, CASE WHEN $3 <> 'requested' THEN 'We looked at it.' ELSE '' END,
				CASE WHEN $3 <> 'requested' THEN $6::timestamptz END)`, w.dock.ID, w.apps[slug].ID, state, w.who[byWisher].ID, w.who[byHarbourer].ID, w.now)
	}
}

// installed are installations of dock and of its owner.
func (w *slipway) installed() {
	w.t.Helper()
	put := func(name, slug string, on models.Account, selected ...string) {
		i := dbtest.Install(w.t, w.db, w.apps[slug], on, func(i *models.Installation) {
			i.InstallerID, i.AgreedBy, i.CreatedAt, i.AgreedAt = new(w.who[byHarbourer].ID), new(w.who[byHarbourer].ID), w.now.AddDate(0, -5, 0), w.now.AddDate(0, -5, 0)
			if slug != "idle" {
				i.UsedAt = new(w.now.AddDate(0, 0, -2))
			}
			if !w.apps[slug].Permissions.OfRepositories() {
				i.Selection = models.SelectNone
			}
			if slug == "sheave" {
				i.RequesterID = new(w.who[byWisher].ID)
			}
		})
		w.ids[name] = fmt.Sprint(i.ID)
		var list []models.Repository
		for _, one := range selected {
			list = append(list, w.repositories[one])
		}
		if len(list) > 0 {
			dbtest.Select(w.t, w.db, i, list...)
		}
	}
	for _, slug := range []string{"rudder", "cleat", "snatch", "wedge", "idle", "gaff", "stray", "pilot"} {
		put(slug, slug, w.dock)
	}
	for _, slug := range []string{"sheave", "pennant", "boom"} {
		put(slug, slug, w.dock, "sluice", "ledger", longRepository)
	}
	for _, slug := range []string{"rudder", "pennant", "stow", "snatch"} {
		put("own "+slug, slug, w.who[byHarbourer])
	}
	w.fill(byHarbourer, w.of("cleat", "/suspend"), "/suspend", nil)
	for _, name := range []string{"snatch", "own snatch"} {
		w.fill(byMaker, "/settings/apps/snatch/installations/"+w.ids[name]+"/suspend", "/suspend", url.Values{"words": {"We saw requests that no person makes, and wait for your answer."}})
	}
}

// of is a page of an installation on dock.
func (w *slipway) of(name, rest string) string {
	return "/organizations/dock/settings/installations/" + w.ids[name] + rest
}
