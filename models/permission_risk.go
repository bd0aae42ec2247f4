package models

import (
	"cmp"
	"slices"
	"strings"
)

// RiskBand is a score in one word.
type RiskBand string

// The bands. RiskUnknown is the zero value: nobody has told what the app asks for.
const (
	RiskUnknown  RiskBand = ""
	RiskNone     RiskBand = "none"
	RiskLow      RiskBand = "low"
	RiskModerate RiskBand = "moderate"
	RiskElevated RiskBand = "elevated"
	RiskHigh     RiskBand = "high"
)

// Risk is how much harm an app could do with what it asks for, and why. It
// says nothing about whether it would.
type Risk struct {
	Score  int // 0 to 100
	Band   RiskBand
	Points []RiskPoint // what the score is made of, the most first
}

// RiskPoint is one reason: a permission at a level, a scope (no level), or a
// combination that is worse than its parts (Combo only).
type RiskPoint struct {
	Key    string
	Level  Level
	Combo  string
	Points int
}

// Risk adds up weight × level, and what combinations add. Asking for more never
// lowers the score. Metadata weighs nothing: every app has it.
func (g Grants) Risk() Risk {
	if g == nil {
		return Risk{}
	}
	held := g.canonical()
	var points []RiskPoint
	for key, level := range held {
		points = append(points, RiskPoint{Key: key, Level: level, Points: Grant{key, level}.points()})
	}
	for _, c := range riskCombos {
		if held.covers(c.needs) {
			points = append(points, RiskPoint{Combo: c.code, Points: c.points})
		}
	}
	return newRisk(points)
}

func newRisk(points []RiskPoint) Risk {
	points = slices.DeleteFunc(points, func(p RiskPoint) bool { return p.Points == 0 })
	slices.SortFunc(points, func(a, b RiskPoint) int {
		return cmp.Or(b.Points-a.Points, strings.Compare(a.Key, b.Key), strings.Compare(a.Combo, b.Combo))
	})
	sum := 0
	for _, p := range points {
		sum += p.Points
	}
	score := min(sum, 100)
	return Risk{Score: score, Band: bandOf(score), Points: points}
}

func bandOf(score int) RiskBand {
	switch {
	case score >= 60:
		return RiskHigh
	case score >= 35:
		return RiskElevated
	case score >= 15:
		return RiskModerate
	case score > 0:
		return RiskLow
	}
	return RiskNone
}

// factor is what a permission's weight is multiplied by. Changing things is
// three times as grave as seeing them.
func (l Level) factor() int {
	return [...]int{0, 1, 3, 4}[l.Rank()]
}

// points of a key that the table does not know are those of a middling one:
// what is unknown is not harmless.
func (g Grant) points() int {
	p, ok := permissionIndex[g.Key]
	if !ok {
		p.Weight = unknownWeight
	}
	return p.Weight * g.Level.factor()
}

// riskCombos are permissions that are worse together than apart.
var riskCombos = []struct {
	code   string
	points int
	needs  Grants
}{
	// Push code and the workflow that runs it: anything that CI may touch.
	{comboCodeInCI, 12, Grants{"contents": LevelWrite, "workflows": LevelWrite}},
	// Lift branch protection, then push past it.
	{"unprotected_push", 12, Grants{"contents": LevelWrite, "administration": LevelWrite}},
	// Add a person, then let that person into a repository.
	{"access_control", 12, Grants{"members": LevelWrite, "administration": LevelWrite}},
}

const comboCodeInCI = "code_in_ci"
