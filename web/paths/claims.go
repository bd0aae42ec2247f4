package paths

import "strconv"

// Claims of listings.
const (
	ClaimPat         = listing + "/claim"
	ClaimCheckPat    = ClaimPat + "/check"
	ClaimWithdrawPat = ClaimPat + "/withdraw"

	StaffClaims         = "/staff/claims"
	StaffClaimPat       = StaffClaims + "/:id"
	StaffClaimNotesPat  = StaffClaimPat + "/notes"
	StaffClaimDecidePat = StaffClaimPat + "/decision"
)

// ClaimListing is the page on which a listing is claimed; what is done with a
// claim is below: "check", "withdraw".
func ClaimListing(slug, what string) string { return under(ListingPart(slug, "claim"), what) }

// StaffClaim is what staff sees of a claim; below are "notes" and "decision".
func StaffClaim(id int64, what string) string {
	return under(StaffClaims+"/"+strconv.FormatInt(id, 10), what)
}

// StaffClaimsIn is a page of claims: those that wait (""), or those that were
// decided on ("decided").
func StaffClaimsIn(view string, page int) string { return inView(StaffClaims, view, page) }
