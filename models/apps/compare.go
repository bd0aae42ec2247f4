package apps

import (
	"maps"
	"slices"

	"souk/models"
)

// Difference is one thing that two accesses do not share.
type Difference struct {
	What          string       // permission, event, scope, path
	Key           string       // which
	Before, After models.Level // of a permission; "" for none
	Added         bool         // of everything else
}

// Wider reports whether the app could do more after it.
func (d Difference) Wider() bool {
	if d.What == "permission" {
		return d.After.Rank() > d.Before.Rank()
	}
	return d.Added
}

// Compare lists what differs: permissions first, then events or scopes, then
// paths of files, each in order.
func Compare(before, after Access) []Difference {
	var all []Difference
	keys := slices.Sorted(maps.Keys(before.Permissions))
	keys = slices.AppendSeq(keys, maps.Keys(after.Permissions))
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		if a, b := before.Permissions[key], after.Permissions[key]; a != b {
			all = append(all, Difference{What: "permission", Key: key, Before: a, After: b, Added: a == ""})
		}
	}
	all = append(all, lists("event", before.Events, after.Events)...)
	all = append(all, lists("scope", before.Scopes, after.Scopes)...)
	return append(all, lists("path", before.SingleFilePaths, after.SingleFilePaths)...)
}

func lists(what string, before, after []string) []Difference {
	var all []Difference
	for _, key := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(before, after)))) {
		if was, is := slices.Contains(before, key), slices.Contains(after, key); was != is {
			all = append(all, Difference{What: what, Key: key, Added: is})
		}
	}
	return all
}
