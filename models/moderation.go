package models

import (
	"slices"
	"time"
	"unicode/utf8"
)

// ModerationReason says what is wrong with a listing: what a report says, and
// why staff takes a listing down. Its public words are the message
// "moderation.public.<code>": they say what staff decided, and accuse nobody.
type ModerationReason string

// The reasons.
const (
	ReasonMisleading    ModerationReason = "misleading"
	ReasonMalware       ModerationReason = "malware"
	ReasonImpersonation ModerationReason = "impersonation"
	ReasonBroken        ModerationReason = "broken"
	ReasonSpam          ModerationReason = "spam"
	ReasonPrivacy       ModerationReason = "privacy"
	ReasonProperty      ModerationReason = "intellectual_property"
	ReasonLegal         ModerationReason = "legal" // of staff alone: an order that binds the marketplace
	ReasonOther         ModerationReason = "other"
)

// ReportReasons lists what a report may say, in the order of pages.
func ReportReasons() []ModerationReason {
	return []ModerationReason{ReasonMisleading, ReasonMalware, ReasonImpersonation, ReasonBroken, ReasonSpam, ReasonPrivacy, ReasonProperty, ReasonOther}
}

// TakedownReasons lists why staff may take a listing down.
func TakedownReasons() []ModerationReason {
	return slices.Insert(ReportReasons(), len(ReportReasons())-1, ReasonLegal)
}

// Limits of what is written about a listing, in characters.
const (
	MaxReportWords  = 2000
	MaxAppealWords  = 4000
	MaxPublicNote   = 500
	MaxAnswer       = 1000
	MaxListingNote  = 2000
	MinReportWords  = 10 // where words are needed
	MaxReportsShown = 50
)

// ReportDecision is what became of a report.
type ReportDecision string

// The decisions; "" waits.
const (
	ReportWaiting   ReportDecision = ""
	ReportActed     ReportDecision = "acted"
	ReportDismissed ReportDecision = "dismissed"
)

// AppealDecision is what became of an appeal.
type AppealDecision string

// The decisions; "" waits.
const (
	AppealWaiting AppealDecision = ""
	AppealGranted AppealDecision = "granted"
	AppealDenied  AppealDecision = "denied"
)

// ModerationView is which reports or appeals staff looks at.
type ModerationView string

// The views.
const (
	ModerationWaiting ModerationView = ""
	ModerationHandled ModerationView = "handled"
)

// CheckReport checks what a report says: one of the reasons, and words where the
// reason alone says too little. It returns the words as they are kept, or
// Problems.
func CheckReport(reason ModerationReason, words string) (string, error) {
	var p Problems
	if !slices.Contains(ReportReasons(), reason) {
		_ = p.Add("", ErrReportReason)
	}
	kept, err := PlainText(words, MaxReportWords, true)
	if err := p.Add("words", err); err != nil {
		return "", err
	}
	if err == nil && reason.NeedsWords() && utf8.RuneCountInString(kept) < MinReportWords {
		_ = p.Add("", ErrReportWords)
	}
	return kept, p.Err()
}

// NeedsWords reports whether the reason alone says too little to look into.
func (r ModerationReason) NeedsWords() bool { return r != ReasonBroken && r != ReasonSpam }

// CheckTakedown checks what visitors are to read about a listing that is taken
// down. It returns the note as it is kept, or Problems.
func CheckTakedown(reason ModerationReason, note string) (string, error) {
	var p Problems
	if !slices.Contains(TakedownReasons(), reason) {
		_ = p.Add("", ErrTakedownReason)
	}
	kept, err := PlainText(note, MaxPublicNote, true)
	if err := p.Add("note", err); err != nil {
		return "", err
	}
	if err == nil && kept == "" {
		_ = p.Add("", ErrPublicNote)
	}
	return kept, p.Err()
}

// Answer checks words of at most limit characters that somebody is to read;
// there must be some. It returns missing, ErrTooLong or ErrControl, named for
// missing's field.
func Answer(words string, limit int, missing *Error) (string, error) {
	kept, err := PlainText(words, limit, true)
	if err != nil {
		var p Problems
		if err := p.Add(missing.Field, err); err != nil {
			return "", err
		}
		return "", p[0]
	}
	if kept == "" {
		return "", missing
	}
	return kept, nil
}

