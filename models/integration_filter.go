package models

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// IntegrationState is which integrations a list shows.
type IntegrationState string

// The states: all, and those that deserve a look.
const (
	IntegrationsAny        IntegrationState = ""
	IntegrationsUnused     IntegrationState = "unused"
	IntegrationsUpdates    IntegrationState = "updates"
	IntegrationsStopped    IntegrationState = "stopped"
	IntegrationsUnverified IntegrationState = "unverified"
	IntegrationsEverywhere IntegrationState = "all_repositories"
	IntegrationsRisky      IntegrationState = "risky"
)

// IntegrationStates lists the states.
func IntegrationStates() []IntegrationState {
	return []IntegrationState{IntegrationsAny, IntegrationsUnused, IntegrationsUpdates, IntegrationsStopped, IntegrationsUnverified, IntegrationsEverywhere, IntegrationsRisky}
}

// IntegrationOrder is the order of a list.
type IntegrationOrder string

// The orders.
const (
	IntegrationsByName   IntegrationOrder = ""
	IntegrationsNewest   IntegrationOrder = "newest"
	IntegrationsOldest   IntegrationOrder = "oldest"
	IntegrationsInactive IntegrationOrder = "inactive" // the longest unused first
	IntegrationsByRisk   IntegrationOrder = "risk"
)

// IntegrationOrders lists the orders.
func IntegrationOrders() []IntegrationOrder {
	return []IntegrationOrder{IntegrationsByName, IntegrationsByRisk, IntegrationsInactive, IntegrationsNewest, IntegrationsOldest}
}

// IntegrationFilter chooses from a list.
type IntegrationFilter struct {
	Query string // in names and logins
	Kind  IntegrationKind
	State IntegrationState
	Order IntegrationOrder
}

// Check returns ErrUnknownChoice for a kind, state or order that isn't one.
func (f *IntegrationFilter) Check() error {
	switch {
	case f.Kind != "" && !slices.Contains(IntegrationKinds(), f.Kind):
		return ErrUnknownChoice.On("kind")
	case !slices.Contains(IntegrationStates(), f.State):
		return ErrUnknownChoice.On("state")
	case !slices.Contains(IntegrationOrders(), f.Order):
		return ErrUnknownChoice.On("sort")
	}
	return nil
}

// Choose are those of all that the filter lets through, in its order.
func (f *IntegrationFilter) Choose(all []Integration, now time.Time) []Integration {
	var out []Integration
	for i := range all {
		if f.fits(&all[i], now) {
			out = append(out, all[i])
		}
	}
	slices.SortStableFunc(out, func(a, b Integration) int { return cmp.Or(f.compare(&a, &b), a.compareName(&b)) })
	return out
}

// Count is how many Choose lets through.
func (f *IntegrationFilter) Count(all []Integration, now time.Time) (n int) {
	for i := range all {
		if f.fits(&all[i], now) {
			n++
		}
	}
	return n
}

func (f *IntegrationFilter) fits(i *Integration, now time.Time) bool {
	if f.Kind != "" && f.Kind != i.Kind {
		return false
	}
	for _, word := range strings.Fields(strings.ToLower(f.Query)) {
		if !strings.Contains(strings.ToLower(i.Name+"\n"+i.Slug+"\n"+i.Publisher+"\n"+i.PublisherName+"\n"+i.By), word) {
			return false
		}
	}
	switch f.State {
	case IntegrationsUnused:
		return i.Unused(now)
	case IntegrationsUpdates:
		return i.Lacks
	case IntegrationsStopped:
		return i.Stopped()
	case IntegrationsUnverified:
		return !i.Verified
	case IntegrationsEverywhere:
		return i.Selection == SelectAll
	case IntegrationsRisky:
		return i.Risk().Score >= riskyScore
	}
	return true
}

// riskyScore is where the band RiskElevated begins.
const riskyScore = 35

func (f *IntegrationFilter) compare(a, b *Integration) int {
	switch f.Order {
	case IntegrationsNewest:
		return b.Since.Compare(a.Since)
	case IntegrationsOldest:
		return a.Since.Compare(b.Since)
	case IntegrationsInactive:
		return a.LastActivity().Compare(b.LastActivity())
	case IntegrationsByRisk:
		return b.Risk().Score - a.Risk().Score
	}
	return 0
}

func (i *Integration) compareName(o *Integration) int {
	return cmp.Or(strings.Compare(strings.ToLower(i.Name), strings.ToLower(o.Name)), strings.Compare(i.Slug, o.Slug), strings.Compare(string(i.Kind), string(o.Kind)))
}
