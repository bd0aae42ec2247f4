package models

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Level is how far a permission reaches. "No access" has no level: the key is
// left out.
type Level string

// The levels that GitHub grants.
const (
	LevelRead  Level = "read"
	LevelWrite Level = "write"
	LevelAdmin Level = "admin"
)

// Rank orders levels: read 1, write 2, admin 3, and 0 for anything else.
func (l Level) Rank() int {
	return 1 + slices.Index([]Level{LevelRead, LevelWrite, LevelAdmin}, l)
}

// PermissionGroup says whose things a permission is about.
type PermissionGroup string

// The four groups, in the order in which pages show them.
const (
	GroupRepository   PermissionGroup = "repository"
	GroupOrganization PermissionGroup = "organization"
	GroupAccount      PermissionGroup = "account"
	GroupEnterprise   PermissionGroup = "enterprise"
)

// Permission is one resource that a GitHub App can ask for.
type Permission struct {
	Key    string
	Group  PermissionGroup
	Levels []Level // rising; only these may be asked for
	Weight int     // harm that a wrong hand could do: 0 none, 12 worst
}

// Permissions lists every known permission, by group and then by key. The two
// keys that GitHub spells in two ways appear once, as they go over the wire.
func Permissions() []Permission { return slices.Clone(permissions) }

// PermissionByKey finds a permission by its key or by another spelling of it;
// the Key of what it returns is the one to store, send and translate.
func PermissionByKey(key string) (Permission, bool) {
	p, ok := permissionIndex[canonicalKey(key)]
	return p, ok
}

func canonicalKey(key string) string {
	if wire, ok := permissionAliases[key]; ok {
		return wire
	}
	return key
}

// Grant is one permission at one level.
type Grant struct {
	Key   string
	Level Level
}

// Grants are the permissions that an app asks for, or holds, by key. Nil means
// that nobody has told; empty means that the app asks for nothing.
type Grants map[string]Level

// canonical respells keys, keeps the higher of two spellings, and drops what
// has no level.
func (g Grants) canonical() Grants {
	out := make(Grants, len(g))
	for key, level := range g {
		key = canonicalKey(key)
		if level.Rank() > out[key].Rank() {
			out[key] = level
		}
	}
	return out
}

// Sorted lists the grants, the riskiest first and then by key, each under the
// key to translate.
func (g Grants) Sorted() []Grant {
	out := make([]Grant, 0, len(g))
	for key, level := range g.canonical() {
		out = append(out, Grant{Key: key, Level: level})
	}
	slices.SortFunc(out, func(a, b Grant) int {
		return cmp.Or(b.points()-a.points(), strings.Compare(a.Key, b.Key))
	})
	return out
}

// Validate reports whether every key is known and asked for at a level that it
// allows; if not, it names the first key, in alphabetical order, that is not.
func (g Grants) Validate() (key string, ok bool) {
	for _, key := range slices.Sorted(maps.Keys(g)) {
		p, known := PermissionByKey(key)
		if !known || !slices.Contains(p.Levels, g[key]) {
			return key, false
		}
	}
	return "", true
}

// WritesCode reports whether the app could change what a repository builds or
// lift the rules that guard it. Opening a pull request does not count: someone
// still has to merge it. Nor does single_file, which is bound to named paths.
func (g Grants) WritesCode() bool {
	return slices.ContainsFunc([]string{"contents", "workflows", "administration"}, func(key string) bool {
		return g[key].Rank() >= LevelWrite.Rank()
	})
}

// Fewer reports whether g asks for strictly less: nothing that than lacks,
// nothing at a higher level, and something less. Unknown grants compare to
// nothing.
func (g Grants) Fewer(than Grants) bool {
	if g == nil || than == nil {
		return false
	}
	mine, theirs := g.canonical(), than.canonical()
	return theirs.covers(mine) && !mine.covers(theirs)
}

func (g Grants) covers(other Grants) bool {
	for key, level := range other {
		if level.Rank() > g[key].Rank() {
			return false
		}
	}
	return true
}
