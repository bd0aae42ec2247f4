package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// publishingPages are the pages of registering apps, writing listings, review and
// moderation, each with something in it, and some with nothing. {name} stands for
// the id of a row of the desk.
var publishingPages = map[string][]string{
	asNobody: {"/marketplace/lantern", "/marketplace/lantern/permissions", "/marketplace/lantern/prices", "/marketplace/reef", "/marketplace/hulk", "/marketplace/quay", "/marketplace/driftwood",
		"/apps/compass", "/docs/registering-apps", "/docs/writing-a-listing", "/docs/plans-and-prices", "/docs/listing-as-code", "/docs/review", "/docs/moderation"},
	byReader: {"/marketplace/lantern/report", "/marketplace/driftwood/claim", "/settings/apps", "/marketplace/manage", "/marketplace/new"},
	byIntegrator: {"/settings/apps", "/settings/apps/new", "/settings/developers", "/settings/applications/new", "/settings/apps/new?manifest={manifest}",
		"/organizations/lantern-works/settings/apps", "/organizations/lantern-works/settings/applications",
		"/organizations/lantern-works/settings/apps/new", "/organizations/lantern-works/settings/applications/new",
		"/settings/apps/compass", "/settings/apps/compass/permissions", "/settings/apps/compass/secrets", "/settings/apps/compass/secrets/{secret0}/revoke",
		"/settings/apps/compass/keys", "/settings/apps/compass/keys/{key0}/delete", "/settings/apps/compass/logo", "/settings/apps/compass/managers",
		"/settings/apps/compass/advanced", "/settings/apps/compass/transfer", "/settings/apps/compass/delete",
		"/settings/apps/keeper", "/settings/apps/keeper/permissions", "/settings/apps/sextant/secrets", "/settings/apps/sextant/keys",
		"/settings/apps/lantern", "/settings/apps/lantern/permissions", "/settings/apps/lantern/delete", "/settings/apps/beacon/advanced",
		"/marketplace/new", "/marketplace/new?app=compass", "/marketplace/manage", "/marketplace/manage/lantern", "/marketplace/manage/foghorn", "/marketplace/manage/buoy", "/marketplace/manage/quay",
		"/marketplace/manage/lantern/figures", "/marketplace/manage/lantern/figures?days=30", "/marketplace/manage/lantern/figures?days=365", "/marketplace/manage/buoy/figures",
		"/marketplace/manage/foghorn/text", "/marketplace/manage/buoy/text", "/marketplace/manage/foghorn/links", "/marketplace/manage/foghorn/data",
		"/marketplace/manage/foghorn/translations", "/marketplace/manage/foghorn/translations/ja", "/marketplace/manage/foghorn/media", "/marketplace/manage/buoy/media",
		"/marketplace/manage/foghorn/plans", "/marketplace/manage/foghorn/plans/2", "/marketplace/manage/lantern/plans/3", "/marketplace/manage/foghorn/plans/new",
		"/marketplace/manage/foghorn/plans/2/remove", "/marketplace/manage/buoy/plans",
		"/marketplace/manage/foghorn/try", "/marketplace/manage/lantern/try", "/marketplace/manage/foghorn/preview", "/marketplace/manage/foghorn/history", "/marketplace/manage/lantern/history/2",
		"/marketplace/manage/foghorn/review", "/marketplace/manage/buoy/review", "/marketplace/manage/pier/review", "/marketplace/manage/anchor/review", "/marketplace/manage/lantern/review",
		"/marketplace/manage/wreck/review", "/marketplace/manage/wreck/appeal", "/marketplace/manage/shoal/appeal", "/marketplace/manage/reef/appeal", "/marketplace/manage/reef",
		"/marketplace/manage/lantern/state/unlist", "/marketplace/manage/lantern/state/archive", "/marketplace/manage/quay/state/relist"},
	byManager: {"/settings/apps", "/settings/apps/compass/leave"},
	byTaker:   {"/settings/apps/beacon/offer", "/marketplace/driftwood/claim", "/marketplace/flotsam/claim", "/marketplace/manage"},
	byReviewer: {"/staff", "/staff/reviews", "/staff/reviews/{lantern}", "/staff/reviews/{pier}", "/staff/reviews/{anchor}", "/staff/reports", "/staff/listings/lantern",
		"/staff/listings/lantern/take-down", "/staff/claims", "/staff/claims/{driftwood}", "/staff/claims/{flotsam}", "/staff/claims/{flotsam}/decision", "/marketplace/manage/foghorn/preview"},
	byAdmin: {"/staff/review-settings", "/staff/appeals", "/staff/listings/reef", "/staff/listings/reef/restore", "/staff/listings/reef/appeal"},
}

