package e2e

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"souk/models"
)

// picked are ids of repositories as forms carry them.
func (w *slipway) picked(names ...string) string {
	var ids []int64
	for _, name := range names {
		ids = append(ids, w.repositories[name].ID)
	}
	slices.Sort(ids)
	var parts []string
	last := int64(0)
	for _, id := range ids {
		parts, last = append(parts, strconv.FormatInt(id-last, 36)), id
	}
	return strings.Join(parts, ".")
}

// asksFor has somebody ask dock's owner for an app.
func (w *slipway) asksFor(who, slug, reason, plan string, names ...string) {
	w.t.Helper()
	at := "/apps/" + slug + "/installations/new/permissions?target_id=" + w.ids["dock"]
	values := url.Values{"do": {"request"}, "reason": {reason}, "selection": {"selected"}, "chosen": {w.picked(names...)}, "shown": {""}}
	if plan != "" {
		values.Set("plan", plan)
	}
	if len(names) == 0 {
		values.Set("selection", "all")
	}
	w.fill(who, at, "target_id="+w.ids["dock"], values)
	w.row("request "+slug, `SELECT max(r.id) FROM installation_requests r JOIN apps a ON a.id = r.app_id WHERE a.slug = $1`, slug)
}

// decides sends an owner's answer to a request.
func (w *slipway) decides(slug, act string, values url.Values) {
	w.t.Helper()
	at := "/organizations/dock/settings/installations/requests/" + w.ids["request "+slug]
	if act == "decline" {
		w.fill(byHarbourer, at, "/decline", values)
		return
	}
	all, _ := w.form(byHarbourer, at, "/requests/"+w.ids["request "+slug])
	for name, list := range values {
		all[name] = list
	}
	w.post(byHarbourer, at+"/approve", all)
}

// wishes are what members ask for, and what became of it.
func (w *slipway) wishes() {
	w.t.Helper()
	const reason = "Without it nobody sees who comes in at night, and the night watch is short of people already."
	w.asksFor(byWisher, "winch", reason, "2", "sluice", "ledger")
	w.asksFor(byVoter, "winch", "I would use it every day.", "2", "sluice", "ledger")
	w.asksFor(byWisher, "harness", reason, "")
	w.asksFor(byWisher, "wedge2", reason, "")
	w.asksFor(byWisher, "belay", reason, "3", "sluice", "ledger", "berth-01")
	w.decides("belay", "approve", url.Values{"chosen": {w.picked("ledger")}, "shown": {""}, "repo": nil, "words": {"Where the money is, and nowhere else."}})
	w.asksFor(byWisher, "toggle", reason, "", "sluice")
	w.decides("toggle", "decline", url.Values{"words": {"We have one already: Rudder."}})
	w.asksFor(byWisher, "marline", reason, "", "sluice")
	w.post(byWisher, "/settings/installations/requests/"+w.ids["request marline"]+"/withdraw", nil)
	w.asksFor(byWisher, "lash", reason, "", "sluice")
	w.write(`UPDATE installation_requests SET state = 'expired', decided_at = $2 WHERE id = $1`, w.ids["request lash"], w.now)
}

// policy is which apps dock lets in.
func (w *slipway) policy() {
	w.t.Helper()
	w.fill(byHarbourer, "/organizations/dock/settings/app_policy", "/app_policy", url.Values{"do": {"save"}, "otherwise": {"allow"}, "rule": {
		`{"decision": "deny", "app": "wedge", "words": "It woke the whole harbour. Use Rudder instead."}`,
		`{"decision": "deny", "app": "wedge2", "words": "Not before the inspection."}`,
		`{"decision": "allow", "publisher": "verified"}`,
		`{"decision": "deny", "permission": "contents", "level": "write", "publisher": "unverified", "category": "monitoring"}`}})
}

// raised are apps that ask for more than was agreed to.
func (w *slipway) raised() {
	w.t.Helper()
	for slug, change := range map[string][2]string{
		"pennant": {`{"issues": "write", "contents": "read", "metadata": "read"}`, "We show now which files a change touches.\nFor that Pennant reads them."},
		"gaff":    {`{"members": "read", "contents": "write"}`, "Gaff commits the watch list where you want it."},
		"boom":    {`{"issues": "read", "members": "read", "administration": "write"}`, ""},
		"pilot":   {`{"issues": "write", "metadata": "read", "emails": "read", "plan": "read", "followers": "write"}`, "To greet who follows you."},
	} {
		w.write(`UPDATE apps SET permissions = $2::jsonb, access_note = $3, access_at = $4 WHERE slug = $1`, slug, change[0], change[1], w.now.AddDate(0, 0, -3))
	}
}

