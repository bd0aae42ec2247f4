package paths

import (
	"net/url"
	"strconv"
)

// Reports, taking down, appeals.
const (
	ReportPat = listing + "/report"
	AppealPat = manage + "/appeal"

	StaffReports         = "/staff/reports"
	StaffAppeals         = "/staff/appeals"
	StaffListingPat      = "/staff/listings/:slug"
	StaffReportsPat      = StaffListingPat + "/reports"   // decide on them
	StaffListingNotePat  = StaffListingPat + "/notes"     // write one
	StaffTakeDownPat     = StaffListingPat + "/take-down" // asks first
	StaffRestorePat      = StaffListingPat + "/restore"
	StaffAppealDecidePat = StaffListingPat + "/appeal"
)

// StaffListing is what staff sees of a listing; what is done to it is below:
// "reports", "notes", "take-down", "restore", "appeal". "" is the page itself.
func StaffListing(slug, what string) string {
	return under("/staff/listings/"+url.PathEscape(slug), what)
}

// StaffReportsIn is a page of the listings that were reported: those that wait
// (""), or those that were dealt with ("handled").
func StaffReportsIn(view string, page int) string { return inView(StaffReports, view, page) }

// StaffAppealsIn is a page of appeals, likewise.
func StaffAppealsIn(view string, page int) string { return inView(StaffAppeals, view, page) }

// ReportFor is the form to report a listing with a reason chosen.
func ReportFor(slug, reason string) string {
	return ListingPart(slug, "report") + "?reason=" + url.QueryEscape(reason)
}

func inView(address, view string, page int) string {
	q := url.Values{}
	if view != "" {
		q.Set("view", view)
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	if len(q) == 0 {
		return address
	}
	return address + "?" + q.Encode()
}
