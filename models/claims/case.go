package claims

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"souk/models"
	"souk/models/apps"
	"souk/models/audit"
	"souk/models/db"
)

// Case is a claim with all that staff needs to decide on it.
type Case struct {
	*apps.Standing
	Claim     Claim
	Claimant  string // login of the person
	Decider   string
	Rivals    []Claim // others of the same listing, the newest first
	Named     bool    // the listing still names what proved the claim
	Places    []models.ClaimPlace
	MayDecide bool // the reader has no part in it
	Facts     Facts
	Notes     []Note
	Owners    []OwnerChange // the newest first
}

// Facts are a listing's own, and the histories of who has it and who claims it.
type Facts struct {
	Homepage   string  `json:"homepage"`
	Repository string  `json:"repository"`
	Owner      History `json:"owner"`
	Claiming   History `json:"claiming"`
}

// History is what staff knows of an account.
type History struct {
	Since     *time.Time `json:"since"`
	Verified  bool       `json:"verified"`
	Suspended bool       `json:"suspended"`
	Here      bool       `json:"here"` // somebody signs in as it, or owns it; else it was only imported
	Listings  int        `json:"listings"`
	Public    int        `json:"public"`
	TakenDown int        `json:"taken_down"`
	Claims    int        `json:"claims"` // in all
	Refused   int        `json:"refused"`
}

// Note is what staff wrote to itself.
type Note struct {
	Author string    `json:"author"`
	Body   string    `json:"body"`
	At     time.Time `json:"at"`
}

// OwnerChange is a line of the ledger.
type OwnerChange struct {
	At    time.Time         `json:"at"`
	Cause models.OwnerCause `json:"cause"`
	From  string            `json:"from"`
	To    string            `json:"to"`
}

// historySQL is what staff knows of the account with an id.
func historySQL(id string) string {
	return `json_build_object('since', (SELECT created_at FROM accounts WHERE id = ` + id + `),
		'verified', EXISTS (SELECT FROM accounts WHERE id = ` + id + ` AND verified_at IS NOT NULL),
		'suspended', EXISTS (SELECT FROM accounts WHERE id = ` + id + ` AND suspended_at IS NOT NULL),
		'here', EXISTS (SELECT FROM users WHERE account_id = ` + id + `) OR EXISTS (SELECT FROM organizations WHERE account_id = ` + id + `),
		'listings', (SELECT count(*) FROM apps x JOIN listings y ON y.app_id = x.id WHERE x.account_id = ` + id + `),
		'public', (SELECT count(*) FROM apps x JOIN listings y ON y.app_id = x.id WHERE x.account_id = ` + id + ` AND y.public),
		'taken_down', (SELECT count(*) FROM apps x JOIN listings y ON y.app_id = x.id JOIN listing_events e ON e.listing_id = y.id
			WHERE x.account_id = ` + id + ` AND e.act = 'take_down'),
		'claims', (SELECT count(*) FROM listing_claims WHERE account_id = ` + id + `),
		'refused', (SELECT count(*) FROM listing_claims WHERE account_id = ` + id + ` AND state = 'refused'))`
}

// caseSQL reads what is around the claim $1 of the listing $2 in one statement.
var caseSQL = `SELECT json_build_object('homepage', a.homepage_url, 'repository', coalesce(l.links ->> 'repository', ''),
		'owner', ` + historySQL("a.account_id") + `, 'claiming', ` + historySQL("c.account_id") + `),
	coalesce((SELECT login FROM accounts WHERE id = c.claimant_id), ''), coalesce((SELECT login FROM accounts WHERE id = c.decider_id), ''),
	coalesce((SELECT json_agg(n) FROM (SELECT coalesce(w.login, '') AS author, n.body, n.created_at AS at FROM listing_notes n
		LEFT JOIN accounts w ON w.id = n.author_id WHERE n.listing_id = l.id ORDER BY n.id DESC LIMIT 20) n), '[]'),
	coalesce((SELECT json_agg(h) FROM (SELECT at, cause, from_login AS from, to_login AS to FROM app_owner_changes
		WHERE app_id = a.id ORDER BY id DESC LIMIT 20) h), '[]')
	FROM listing_claims c JOIN listings l ON l.id = c.listing_id JOIN apps a ON a.id = l.app_id WHERE c.id = $1`

