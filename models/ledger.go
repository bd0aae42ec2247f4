package models

import (
	"slices"
	"strings"
)

// AccessAsked is what an app asked for at one time, as the ledger has it. Nil is
// what nobody told.
type AccessAsked struct {
	Permissions Grants   `json:"permissions"`
	Events      []string `json:"events"`
	Scopes      []string `json:"scopes"`
}

// GrantChange is one permission that an app asks for at another level than
// before; From or To is "" where it wasn't, or isn't, asked for.
type GrantChange struct {
	Key      string
	From, To Level
}

// AskedChange is the difference between two lines of the ledger.
type AskedChange struct {
	Added, Raised, Lowered, Removed []GrantChange

	EventsAdded, EventsRemoved []string
	ScopesAdded, ScopesRemoved []string
}

// ChangeTo is what differs in next, each kind by group and key.
func (a AccessAsked) ChangeTo(next AccessAsked) AskedChange {
	var c AskedChange
	was, is := a.Permissions.canonical(), next.Permissions.canonical()
	for _, key := range grantKeys(was, is) {
		g := GrantChange{Key: key, From: was[key], To: is[key]}
		switch d := g.To.Rank() - g.From.Rank(); {
		case g.From == "" && g.To != "":
			c.Added = append(c.Added, g)
		case g.From != "" && g.To == "":
			c.Removed = append(c.Removed, g)
		case d > 0:
			c.Raised = append(c.Raised, g)
		case d < 0:
			c.Lowered = append(c.Lowered, g)
		}
	}
	c.EventsAdded, c.EventsRemoved = without(next.Events, a.Events), without(a.Events, next.Events)
	c.ScopesAdded, c.ScopesRemoved = without(next.Scopes, a.Scopes), without(a.Scopes, next.Scopes)
	return c
}

// Empty reports whether nothing differs.
func (c *AskedChange) Empty() bool {
	return len(c.Added)+len(c.Raised)+len(c.Lowered)+len(c.Removed)+len(c.EventsAdded)+len(c.EventsRemoved)+len(c.ScopesAdded)+len(c.ScopesRemoved) == 0
}

// More reports whether the app asks for more than before: what those who have
// installed it have to agree to.
func (c *AskedChange) More() bool { return len(c.Added)+len(c.Raised)+len(c.ScopesAdded) > 0 }

// grantKeys are the keys of both, by group, and then by name.
func grantKeys(a, b Grants) []string {
	var keys []string
	for _, g := range []Grants{a, b} {
		for key := range g {
			keys = append(keys, key)
		}
	}
	groups := []PermissionGroup{GroupRepository, GroupOrganization, GroupAccount, GroupEnterprise}
	slices.SortFunc(keys, func(a, b string) int {
		pa, _ := PermissionByKey(a)
		pb, _ := PermissionByKey(b)
		if d := slices.Index(groups, pa.Group) - slices.Index(groups, pb.Group); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(keys)
}

// without are the values of one list that another lacks, sorted.
func without(list, other []string) []string {
	var out []string
	for _, v := range list {
		if !slices.Contains(other, v) && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}
