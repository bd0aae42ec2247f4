package installs

import (
	"cmp"
	"errors"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"souk/handlers/frames"
	"souk/handlers/site"
	"souk/models"
	"souk/models/installchoices"
	installverbs "souk/models/installs"
	pages "souk/templates/installs"
	sitepages "souk/templates/site"
	"souk/templates/ui"
	"souk/web"
	"souk/web/i18n"
	"souk/web/paths"
)

// view is the page with what was chosen. Where the app is installed already and the
// reader may change that, installed is where.
func (h *Installs) view(c echo.Context, w *wish) (v pages.Page, installed string, err error) {
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	first := w.Selection == ""
	if first {
		w.Selection = models.SelectSelected
	}
	found, err := h.installs.Preview(ctx, actor, w.choice(c.Param("slug")))
	if err != nil {
		return v, "", err
	}
	if refused := found.Decision.Refused; refused != nil && !onPage(refused) {
		return v, "", refused
	}
	if found.Installed != nil && actor.MayRunInstallation(found.Account.ID) == nil {
		return v, configure(&found.Account, found.Installed.ID), nil
	}
	around, err := h.choices.Around(ctx, actor, &found.App, found.Account.ID)
	if err != nil {
		return v, "", err
	}
	v = pageView(c, w, found, around)
	if v.Repository && v.Act != pages.ActRefuse {
		if err := h.addChooser(c, &v, w, found, first); err != nil {
			return v, "", err
		}
	}
	addPlans(&v, w, found, around)
	allowNext(c, &found.App)
	return v, "", nil
}

// pageView is the page without its chooser.
func pageView(c echo.Context, w *wish, found *installverbs.Weighed, around *installchoices.Around) pages.Page {
	app, account := &found.App, &found.Account
	target := url.Values{"target_id": {strconv.FormatInt(account.ID, 10)}}
	carry := hints{State: w.State, Plan: w.Plan}
	v := pages.Page{App: pages.App{Slug: app.Slug, Name: app.Name, LogoURL: logo(app.LogoHash, around.Listing.LogoHash), Backdrop: cmp.Or(app.LogoBackdrop, around.Listing.LogoBackdrop),
		Publisher: found.Integrator.Login, PublisherName: found.Integrator.DisplayName(), Verified: found.Integrator.Verified(), Listing: around.Listing.Slug},
		Account: account.Login, AccountName: account.DisplayName(), Organization: account.Kind == models.KindOrganization,
		Personal: account.ID == web.ActorOf(c).UserID, Elsewhere: paths.InstallTarget(app.Slug, carry.values(0)), Action: paths.InstallOn(app.Slug, target),
		Act: actOf(found.Decision.Outcome), Why: found.Decision.Why, Refused: code(found.Decision.Refused),
		Asked: shown(app.Permissions), State: w.State, Repository: app.Permissions.OfRepositories(), Selection: w.Selection,
		Authorize: app.AuthorizeOnInstall && len(app.CallbackURLs) > 0, Consent: w.Consent, Reason: w.Reason, Next: nextHost(app),
		Category: around.Category.Names.In(i18n.Lang(c.Request().Context()))}
	if len(found.Facts.Policy.Reasons) > 0 {
		v.Verdict = &found.Facts.Policy
	}
	if i := found.Installed; i != nil {
		v.Installed = i18n.Date(c.Request().Context(), i.CreatedAt.In(web.Zone(c)))
		if i.Selection != models.SelectSelected && v.Act != pages.ActRefuse {
			v.Act, v.Refused = pages.ActRefuse, models.ErrAlreadyInstalled.Code
		}
	}
	addAccess(&v, app, around)
	for i := range around.Lighter {
		v.Lighter = append(v.Lighter, lighterView(app, &around.Lighter[i]))
	}
	return v
}

// addAccess adds what the app asks for: of the account, and of the reader's own.
func addAccess(v *pages.Page, app *models.App, around *installchoices.Around) {
	part := *app
	part.Permissions = app.Permissions.Installable()
	part.Events = models.EventsFor(app.Events, part.Permissions)
	v.Access = site.Access(&part)
	own := *app
	own.Permissions = app.Permissions.OfAccounts()
	v.Own = site.Access(&own).Levels
	v.Given = len(own.Permissions) > 0 && around.Given.Covers(own.Permissions)
}