// goneFor are those of them that say that there is nothing any more.
var goneFor = map[string]int{"/marketplace/reef": 410, "/marketplace/hulk": 410}

// pages are publishingPages with the desk's rows, in an order of their own.
func (d *desk) pages() (all []accountPage) {
	d.t.Helper()
	manifest := `{"name": "Windlass", "url": "https://windlass.example", "redirect_url": "https://windlass.example/done", "hook_attributes": {"url": "https://windlass.example/hooks"},
		"public": true, "default_permissions": {"issues": "write", "contents": "read"}, "default_events": ["issues", "push"]}`
	_, d.ids["manifest"], _ = strings.Cut(d.post(asNobody, "/settings/apps/new?state=abc", url.Values{"manifest": {manifest}}), "manifest=")
	var names []string
	for name, id := range d.ids {
		names = append(names, "{"+name+"}", id)
	}
	filled := strings.NewReplacer(names...)
	for _, as := range []string{asNobody, byReader, byIntegrator, byManager, byTaker, byReviewer, byAdmin} {
		for _, p := range publishingPages[as] {
			all = append(all, accountPage{filled.Replace(p), as})
		}
	}
	return all
}

// TestPublishingPages looks at every page of publishing as TestAccountPages does
// at those of accounts, and then works with some of them in ways of their own. The
// pages are long: axe sees each of them once, by turns in each theme and language.
func TestPublishingPages(t *testing.T) {
	t.Parallel()
	site := start(t, "SOUK_DEMO=false")
	desk := site.furnish(t)
	t.Run("Look", func(t *testing.T) {
		pages := desk.pages()
		for n, look := range []window{desktop, {width: 360, height: 780, mobile: true, dark: true}} {
			t.Run(fmt.Sprint(look.width), func(t *testing.T) {
				t.Parallel()
				desk.lookAt(t, pages, look, n)
			})
		}
		t.Run("Markup", func(t *testing.T) {
			t.Parallel()
			markupAs(t, site, desk.cookies, pages)
		})
	})
	for _, j := range []struct {
		name string
		walk func(*testing.T)
	}{{"WithoutScript", desk.withoutScript}, {"Keyboard", desk.editByKeyboard}, {"Keys", desk.reviewByKeys}} {
		t.Run(j.name, func(t *testing.T) {
			t.Parallel()
			j.walk(t)
		})
	}
}

// lookAt opens pages in a window, the nth of two.
func (d *desk) lookAt(t *testing.T, pages []accountPage, look window, n int) {
	b := open(t, d.site, look)
	for i, p := range pages {
		lang := languages[(i/2+n)%len(languages)]
		b.become(d.cookies, p.as)
		b.visit(localized(lang, p.path))
		if status := eval[int](b, "performance.getEntriesByType('navigation')[0].responseStatus"); status != 200 && status != goneFor[p.path] {
			t.Errorf("%s as %q answers %d", p.path, p.as, status)
		}
		b.unfold()
		if i%2 == n {
			b.lookOver(t, p, lang, look)
		} else {
			b.fits(t, p, lang, look)
		}
	}
}
