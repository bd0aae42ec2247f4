package models

// What is refused about reviewing what is installed and authorized.
var (
	ErrNoneChosen      = &Error{Kind: Invalid, Code: "integrations_none_chosen"}
	ErrNothingToReview = &Error{Kind: Conflict, Code: "nothing_to_review"}
	ErrReviewFinished  = &Error{Kind: Conflict, Code: "review_finished"}
	ErrReviewUndecided = &Error{Kind: Conflict, Code: "review_undecided"}
	ErrReviewChanged   = &Error{Kind: Conflict, Code: "review_changed"} // what it would end isn't what was shown
	ErrAskWords        = &Error{Kind: Invalid, Code: "review_ask_words", Field: "note"}
	ErrAskWhom         = &Error{Kind: Invalid, Code: "review_ask_whom", Field: "whom"}
	ErrReviewAnswer    = &Error{Kind: Invalid, Code: "review_answer", Field: "answer"}
)

// What is refused, recorded and told of reviewing what is installed and authorized.
var (
	oversightErrors = []*Error{
		ErrNoneChosen, ErrNothingToReview, ErrReviewFinished, ErrReviewUndecided, ErrReviewChanged, ErrAskWords, ErrAskWhom, ErrReviewAnswer,
	}
	oversightActions = []AuditAction{
		"integrations.export",
		"integration_review.open", "integration_review.decide", "integration_review.ask", "integration_review.answer",
		"integration_review.finish", "integration_review.export",
	}
	oversightNotices = []notice{
		{NoticeReviewDue, TopicInstallations, []string{"login"}}, // of the account
		{NoticeReviewAsked, TopicInstallations, []string{"organization", "login", "app", "words"}},
		{NoticeReviewAnswered, TopicInstallations, []string{"organization", "login", "app"}},
	}
)

// The notices of reviews.
const (
	NoticeReviewDue      NotificationKind = "integration_review_due"
	NoticeReviewAsked    NotificationKind = "integration_review_asked"
	NoticeReviewAnswered NotificationKind = "integration_review_answered"
)
