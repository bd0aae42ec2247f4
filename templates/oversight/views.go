// Package oversight holds the pages on which people and organizations look through
// what is installed and authorized, and say what is to end.
package oversight

import (
	"time"

	"souk/models"
	"souk/templates/ui"
)

// Whose is the account that a page is about.
type Whose struct {
	Organization string // login; "" where it is one's own account
	Login        string
	Name         string
	Owner        bool // the reader may decide about it
	MayRevoke    bool
	Repositories int
	OpenReview   int64 // that isn't finished
	Reviewed     time.Time
	Due          time.Time // of the next review; zero: there was none
	Overdue      bool
	Zone         *time.Location
	Now          time.Time
}

// Row is an integration in a list.
type Row struct {
	models.Integration
	LogoURL      string
	Repositories int // that it reaches
	Unused       bool
	Revocable    bool
}

// List are the integrations of an account.
type List struct {
	Whose
	Filter models.IntegrationFilter
	Counts map[models.IntegrationKind]int
	States map[models.IntegrationState]int
	Total  int
	Items  []Row
	Pager  ui.PagerProps
}

func (l *List) all() (n int) {
	for _, of := range l.Counts {
		n += of
	}
	return n
}

// Broken is an integration with what ending it breaks.
type Broken struct {
	Row
	Names              []string // of the first repositories that are selected
	People             []string // logins of the first who authorized it
	InstallationTokens int
	UserTokens         int
	Hears              int // kinds of event
	Plan               *Plan
}

// Plan is what the account pays for an app.
type Plan struct {
	ID    int64
	Name  string
	Free  bool
	Until time.Time
}

// Ending says what ending some integrations breaks.
type Ending struct {
	Whose
	Items  []Broken
	More   int
	Kept   []string  // names of what can't be ended by itself
	Failed []Failure // of what was tried just now
	Done   int       // and what went
}

// Failure is what couldn't be ended, and the code of why.
type Failure struct{ Name, Code string }

// Reviews is the history of an account's reviews.
type Reviews struct {
	Whose
	Items []Review
	Total int
	Pager ui.PagerProps
}

// Review is one of them.
type Review struct {
	ID                          int64
	Opener, Finisher            string
	Opened, Finished            time.Time // zero: it is open
	Items, Kept, Revoked, Asked int
}

func (r *Review) decided() int { return r.Kept + r.Revoked }

// Item is an integration in a review.
type Item struct {
	ID          int64
	Kind        models.IntegrationKind
	Slug, Name  string
	LogoURL     string
	Facts       models.ReviewFacts
	Now         *models.Integration // nil: it is there no more
	Unused      bool
	Risk        models.RiskBand
	Decision    models.ReviewDecision // as typed
	Note, Whom  string                // the same
	Decider     string
	Decided     time.Time
	Asked       string
	Answer      models.ReviewAnswer
	AnswerWords string
	Answered    time.Time
	Ended       time.Time
}

// Checklist is a page of a review.
type Checklist struct {
	Whose
	Review
	View     string
	Rows     []Item
	New      int
	Page     int
	Pager    ui.PagerProps
	Problems ui.Problems
}

// Finishing says what finishing a review does.
type Finishing struct {
	Ending
	Review
	Undecided int
	Changed   bool // somebody has decided otherwise since the page was shown
}

// Question is what owners ask somebody in a review.
type Question struct {
	ID                 int64
	Organization, Name string
	Kind               models.IntegrationKind
	App, Slug          string
	Facts              models.ReviewFacts
	Asker, Note        string
	Asked              time.Time
	Answer             models.ReviewAnswer
	Words              string
	Closed             bool
	Zone               *time.Location
	Problems           ui.Problems
}