// addChooser adds the choice of repositories.
func (h *Installs) addChooser(c echo.Context, v *pages.Page, w *wish, found *installverbs.Weighed, first bool) error {
	list, err := h.candidates(c, w)
	if err != nil {
		return err
	}
	ids := w.ids
	if found.Facts.Selection == models.SelectSelected {
		ids = plus(found.Mine, found.Others) // without those that aren't there
	}
	v.Chooser = chooserView(list, w, ids)
	v.Chooser.Mine, v.Chooser.Marks = len(found.Mine), found.Decision.Outcome != models.InstallNow || v.Organization && web.ActorOf(c).MayRunInstallation(found.Account.ID) != nil
	administers := v.Chooser.Marks && anyAdministered(list)
	if d := installchoices.Likely(web.ActorOf(c), found.Facts, administers); len(ids) == 0 {
		v.Act, v.Why = actOf(d.Outcome), d.Why
	}
	if first && list.Total == 0 && w.Query == "" {
		v.Selection = models.SelectAll
	}
	return nil
}

func anyAdministered(list *installverbs.CandidateList) bool {
	for _, r := range list.Items {
		if r.Administer {
			return true
		}
	}
	return false
}

func chooserView(list *installverbs.CandidateList, w *wish, ids []int64) pages.Chooser {
	v := pages.Chooser{Query: w.Query, Total: list.Total, Page: list.Page, Last: (list.Total + installverbs.CandidatesPerPage - 1) / installverbs.CandidatesPerPage,
		Count: len(ids), Carry: carried(ids)}
	if list.Total <= models.MaxSelected {
		v.All = list.Total
	}
	chosen := map[int64]bool{}
	for _, id := range ids {
		chosen[id] = true
	}
	var shown []int64
	for _, r := range list.Items {
		shown = append(shown, r.ID)
		v.Items = append(v.Items, repositoryView(&r, chosen[r.ID]))
	}
	for _, r := range list.Chosen {
		v.Chosen = append(v.Chosen, repositoryView(&r, true))
	}
	v.Shown = carried(shown)
	return v
}

func repositoryView(r *installverbs.Candidate, chosen bool) pages.Repository {
	return pages.Repository{ID: r.ID, Name: r.Name, Private: r.Private, Archived: r.Archived, Administers: r.Administer, Chosen: chosen}
}

// addPlans adds what the account has bought, or could: where owners are asked, a plan
// is part of what they are asked for.
func addPlans(v *pages.Page, w *wish, found *installverbs.Weighed, around *installchoices.Around) {
	p := &pages.Plans{Ask: v.Act == pages.ActRequest || v.Act == pages.ActSplit, Plan: w.Plan, Period: cmp.Or(w.Period, models.Monthly), Units: w.Units}
	if s := around.Subscription; s != nil {
		p.Has = s.Plan
		if around.Buys {
			p.HasURL = paths.Subscription(s.ID, "")
		}
		v.Plans = p
		return
	}
	if len(around.Plans) == 0 || v.Act == pages.ActRefuse || !p.Ask && !around.Buys {
		return
	}
	for i := range around.Plans {
		plan := &around.Plans[i]
		p.Items = append(p.Items, pages.Plan{Plan: sitepages.PlanView(plan),
			URL: paths.OrderWith(around.Listing.Slug, plan.Number, url.Values{"account": {found.Account.Login}})})
	}
	v.Plans = p
}

func lighterView(app *models.App, a *installchoices.Alternative) pages.Lighter {
	v := pages.Lighter{Slug: a.Slug, Name: a.Name, Tagline: a.Tagline, LogoURL: paths.Tile(a.LogoHash), Backdrop: a.LogoBackdrop, Risk: a.Risk().Band}
	for _, g := range a.Permissions.Beyond(app.Permissions).Sorted() {
		p, known := models.PermissionByKey(g.Key)
		v.Without = append(v.Without, sitepages.Grant{Key: g.Key, Level: g.Level, Group: p.Group, Known: known})
	}
	return v
}

func logo(own, listed string) string { return frames.Logo(cmp.Or(own, listed)) }

// shownListing is the slug of a listing that visitors see.
func shownListing(slug string, state models.ListingState) string {
	if state == models.ListingPublished || state == models.ListingUnlisted {
		return slug
	}
	return ""
}

func actOf(o models.InstallOutcome) pages.Act {
	return map[models.InstallOutcome]pages.Act{models.InstallNow: pages.ActInstall, models.InstallSplit: pages.ActSplit, models.InstallAsk: pages.ActRequest,
		models.InstallRefuse: pages.ActRefuse}[o]
}

// code is an error's, "" for none.
func code(err error) string {
	if known, ok := errors.AsType[*models.Error](err); ok {
		return known.Code
	}
	return ""
}

func problems(p models.Problems) ui.Problems {
	var all ui.Problems
	for _, one := range p {
		all = append(all, ui.Problem{Field: one.Field, Code: one.Code})
	}
	return all
}
