package models

import "time"

// ClaimState is where a claim of a listing stands.
type ClaimState string

// The states of a claim: begun, proven and waiting for staff, and how it ended.
const (
	ClaimOpen      ClaimState = "open"
	ClaimProven    ClaimState = "proven"
	ClaimApproved  ClaimState = "approved"
	ClaimRefused   ClaimState = "refused"
	ClaimWithdrawn ClaimState = "withdrawn"
	ClaimExpired   ClaimState = "expired"
)

// ClaimStates is the state machine: from each state to which others. A refusal
// may come before the proof, where somebody else's claim is approved.
func ClaimStates() map[ClaimState][]ClaimState {
	return map[ClaimState][]ClaimState{
		ClaimOpen:      {ClaimProven, ClaimRefused, ClaimWithdrawn, ClaimExpired},
		ClaimProven:    {ClaimApproved, ClaimRefused, ClaimWithdrawn},
		ClaimApproved:  nil,
		ClaimRefused:   nil,
		ClaimWithdrawn: nil,
		ClaimExpired:   nil,
	}
}

// Live reports whether a claim can still be granted.
func (s ClaimState) Live() bool { return s == ClaimOpen || s == ClaimProven }

// ClaimMethod is how a claim was proven.
type ClaimMethod string

// The methods: a domain that the organization had verified, a TXT record, a file
// on the website, a file in the repository.
const (
	ClaimByDomain     ClaimMethod = "domain"
	ClaimByDNS        ClaimMethod = "dns"
	ClaimByFile       ClaimMethod = "file"
	ClaimByRepository ClaimMethod = "repository"
)

// Found is how a look for a proof went, as a word for people.
type Found string

// What can be found.
const (
	FoundProof       Found = "proof"
	FoundNothing     Found = "nothing"     // no record, no file
	FoundOther       Found = "other"       // something else stands there
	FoundPrivate     Found = "private"     // the name leads into a private network
	FoundElsewhere   Found = "elsewhere"   // the file redirects to another site
	FoundUnreachable Found = "unreachable" // no answer, or none that can be trusted
)

// ClaimFinding is what was found in one place.
type ClaimFinding struct {
	Method ClaimMethod `json:"method"`
	Place  string      `json:"place"` // the domain or the repository
	At     string      `json:"at"`    // where it was looked for
	Found  Found       `json:"found"`
}

// Limits of claims.
const (
	ClaimProofTime = 14 * 24 * time.Hour // of one that isn't proven
	MaxClaimWords  = 2000
	MinClaimWords  = 20 // where the listing has an integrator
	MaxClaimAnswer = 1000
	MaxOpenClaims  = 20 // of one account
)

// ClaimView is which claims staff looks at.
type ClaimView string

// The views.
const (
	ClaimsWaiting ClaimView = ""
	ClaimsDecided ClaimView = "decided"
)

// What is refused about claims of listings.
var (
	ErrClaimAccount  = &Error{Kind: Invalid, Code: "claim_account", Field: "account"}
	ErrClaimWords    = &Error{Kind: Invalid, Code: "claim_words", Field: "words"}
	ErrClaimOwn      = &Error{Kind: Invalid, Code: "claim_own", Field: "account"}
	ErrClaimed       = &Error{Kind: Conflict, Code: "already_claimed"}
	ErrClaimNoProof  = &Error{Kind: Conflict, Code: "claim_no_proof"}
	ErrClaimOver     = &Error{Kind: Conflict, Code: "claim_over"}
	ErrClaimGone     = &Error{Kind: Conflict, Code: "claim_gone"}
	ErrTooManyClaims = &Error{Kind: TooMany, Code: "too_many_claims"}
	ErrClaimDecision = &Error{Kind: Invalid, Code: "claim_decision", Field: "decision"}
	ErrClaimAnswer   = &Error{Kind: Invalid, Code: "claim_answer", Field: "answer"}
	ErrClaimOthers   = &Error{Kind: Invalid, Code: "claim_others", Field: "others"}
	ErrClaimNote     = &Error{Kind: Invalid, Code: "claim_note", Field: "body"}
)

var claimErrors = []*Error{ErrClaimAccount, ErrClaimWords, ErrClaimOwn, ErrClaimed, ErrClaimNoProof, ErrClaimOver, ErrClaimGone,
	ErrTooManyClaims, ErrClaimDecision, ErrClaimAnswer, ErrClaimOthers, ErrClaimNote}

// What is recorded of claims of listings.
var claimActions = []AuditAction{"claim.approve", "claim.create", "claim.prove", "claim.refuse", "claim.withdraw", "listing.hand_over"}

// The kinds of news about claims.
const (
	NoticeClaimApproved  NotificationKind = "claim_approved"
	NoticeClaimRefused   NotificationKind = "claim_refused"
	NoticeClaimContested NotificationKind = "claim_contested"
	NoticeClaimLost      NotificationKind = "claim_lost"
)

// What people are told of claims. Login is the account that claims, words what
// staff wrote.
var claimNotices = []notice{
	{NoticeClaimApproved, TopicApps, []string{"listing", "login", "words"}},
	{NoticeClaimRefused, TopicApps, []string{"listing", "login", "words"}},
	{NoticeClaimContested, TopicApps, []string{"listing", "login"}},
	{NoticeClaimLost, TopicSecurity, []string{"listing", "login", "words"}},
}