// Case is all that staff needs to decide on a claim, in five statements.
func (s *Service) Case(ctx context.Context, actor models.Actor, id int64) (*Case, error) {
	if err := actor.MayReview(); err != nil {
		return nil, err
	}
	claim, err := s.one(ctx, s.db.Pool(), id, false)
	if err != nil {
		return nil, err
	}
	st, err := apps.OfListingID(ctx, s.db.Pool(), actor, claim.ListingID, false)
	if err != nil {
		return nil, err
	}
	c := &Case{Standing: st, Claim: *claim}
	c.Rivals, err = s.claims(ctx, s.db.Pool(), `c.listing_id = $2 AND c.id <> $3 AND c.state <> 'expired' ORDER BY c.id DESC LIMIT 20`, claim.ListingID, id)
	if err != nil {
		return nil, err
	}
	if c.Places, err = placesOf(ctx, s.db.Pool(), claim.ListingID); err != nil {
		return nil, err
	}
	c.Named = named(c.Places, claim)
	// Whether the session is confirmed is asked for when something is decided.
	sure := actor
	sure.SudoUntil = s.now().Add(time.Minute)
	c.MayDecide = s.mayDecide(sure, st, claim, c.live()) == nil
	return c, s.around(ctx, c)
}

func (s *Service) around(ctx context.Context, c *Case) error {
	var facts, notes, owners []byte
	err := s.db.Pool().QueryRow(ctx, caseSQL, c.Claim.ID).Scan(&facts, &c.Claimant, &c.Decider, &notes, &owners)
	if err != nil {
		return fmt.Errorf("claims: case: %w", err)
	}
	for into, b := range map[any][]byte{&c.Facts: facts, &c.Notes: notes, &c.Owners: owners} {
		if err := json.Unmarshal(b, into); err != nil {
			return fmt.Errorf("claims: case: %w", err)
		}
	}
	return nil
}

func (c *Case) live() (rivals []Claim) {
	for _, r := range c.Rivals {
		if r.State.Live() {
			rivals = append(rivals, r)
		}
	}
	return rivals
}

// Losers reports whether somebody loses if the claim is approved.
func (c *Case) Losers() bool { return c.Standing.Claimed || len(c.live()) > 0 }

// named reports whether a listing names what proved a claim: a domain that was
// verified may be a parent of the one that it names.
func named(places []models.ClaimPlace, c *Claim) bool {
	for _, p := range places {
		if p.Name() == c.Place || p.Domain != "" && models.WithinDomain(p.Domain, c.Place) {
			return true
		}
	}
	return c.Place == ""
}

// Note keeps what staff writes to itself about the listing of a claim.
func (s *Service) Note(ctx context.Context, actor models.Actor, id int64, body string) error {
	if err := actor.MayReview(); err != nil {
		return err
	}
	body, err := models.Answer(body, models.MaxListingNote, models.ErrClaimNote)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		c, err := s.one(ctx, tx.Pgx, id, false)
		if err != nil {
			return err
		}
		_, err = tx.Pgx.Exec(ctx, `INSERT INTO listing_notes (listing_id, author_id, body, created_at) VALUES ($1, $2, $3, $4)`,
			c.ListingID, nobodyIs(actor.UserID), body, s.now())
		if err != nil {
			return fmt.Errorf("claims: note: %w", err)
		}
		return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "listing.annotate", TargetKind: "listing",
			TargetID: &c.ListingID, TargetName: c.Slug})
	})
}
