// Package rules reads forms in which the rules of a policy are written, moved and taken
// away. Each rule is carried along as JSON in a hidden field; the one that is being
// written has fields of its own. The button says what is done: "add", or "up", "down",
// "edit" and "remove" with the place of a rule, "up:2".
package rules

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"souk/models"
)

// Read is the rules that a form carries, or tooMany where they are more than most.
func Read[T any](kept []string, most int, tooMany error) ([]T, error) {
	if len(kept) > most {
		return nil, tooMany
	}
	var all []T
	for _, text := range kept {
		var r T
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			return nil, models.ErrBadParameter.Because(err)
		}
		all = append(all, r)
	}
	return all, nil
}

// Keep is the rules as a form carries them.
func Keep[T any](all []T) []string {
	var kept []string
	for i := range all {
		text, err := json.Marshal(all[i])
		if err != nil {
			panic(err) // of texts and numbers there is always JSON
		}
		kept = append(kept, string(text))
	}
	return kept
}

// Move does to the rules what a button says; take moves one of them into the fields in
// which it is written.
func Move[T any](do string, all []T, take func(*T)) []T {
	act, at, _ := strings.Cut(do, ":")
	i, err := strconv.Atoi(at)
	if err != nil || i < 0 || i >= len(all) {
		return all
	}
	switch {
	case act == "up" && i > 0:
		all[i-1], all[i] = all[i], all[i-1]
	case act == "down" && i+1 < len(all):
		all[i+1], all[i] = all[i], all[i+1]
	case act == "edit":
		take(&all[i])
		return slices.Delete(all, i, i+1)
	case act == "remove":
		return slices.Delete(all, i, i+1)
	}
	return all
}
