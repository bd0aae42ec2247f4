package models

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func TestIntegrationKeys(t *testing.T) {
	t.Parallel()
	for _, k := range IntegrationKinds() {
		i := Integration{Kind: k, AppID: 17}
		if kind, app, ok := ParseIntegrationKey(i.Key()); !ok || kind != k || app != 17 {
			t.Errorf("%s is read as %s %d %v", i.Key(), kind, app, ok)
		}
	}
	for _, bad := range []string{"", "installed", "installed-", "installed-0", "installed--1", "other-3", "installed-99999999999999999999", "-3"} {
		if _, _, ok := ParseIntegrationKey(bad); ok {
			t.Errorf("%q is a key", bad)
		}
	}
}

func TestUnused(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	ago := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	for _, c := range []struct {
		name  string
		since int
		used  int // -1: never
		want  bool
	}{
		{"new and never used", 10, -1, false},
		{"old and never used", 90, -1, true},
		{"a day before", 89, -1, false},
		{"used lately", 400, 89, false},
		{"used long ago", 400, 90, true},
		{"installed again after it was used", 10, 300, false},
	} {
		i := Integration{Since: ago(c.since)}
		if c.used >= 0 {
			i.UsedAt = new(ago(c.used))
		}
		if got := i.Unused(now); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestRevocable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		i                        Integration
		byPerson, byOrganization bool
	}{
		{Integration{Kind: IntegrationInstalled}, true, true},
		{Integration{Kind: IntegrationInstalled, Own: true}, true, true},
		{Integration{Kind: IntegrationAuthorized}, true, false},
		{Integration{Kind: IntegrationOAuth}, true, true},
		{Integration{Kind: IntegrationOAuth, Own: true}, true, false},
		{Integration{Kind: IntegrationOAuth, LetIn: true}, true, false},
	} {
		if got := c.i.Revocable(KindUser); got != c.byPerson {
			t.Errorf("%+v by a person: %v", c.i, got)
		}
		if got := c.i.Revocable(KindOrganization); got != c.byOrganization {
			t.Errorf("%+v by an organization: %v", c.i, got)
		}
	}
}

func TestIntegrationsAreChosen(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	ago := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	all := []Integration{
		{Kind: IntegrationInstalled, AppID: 1, Slug: "zebra", Name: "Zebra", Publisher: "zoo", Verified: true, Since: ago(400), UsedAt: new(ago(1)),
			Permissions: Grants{"contents": LevelWrite, "workflows": LevelWrite, "administration": LevelWrite}, Selection: SelectAll, Lacks: true},
		{Kind: IntegrationInstalled, AppID: 2, Slug: "ant", Name: "ant", Publisher: "zoo", Since: ago(100), Permissions: Grants{"metadata": LevelRead}, Selection: SelectSelected, Suspended: true},
		{Kind: IntegrationAuthorized, AppID: 3, Slug: "bee", Name: "Bee", PublisherName: "Hive Ltd", Verified: true, Since: ago(5), Permissions: Grants{}, By: "ada"},
		{Kind: IntegrationOAuth, AppID: 4, Slug: "cow", Name: "Cow", AppKind: OAuthApp, Since: ago(300), UsedAt: new(ago(200)), Scopes: []string{"repo", "admin:org"}, Denied: true},
	}
	for _, c := range []struct {
		f    IntegrationFilter
		want []string
	}{
		{IntegrationFilter{}, []string{"ant", "bee", "cow", "zebra"}},
		{IntegrationFilter{Kind: IntegrationInstalled}, []string{"ant", "zebra"}},
		{IntegrationFilter{Query: "ZOO"}, []string{"ant", "zebra"}},
		{IntegrationFilter{Query: "hive b"}, []string{"bee"}},
		{IntegrationFilter{Query: "ada"}, []string{"bee"}},
		{IntegrationFilter{Query: "nobody"}, nil},
		{IntegrationFilter{State: IntegrationsUnused}, []string{"ant", "cow"}},
		{IntegrationFilter{State: IntegrationsUpdates}, []string{"zebra"}},
		{IntegrationFilter{State: IntegrationsStopped}, []string{"ant", "cow"}},
		{IntegrationFilter{State: IntegrationsUnverified}, []string{"ant", "cow"}},
		{IntegrationFilter{State: IntegrationsEverywhere}, []string{"zebra"}},
		{IntegrationFilter{State: IntegrationsRisky}, []string{"cow", "zebra"}},
		{IntegrationFilter{Order: IntegrationsNewest}, []string{"bee", "ant", "cow", "zebra"}},
		{IntegrationFilter{Order: IntegrationsOldest}, []string{"zebra", "cow", "ant", "bee"}},
		{IntegrationFilter{Order: IntegrationsInactive}, []string{"cow", "ant", "bee", "zebra"}},
		{IntegrationFilter{Order: IntegrationsByRisk, Kind: IntegrationInstalled}, []string{"zebra", "ant"}},
	} {
		var got []string
		for _, i := range c.f.Choose(all, now) {
			got = append(got, i.Slug)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.f, got, c.want)
		}
		if n := c.f.Count(all, now); n != len(c.want) {
			t.Errorf("%+v counts %d", c.f, n)
		}
	}
	for _, bad := range []IntegrationFilter{{Kind: "x"}, {State: "x"}, {Order: "x"}} {
		if err := bad.Check(); !errors.Is(err, ErrUnknownChoice) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// The filter says "risky" where the band says elevated.
func TestRiskyIsElevated(t *testing.T) {
	t.Parallel()
	if bandOf(riskyScore) != RiskElevated || bandOf(riskyScore-1) == RiskElevated {
		t.Error("the bands have moved")
	}
}
