package models

import "slices"

// The automatic checks of a submission, in the order of pages.
const (
	CheckFields   CheckName = "fields"   // the rules of LintListing
	CheckLinks    CheckName = "links"    // addresses lead somewhere
	CheckImages   CheckName = "images"   // large enough, of one shape, not empty
	CheckNamed    CheckName = "names"    // like another listing's or an account's
	CheckLogos    CheckName = "logos"    // like another listing's
	CheckReserved CheckName = "reserved" // the marketplace's own words and trademarks
	CheckSecrets  CheckName = "secrets"  // pasted into a text
	CheckSpam     CheckName = "spam"
)

// CheckNames lists the checks in the order of pages.
func CheckNames() []CheckName {
	return []CheckName{CheckFields, CheckLinks, CheckImages, CheckNamed, CheckLogos, CheckReserved, CheckSecrets, CheckSpam}
}

// OutcomeOf sums findings up: an error fails, a warning warns, a hint passes.
func OutcomeOf(findings []Finding) CheckOutcome {
	has := func(s Severity) bool {
		return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == s })
	}
	switch {
	case has(SeverityError):
		return CheckFail
	case has(SeverityWarning):
		return CheckWarn
	}
	return CheckPass
}

// NoticeChecksFailed tells an integrator that a check found what reviewers turn
// down.
const NoticeChecksFailed NotificationKind = "checks_failed"

// What people are told of automatic checks.
var checkNotices = []notice{{NoticeChecksFailed, TopicApps, []string{"listing"}}}
