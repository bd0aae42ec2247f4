package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
)

// The places of what is installed.
const (
	ofDock     = "/organizations/dock/settings"
	onDock     = ofDock + "/installations"
	newOf      = "/installations/new/permissions?target_id={dock}"
	toAllow    = "/login/oauth/authorize?state=tide&client_id="
	connected  = "/settings/connections/applications/"
	overseen   = ofDock + "/integrations"
	ofSheave   = "/settings/apps/sheave/webhook"
	longPicked = "&repository_ids[]={sluice}&repository_ids[]={ledger}"
)

// installingPages are the pages of installing, each with something in it, and some
// with nothing. {name} stands for what a slipway keeps under a name.
var installingPages = map[string][]string{
	asNobody: {"/apps/winch", "/apps/tiller", "/marketplace/winch", "/docs/installing-apps", "/docs/asking-for-apps", "/docs/permission-updates", "/docs/authorizing-apps",
		"/docs/app-policies", "/docs/reviewing-apps", "/docs/installation-tokens"},
	byReader: {"/settings/installations", "/settings/installations/requests", "/settings/applications", "/settings/applications/revoke", "/settings/apps/authorizations",
		"/settings/apps/authorizations/revoke", "/settings/integrations", "/settings/integrations/reviews", "/settings/integrations/revoke", "/apps/winch/installations/select_target",
		"/apps/winch/installations/new/permissions?target_id={vera}", "/apps/stow/installations/new/permissions?target_id={vera}"},
	byWisher: {"/apps/winch/installations/select_target", "/apps/rudder/installations/select_target", "/apps/wedge/installations/select_target", "/apps/hitch" + newOf, "/apps/hitch" + newOf + "&plan=3" + longPicked,
		"/apps/harness" + newOf, "/apps/ballast" + newOf, "/apps/tackle" + newOf, "/apps/wedge2" + newOf, "/apps/marlin/installations/new/permissions?target_id={wren}",
		"/settings/installations/requests", "/settings/installations", toAllow + "Ov23tiller", toAllow + "Ov23tiller&scope=repo,admin:org,read:org", toAllow + "Ov23bare", toAllow + "Iv23pilot", toAllow + "Iv23tackle",
		toAllow + "Ov23tiller&prompt=select_account", toAllow + "Ov23tiller&login=otto", "/settings/applications", "/settings/applications/revoke",
		"/settings/apps/authorizations", "/settings/apps/authorizations/revoke", connected + "Iv23pilot", connected + "Iv23pilot/revoke", connected + "Ov23transom", connected + "Ov23stern",
		connected + "Ov23thwart", connected + "Ov23thwart/revoke", connected + "Ov23bowline", "/settings/integrations", "/settings/integrations?kind=oauth&sort=risk", "/settings/integrations/revoke?all=true",
		"/settings/integrations/reviews", "/settings/integrations/reviews/{own review}", "/settings/integrations/reviews/{own review}/finish", "/settings/integrations/asked/{item sheave}"},
	byKeeper: {"/apps/marlin" + newOf, "/apps/marlin" + newOf + "&repository_ids[]={sluice}", "/apps/marlin" + newOf + longPicked, onDock + "/{sheave}", onDock + "/{pennant}",
		onDock + "/{pennant}/permissions/update", onDock + "/{boom}/permissions/update", "/settings/integrations/asked/{item stray}", toAllow + "Iv23pilot"},
	byHarbourer: {"/apps/winch/installations/select_target", "/apps/rudder/installations/select_target", "/apps/hitch" + newOf, "/apps/hitch" + newOf + longPicked, "/apps/tackle" + newOf, "/apps/harness" + newOf,
		"/apps/stow/installations/select_target", "/apps/stow" + newOf, "/apps/belay/installations/select_target", "/apps/marlin/installations/new/permissions?target_id={otto}",
		"/settings/installations", "/settings/installations?view=behind", "/settings/installations?q=nothing", "/settings/installations/{own rudder}", "/settings/installations/{own stow}", "/settings/installations/{own snatch}",
		"/settings/installations/{own rudder}/suspend", "/settings/installations/{own rudder}/uninstall", "/settings/installations/{own pennant}/permissions/update",
		onDock, onDock + "?view=behind", onDock + "?view=suspended", onDock + "?q=rudder", onDock + "?q=nothing",
		onDock + "/{rudder}", onDock + "/{rudder}/suspend", onDock + "/{rudder}/uninstall", onDock + "/{sheave}", onDock + "/{sheave}/uninstall", onDock + "/{cleat}", onDock + "/{snatch}", onDock + "/{snatch}/uninstall",
		onDock + "/{wedge}", onDock + "/{gaff}", onDock + "/{pennant}", onDock + "/{belay}", onDock + "/{belay}/uninstall",
		onDock + "/{pennant}/permissions/update", onDock + "/{gaff}/permissions/update", onDock + "/{boom}/permissions/update",
		onDock + "/requests", onDock + "/requests?view=decided", onDock + "/requests/{request winch}", onDock + "/requests/{request harness}", onDock + "/requests/{request wedge2}",
		onDock + "/requests/{request belay}", onDock + "/requests/{request toggle}", onDock + "/requests/{request marline}", onDock + "/requests/{request lash}",
		ofDock + "/oauth_application_policy", ofDock + "/oauth_application_policy?view=approved", ofDock + "/oauth_application_policy/transom", ofDock + "/oauth_application_policy/stern", ofDock + "/oauth_application_policy/thwart",
		ofDock + "/oauth_application_policy/bowline", ofDock + "/app_policy", "/orgs/dock/people",
		overseen, overseen + "?kind=installed", overseen + "?kind=authorized", overseen + "?kind=oauth", overseen + "?state=unused", overseen + "?state=updates", overseen + "?state=stopped", overseen + "?state=unverified&sort=risk",
		overseen + "?q=nothing", overseen + "/revoke?item={key rudder}", overseen + "/revoke?item={key sheave}&item={key transom}&item={key idle}", overseen + "/revoke?all=true",
		overseen + "/reviews", overseen + "/reviews/{over}", overseen + "/reviews/{review}", overseen + "/reviews/{review}?view=asked", overseen + "/reviews/{review}?view=revoked", overseen + "/reviews/{review}/finish",
		connected + "Ov23bowline", connected + "Iv23stow", "/notifications"},
	byMaker: {"/settings/apps/sheave/installations", "/settings/apps/snatch/installations", "/settings/apps/snatch/installations?view=suspended", "/settings/apps/pennant/installations?behind=1", "/settings/apps/rudder/installations?q=dock",
		"/settings/apps/rudder/installations?q=nothing", "/settings/apps/marlin/installations", "/settings/apps/rudder/installations/{rudder}/suspend", "/settings/apps/rudder/installations/{rudder}/remove",
		"/settings/apps/pennant/permissions", "/settings/apps/boom/permissions", "/settings/apps/pilot/advanced", "/settings/apps/pilot/revoke_tokens",
		ofSheave, ofSheave + "?state=failed", ofSheave + "/settings", ofSheave + "/secret", ofSheave + "/redeliver", ofSheave + "/redeliver?from=2020-01-01&until=2099-01-01&which=all",
		ofSheave + "/deliveries/{taken}", ofSheave + "/deliveries/{refused}", "/settings/apps/marlin/webhook"},
}

