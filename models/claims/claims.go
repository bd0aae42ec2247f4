// Package claims gives listings to the integrators that prove to be theirs:
// imported ones, and those that came into the wrong hands. A proof is looked for
// outside; staff decides. What is done with a listing afterwards is for others.
package claims

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
)

// PerPage is how many claims a page of staff's list has.
const PerPage = 20

// Service holds the verbs.
type Service struct {
	db       *db.DB
	queue    *jobs.Queue
	notices  *notices.Service
	identity *identity.Service
	outside  Outside
	now      func() time.Time
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, id *identity.Service, out Outside, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, identity: id, outside: out, now: now}
}

// Outside looks things up outside; models/outside does, and refuses private
// networks.
type Outside interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	Fetch(ctx context.Context, address, domain string) ([]byte, error)
}

// Claim is one account's claim of a listing.
type Claim struct {
	ID         int64
	ListingID  int64
	Slug       string // of the listing
	Name       string // of the listing
	LogoHash   string
	AccountID  int64
	Login      string
	ClaimantID *int64
	State      models.ClaimState // models.ClaimExpired once its time is over
	Contested  bool
	Challenge  string
	Words      string
	Method     models.ClaimMethod
	Place      string
	Findings   []models.ClaimFinding
	CreatedAt  time.Time
	ExpiresAt  time.Time
	CheckedAt  *time.Time
	ProvenAt   *time.Time
	DecidedAt  *time.Time
	Answer     string
}

// claimColumns are a Claim's; $1 is the time.
const claimColumns = `c.id, c.listing_id, l.slug, l.name, l.logo_hash, c.account_id, o.login, c.claimant_id,
	CASE WHEN c.state = 'open' AND c.expires_at <= $1 THEN 'expired' ELSE c.state END, c.contested, c.challenge, c.words, c.method, c.place,
	c.findings, c.created_at, c.expires_at, c.checked_at, c.proven_at, c.decided_at, c.answer`

const claimTables = ` FROM listing_claims c JOIN listings l ON l.id = c.listing_id JOIN accounts o ON o.id = c.account_id`

func scanClaim(row pgx.CollectableRow) (Claim, error) {
	return pgx.RowToStructByPos[Claim](row)
}

type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func (s *Service) claims(ctx context.Context, q querier, where string, args ...any) ([]Claim, error) {
	rows, err := q.Query(ctx, `SELECT `+claimColumns+claimTables+` WHERE `+where, append([]any{s.now()}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("claims: read: %w", err)
	}
	list, err := pgx.CollectRows(rows, scanClaim)
	if err != nil {
		return nil, fmt.Errorf("claims: read: %w", err)
	}
	return list, nil
}

// one is a claim by its id; lock keeps it as it is. It returns ErrNotFound.
func (s *Service) one(ctx context.Context, q querier, id int64, lock bool) (*Claim, error) {
	where := "c.id = $2"
	if lock {
		where += " FOR UPDATE OF c"
	}
	list, err := s.claims(ctx, q, where, id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, models.ErrNotFound
	}
	return &list[0], nil
}

// mine is a claim of the listing at slug that the actor may go on with. Of those
// of others nobody learns.
func (s *Service) mine(ctx context.Context, q querier, actor models.Actor, slug string, id int64, lock bool) (*Claim, error) {
	if err := actor.MayActWithMail(); err != nil {
		return nil, err
	}
	c, err := s.one(ctx, q, id, lock)
	if err != nil {
		return nil, err
	}
	if c.Slug != slug {
		return nil, models.ErrNotFound
	}
	if err := actor.MayClaim(c.AccountID); errors.Is(err, models.ErrForbidden) {
		return nil, models.ErrNotFound
	} else if err != nil {
		return nil, err
	}
	return c, nil
}

// owned are the accounts that the actor may claim for.
func owned(actor models.Actor) []int64 {
	ids := []int64{actor.UserID}
	for _, m := range actor.Memberships {
		if actor.MayActAs(m.OrganizationID) == nil {
			ids = append(ids, m.OrganizationID)
		}
	}
	return ids
}

func (s *Service) spend(ctx context.Context, actor models.Actor, what string, burst int, per time.Duration) error {
	return s.identity.Spend(ctx, what+":"+strconv.FormatInt(actor.UserID, 10), burst, per)
}

// record writes an event about a claim into the log of an account.
func (s *Service) record(ctx context.Context, tx *db.Tx, actor models.Actor, action models.AuditAction, account int64, c *Claim, words string, after map[string]any) error {
	if after == nil {
		after = map[string]any{}
	}
	after["account"] = c.Login
	return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: action, AccountID: &account, TargetKind: "claim",
		TargetID: &c.ID, TargetName: c.Slug, Description: words, After: after})
}

// tell tells people, but for the actor, who knows.
func (s *Service) tell(ctx context.Context, tx *db.Tx, actor models.Actor, n notices.Notice, people []int64) error {
	people = slices.DeleteFunc(slices.Clone(people), func(id int64) bool { return id == actor.UserID })
	return s.notices.Tell(ctx, tx, n, people...)
}

// there reports whether visitors can open a listing.
func there(st *apps.Standing) bool {
	return !st.Suspended && (st.ListingState == models.ListingPublished || st.ListingState == models.ListingUnlisted)
}

// nobodyIs is an account's id, nil for the operator.
func nobodyIs(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

func claimPage(slug string) string { return "/marketplace/" + slug + "/claim" }
