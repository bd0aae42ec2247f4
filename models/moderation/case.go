package moderation

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"souk/models"
	"souk/models/apps"
)

// Case is all that staff knows of a listing.
type Case struct {
	*apps.Standing
	MayDecide bool // the reader isn't its integrator
	Facts     Facts
	Reports   []CaseReport // waiting ones first
	Notes     []CaseNote   // newest first
	Events    []CaseEvent  // newest first
	Appeals   []CaseAppeal // newest first
}

// Facts are a listing's own, and its publisher's history.
type Facts struct {
	Tagline       string                  `json:"tagline"`
	LogoHash      string                  `json:"logo_hash"`
	PublishedAt   *time.Time              `json:"published_at"`
	TakenDownAt   *time.Time              `json:"taken_down_at"`
	Reason        models.ModerationReason `json:"taken_down_reason"`
	Note          string                  `json:"taken_down_note"`
	Installs      *int64                  `json:"installs"`
	PublisherAt   *time.Time              `json:"publisher_at"` // since when the publisher's account is there
	Verified      bool                    `json:"verified"`
	Listings      int                     `json:"listings"` // of the publisher, in any state
	Public        int                     `json:"public"`
	TakenDown     int                     `json:"taken_down"` // how often one of them was
	Rejected      int                     `json:"rejected"`
	ReportsWait   int                     `json:"reports_wait"` // of this listing
	ReportsAll    int                     `json:"reports_all"`
	ReportsActed  int                     `json:"reports_acted"`
	OtherReported int                     `json:"other_reported"` // reports that wait, of the publisher's other listings
}

// CaseReport is a report with who wrote it, and what became of their others.
type CaseReport struct {
	ID        int64                   `json:"id"`
	Reporter  string                  `json:"reporter"`
	Acted     int                     `json:"acted"`
	Dismissed int                     `json:"dismissed"`
	Reason    models.ModerationReason `json:"reason"`
	Words     string                  `json:"words"`
	At        time.Time               `json:"at"`
	Decision  models.ReportDecision   `json:"decision"`
	Handler   string                  `json:"handler"`
	HandledAt *time.Time              `json:"handled_at"`
	Answer    string                  `json:"answer"`
}

// CaseNote is what staff wrote to itself.
type CaseNote struct {
	Author string    `json:"author"`
	Body   string    `json:"body"`
	At     time.Time `json:"at"`
}

// CaseEvent is a step of the listing.
type CaseEvent struct {
	Act     models.ListingAct   `json:"act"`
	From    models.ListingState `json:"from_state"`
	To      models.ListingState `json:"to_state"`
	Actor   string              `json:"actor"`
	ByStaff bool                `json:"by_staff"`
	Reasons []string            `json:"reasons"`
	Words   string              `json:"words"`
	At      time.Time           `json:"at"`
}

// CaseAppeal is an appeal.
type CaseAppeal struct {
	Act       models.ListingAct     `json:"act"`
	Appellant string                `json:"appellant"`
	DecidedBy string                `json:"decided_by"` // what it is against
	Words     string                `json:"words"`
	At        time.Time             `json:"at"`
	Decision  models.AppealDecision `json:"decision"`
	Decider   string                `json:"decider"`
	DecidedAt *time.Time            `json:"decided_at"`
	Answer    string                `json:"answer"`
}