// pages are installingPages with what the slipway keeps, in an order of their own.
func (w *slipway) pages() (all []accountPage) {
	w.t.Helper()
	w.row("belay", `SELECT i.id FROM installations i JOIN apps a ON a.id = i.app_id WHERE a.slug = 'belay'`)
	var names []string
	for name, id := range w.ids {
		names = append(names, "{"+name+"}", id)
	}
	filled := strings.NewReplacer(names...)
	for _, as := range []string{asNobody, byReader, byWisher, byKeeper, byHarbourer, byMaker} {
		for _, p := range installingPages[as] {
			all = append(all, accountPage{filled.Replace(p), as})
		}
	}
	if i := slices.IndexFunc(all, func(p accountPage) bool { return strings.Contains(p.path, "{") }); i >= 0 {
		w.t.Fatalf("nothing is kept for %s", all[i].path)
	}
	return all
}

// TestInstallingPages looks at every page of installing as TestBuyingPages does at
// those of buying, weighs them, and then works with some of them in ways of their own.
func TestInstallingPages(t *testing.T) {
	t.Parallel()
	site := start(t, "SOUK_DEMO=false", "SOUK_DEV=true", "SOUK_ALLOW_PRIVATE_NETWORKS=true")
	w := site.moor(t)
	t.Run("Look", func(t *testing.T) {
		pages := w.pages()
		for n, look := range []window{desktop, {width: 360, height: 780, mobile: true, dark: true}} {
			t.Run(fmt.Sprint(look.width), func(t *testing.T) {
				t.Parallel()
				w.lookAt(t, pages, look, n)
			})
		}
		t.Run("Markup", func(t *testing.T) {
			t.Parallel()
			markupAs(t, site, w.cookies, pages)
		})
		t.Run("Weight", func(t *testing.T) {
			t.Parallel()
			w.weigh(t, pages)
		})
	})
	for _, j := range []struct {
		name string
		walk func(*testing.T)
	}{{"WithoutScript", w.installsWithoutScript}, {"Keyboard", w.installsByKeyboard}} {
		t.Run(j.name, func(t *testing.T) {
			t.Parallel()
			j.walk(t)
		})
	}
}

// weigh holds the first load of the pages to what one may weigh.
func (w *slipway) weigh(t *testing.T, pages []accountPage) {
	const most = 60_000
	b := open(t, w.site, desktop)
	call(b, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	heaviest, name := 0, ""
	for i, p := range pages {
		path := localized(languages[i%len(languages)], p.path)
		b.become(w.cookies, p.as)
		b.forget()
		b.visit(path)
		n := b.weight()
		if n > most {
			t.Errorf("%s as %q weighs %d bytes, at most %d are allowed", path, p.as, n, most)
		}
		if n > heaviest {
			heaviest, name = n, path
		}
	}
	t.Logf("the heaviest is %s with %d bytes", name, heaviest)
}