// hears has sheave be told of what happens; it doesn't take everything.
func (w *slipway) hears() {
	w.t.Helper()
	app := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if bytes.Contains(body, []byte(`"unsuspend"`)) {
			http.Error(rw, "the horn is broken", http.StatusBadGateway)
		}
	}))
	w.t.Cleanup(app.Close)
	const at = "/settings/apps/sheave/webhook/"
	w.fill(byMaker, at+"settings", "/settings", url.Values{"url": {app.URL}, "active": {"true"}, "content_type": {"json"}})
	w.fill(byHarbourer, w.of("sheave", "/suspend"), "/suspend", nil)
	w.post(byHarbourer, w.of("sheave", "/unsuspend"), nil)
	until(w.t, "webhooks taken and refused", func() bool {
		var so bool
		if err := w.db.Pool().QueryRow(w.t.Context(), `SELECT count(DISTINCT e.id) FILTER (WHERE a.status = 200) > 1 AND count(*) FILTER (WHERE a.status = 502) > 0
			FROM hook_attempts a JOIN hook_events e ON e.id = a.event_id`).Scan(&so); err != nil {
			w.t.Fatal(err)
		}
		return so
	})
	const first = `SELECT guid::text FROM hook_events e WHERE EXISTS (SELECT FROM hook_attempts a WHERE a.event_id = e.id AND a.status = $1) ORDER BY id DESC LIMIT 1`
	w.text("taken", first, 200)
	w.text("refused", first, 502)
	w.write(`UPDATE hook_events SET state = 'failed' WHERE guid::text = $1`, w.ids["refused"])
}

// reviews are two of dock: one that is over, and one in which somebody was asked.
func (w *slipway) reviews() {
	w.t.Helper()
	const at = "/organizations/dock/settings/integrations/reviews"
	first := w.post(byHarbourer, at, nil)
	w.write(`UPDATE integration_review_items SET decision = 'keep', decider_id = $1, decided_at = $2, note = 'Still in use.'`, w.who[byHarbourer].ID, w.now)
	w.fill(byHarbourer, first+"/finish", "/finish", nil)
	w.ids["over"] = first[strings.LastIndex(first, "/")+1:]
	w.write(`UPDATE integration_reviews SET opened_at = opened_at - interval '400 days', finished_at = finished_at - interval '399 days'`)
	second := w.post(byHarbourer, at, nil)
	w.ids["review"] = second[strings.LastIndex(second, "/")+1:]
	item := func(slug string) string {
		w.row("item "+slug, `SELECT max(i.id) FROM integration_review_items i JOIN apps a ON a.id = i.app_id WHERE i.review_id = $1 AND a.slug = $2`, w.ids["review"], slug)
		return w.ids["item "+slug]
	}
	values := url.Values{"do": {"save"}}
	for _, one := range [][4]string{{"idle", "revoke", "", "Nobody uses it."}, {"rudder", "keep", "", "We steer with it."}, {"sheave", "ask", byWisher, "You asked for it. Is it still of use?"}, {"stray", "ask", byKeeper, "Whose is this?"}} {
		id := item(one[0])
		values.Add("item", id)
		values.Set("decision-"+id, one[1])
		values.Set("whom-"+id, one[2])
		values.Set("note-"+id, one[3])
	}
	w.post(byHarbourer, second, values)
	w.post(byKeeper, "/settings/integrations/asked/"+w.ids["item stray"], url.Values{"answer": {"unneeded"}, "words": {"Nobody’s. It drifted in."}})
	own := w.post(byWisher, "/settings/integrations/reviews", nil)
	w.ids["own review"] = own[strings.LastIndex(own, "/")+1:]
	for _, slug := range []string{"rudder", "sheave", "idle", "pilot"} {
		w.ids["key "+slug] = (&models.Integration{Kind: models.IntegrationInstalled, AppID: w.apps[slug].ID}).Key()
	}
	w.ids["key transom"] = (&models.Integration{Kind: models.IntegrationOAuth, AppID: w.apps["transom"].ID}).Key()
}