// caseSQL reads what is around the listing $1 of the account $2 in one statement.
const caseSQL = `SELECT json_build_object('tagline', l.tagline, 'logo_hash', l.logo_hash, 'published_at', l.published_at, 'taken_down_at', l.taken_down_at,
		'taken_down_reason', l.taken_down_reason, 'taken_down_note', l.taken_down_note, 'installs', l.installs,
		'publisher_at', (SELECT created_at FROM accounts WHERE id = $2), 'verified', EXISTS (SELECT FROM accounts WHERE id = $2 AND verified_at IS NOT NULL),
		'listings', (SELECT count(*) FROM apps a JOIN listings o ON o.app_id = a.id WHERE a.account_id = $2),
		'public', (SELECT count(*) FROM apps a JOIN listings o ON o.app_id = a.id WHERE a.account_id = $2 AND o.public),
		'taken_down', (SELECT count(*) FROM apps a JOIN listings o ON o.app_id = a.id JOIN listing_events e ON e.listing_id = o.id
			WHERE a.account_id = $2 AND e.act = 'take_down'),
		'rejected', (SELECT count(*) FROM apps a JOIN listings o ON o.app_id = a.id JOIN listing_events e ON e.listing_id = o.id
			WHERE a.account_id = $2 AND e.act = 'reject'),
		'reports_wait', (SELECT count(*) FROM listing_reports WHERE listing_id = l.id AND decision = ''),
		'reports_all', (SELECT count(*) FROM listing_reports WHERE listing_id = l.id),
		'reports_acted', (SELECT count(*) FROM listing_reports WHERE listing_id = l.id AND decision = 'acted'),
		'other_reported', (SELECT count(*) FROM apps a JOIN listings o ON o.app_id = a.id JOIN listing_reports r ON r.listing_id = o.id
			WHERE a.account_id = $2 AND o.id <> l.id AND r.decision = '')),
	coalesce((SELECT json_agg(r) FROM (SELECT r.id, w.login AS reporter, r.reason, r.words, r.created_at AS at, r.decision,
			coalesce(h.login, '') AS handler, r.handled_at, r.answer,
			(SELECT count(*) FROM listing_reports x WHERE x.reporter_id = r.reporter_id AND x.decision = 'acted') AS acted,
			(SELECT count(*) FROM listing_reports x WHERE x.reporter_id = r.reporter_id AND x.decision = 'dismissed') AS dismissed
		FROM listing_reports r JOIN accounts w ON w.id = r.reporter_id LEFT JOIN accounts h ON h.id = r.handler_id
		WHERE r.listing_id = l.id ORDER BY r.decision = '' DESC, r.id DESC LIMIT $3) r), '[]'),
	coalesce((SELECT json_agg(n) FROM (SELECT coalesce(w.login, '') AS author, n.body, n.created_at AS at FROM listing_notes n
		LEFT JOIN accounts w ON w.id = n.author_id WHERE n.listing_id = l.id ORDER BY n.id DESC LIMIT 20) n), '[]'),
	coalesce((SELECT json_agg(e) FROM (SELECT e.act, e.from_state, e.to_state, coalesce(w.login, '') AS actor, e.by_staff, e.reasons, e.words, e.at
		FROM listing_events e LEFT JOIN accounts w ON w.id = e.actor_id WHERE e.listing_id = l.id ORDER BY e.id DESC LIMIT 30) e), '[]'),
	coalesce((SELECT json_agg(p) FROM (SELECT e.act, coalesce(w.login, '') AS appellant, coalesce(b.login, '') AS decided_by, p.words, p.created_at AS at,
			p.decision, coalesce(d.login, '') AS decider, p.decided_at, p.answer
		FROM listing_appeals p JOIN listing_events e ON e.id = p.event_id LEFT JOIN accounts w ON w.id = p.appellant_id
			LEFT JOIN accounts b ON b.id = e.actor_id LEFT JOIN accounts d ON d.id = p.decider_id
		WHERE p.listing_id = l.id ORDER BY p.id DESC LIMIT 10) p), '[]')
	FROM listings l WHERE l.id = $1`

// Case is all that staff knows of the listing at slug, in two statements.
func (s *Service) Case(ctx context.Context, actor models.Actor, slug string) (*Case, error) {
	if err := actor.MayReview(); err != nil {
		return nil, err
	}
	st, err := apps.OfListing(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, err
	}
	// Whether the session is confirmed is asked for when something is decided.
	sure := actor
	sure.SudoUntil = s.now().Add(time.Minute)
	c := Case{Standing: st, MayDecide: sure.MayDecide(st.Rights(), s.now()) == nil}
	var facts, reports, notes, events, appeals []byte
	err = s.db.Pool().QueryRow(ctx, caseSQL, st.ListingID, st.AccountID, models.MaxReportsShown).Scan(&facts, &reports, &notes, &events, &appeals)
	if err != nil {
		return nil, fmt.Errorf("moderation: case: %w", err)
	}
	for into, b := range map[any][]byte{&c.Facts: facts, &c.Reports: reports, &c.Notes: notes, &c.Events: events, &c.Appeals: appeals} {
		if err := json.Unmarshal(b, into); err != nil {
			return nil, fmt.Errorf("moderation: case: %w", err)
		}
	}
	return &c, nil
}