// ListingGone is why a listing's page is there no more: it was taken down or
// archived. What it says is public.
type ListingGone struct {
	Slug, Name string
	State      ListingState
	Since      time.Time
	Reason     ModerationReason // of taking down
	Note       string
}

func (g *ListingGone) Error() string { return "the listing " + g.Slug + " is " + string(g.State) }

// Unwrap is the error that it is: ErrListingTakenDown or ErrListingArchived.
func (g *ListingGone) Unwrap() error {
	if g.State == ListingTakenDown {
		return ErrListingTakenDown
	}
	return ErrListingArchived
}

// What is refused.
var (
	ErrListingTakenDown = &Error{Kind: Gone, Code: "listing_taken_down"}
	ErrListingArchived  = &Error{Kind: Gone, Code: "listing_archived"}
	ErrReportReason     = &Error{Kind: Invalid, Code: "report_reason", Field: "reason"}
	ErrReportWords      = &Error{Kind: Invalid, Code: "report_words", Field: "words"}
	ErrReported         = &Error{Kind: Conflict, Code: "already_reported"}
	ErrTooManyReports   = &Error{Kind: TooMany, Code: "too_many_reports"}
	ErrNoReports        = &Error{Kind: Conflict, Code: "no_reports"}
	ErrReportDecision   = &Error{Kind: Invalid, Code: "report_decision", Field: "decision"}
	ErrTakedownReason   = &Error{Kind: Invalid, Code: "takedown_reason", Field: "reason"}
	ErrPublicNote       = &Error{Kind: Invalid, Code: "public_note", Field: "note"}
	ErrAnswerNeeded     = &Error{Kind: Invalid, Code: "answer_needed", Field: "answer"}
	ErrNoteNeeded       = &Error{Kind: Invalid, Code: "note_needed", Field: "body"}
	ErrAppealWords      = &Error{Kind: Invalid, Code: "appeal_words", Field: "words"}
	ErrNothingToAppeal  = &Error{Kind: Conflict, Code: "nothing_to_appeal"}
	ErrAppealed         = &Error{Kind: Conflict, Code: "already_appealed"}
	ErrNoAppeal         = &Error{Kind: Conflict, Code: "no_appeal"}
	ErrOwnDecision      = &Error{Kind: Forbidden, Code: "own_decision"}
)

var moderationErrors = []*Error{ErrListingTakenDown, ErrListingArchived, ErrReportReason, ErrReportWords, ErrReported, ErrTooManyReports,
	ErrNoReports, ErrReportDecision, ErrTakedownReason, ErrPublicNote, ErrAnswerNeeded, ErrNoteNeeded, ErrAppealWords, ErrNothingToAppeal,
	ErrAppealed, ErrNoAppeal, ErrOwnDecision}

// What is recorded of reports and appeals. Taking down and restoring are steps
// of the listing, and recorded with them.
var moderationActions = []AuditAction{"appeal.create", "appeal.deny", "appeal.grant", "listing.annotate", "report.act", "report.create", "report.dismiss"}

// The kinds of news about reports, take-downs and appeals.
const (
	NoticeTakenDown       NotificationKind = "listing_taken_down"
	NoticeRestored        NotificationKind = "listing_restored"
	NoticeReopened        NotificationKind = "listing_reopened"
	NoticeAppealDenied    NotificationKind = "appeal_denied"
	NoticeReportActed     NotificationKind = "report_acted"
	NoticeReportDismissed NotificationKind = "report_dismissed"
)

// What people are told. Matter is the code of a ModerationReason, words and
// answer what staff wrote; where it is long, the page has the rest.
var moderationNotices = []notice{
	{NoticeTakenDown, TopicApps, []string{"listing", "matter", "words"}},
	{NoticeRestored, TopicApps, []string{"listing", "words"}},
	{NoticeReopened, TopicApps, []string{"listing", "words"}},
	{NoticeAppealDenied, TopicApps, []string{"listing", "words"}},
	{NoticeReportActed, TopicApps, []string{"listing", "answer"}},
	{NoticeReportDismissed, TopicApps, []string{"listing", "answer"}},
}
