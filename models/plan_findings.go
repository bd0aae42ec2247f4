package models

import (
	"fmt"
	"strings"
)

// LintPlans is what LintListing has to say about plans and how they are bought.
func LintPlans(c *ListingContent) []Finding {
	l := &linter{c: c}
	l.purchase()
	l.plans()
	return l.found
}

// PlanFindings are those findings about the plan at a place, their Fields as
// within it: "monthly_minor", "" for the whole.
func PlanFindings(all []Finding, at int) []Finding {
	var found []Finding
	for _, f := range all {
		rest, its := strings.CutPrefix(f.Field, fmt.Sprintf("plans[%d]", at))
		if its {
			f.Field = strings.TrimPrefix(rest, ".")
			found = append(found, f)
		}
	}
	return found
}

// PurchaseFindings are those about how plans are bought.
func PurchaseFindings(all []Finding) []Finding {
	var found []Finding
	for _, f := range all {
		if strings.HasPrefix(f.Field, "purchase") {
			found = append(found, f)
		}
	}
	return found
}
