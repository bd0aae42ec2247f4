package models

import (
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of what an app asks for.
const (
	MaxSingleFiles  = 10
	MaxFilePath     = 255
	MaxEvents       = 100
	MaxProposalNote = 500
)

// CheckGrants returns what a GitHub App asks for as it is kept: keys as they go
// over the wire, what has no level left out, and metadata, without which no
// repository can be named, wherever something of a repository is asked for. What
// isn't known, or has no such level, is ErrPermissionUnknown.
func CheckGrants(g Grants) (Grants, error) {
	asked := Grants{}
	for key, level := range g {
		if level != "" {
			asked[key] = level
		}
	}
	if _, ok := asked.Validate(); !ok {
		return nil, ErrPermissionUnknown
	}
	kept := asked.canonical()
	for key := range kept {
		if permissionIndex[key].Group == GroupRepository && kept["metadata"] == "" {
			kept["metadata"] = LevelRead
		}
	}
	return kept, nil
}

// Implied reports whether the app has metadata only because it asks for
// something else of a repository.
func (g Grants) Implied() bool {
	return g["metadata"] == LevelRead && len(g) > 1
}

// CheckEvents returns the webhook events that an app asks for, in order, once
// each. It returns ErrEventUnknown for what can't be chosen, and
// ErrEventPermission where nothing that g asks for unlocks one.
func CheckEvents(names []string, g Grants) ([]string, error) {
	kept := slices.Compact(slices.Sorted(slices.Values(names)))
	kept = slices.DeleteFunc(kept, func(name string) bool { return EventDelivery(name) == EventAlways })
	for _, name := range kept {
		switch {
		case EventDelivery(name) != EventChosen:
			return nil, ErrEventUnknown
		case !EventUnlocked(name, g):
			return nil, ErrEventPermission
		}
	}
	return slices.Clip(append([]string{}, kept...)), nil
}

// CheckScopes returns the scopes that an OAuth App asks for, in the order of the
// table, without those that another one contains. What isn't known is
// ErrScopeUnknown.
func CheckScopes(names []string) ([]string, error) {
	for _, name := range names {
		if _, known := ScopeByName(name); !known {
			return nil, ErrScopeUnknown
		}
	}
	kept := []string{}
	for _, s := range scopes {
		if slices.Contains(names, s.Name) && !containedIn(s, names) {
			kept = append(kept, s.Name)
		}
	}
	return kept, nil
}

// CheckFilePaths returns the paths that single_file reaches, once each; none
// where it isn't asked for. It returns ErrFilePathsNeeded, ErrTooManyFilePaths
// and ErrFilePath.
func CheckFilePaths(paths []string, g Grants) ([]string, error) {
	kept := []string{}
	if g["single_file"] == "" {
		return kept, nil
	}
	for _, p := range paths {
		p = strings.TrimSpace(p)
		switch {
		case p == "" || slices.Contains(kept, p):
			continue
		case !validFilePath(p):
			return nil, ErrFilePath
		}
		kept = append(kept, p)
	}
	switch {
	case len(kept) == 0:
		return nil, ErrFilePathsNeeded
	case len(kept) > MaxSingleFiles:
		return nil, ErrTooManyFilePaths
	}
	return kept, nil
}

// validFilePath is a path within a repository: relative, with nothing to
// resolve.
func validFilePath(p string) bool {
	return len(p) <= MaxFilePath && utf8.ValidString(p) && !strings.ContainsFunc(p, forbidden) && !strings.Contains(p, `\`) &&
		!strings.HasPrefix(p, "/") && path.Clean(p) == p && p != "." && p != ".." && !strings.HasPrefix(p, "../")
}
