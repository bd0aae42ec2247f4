package claims

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
)

// Subject is a listing that somebody wants to claim.
type Subject struct {
	*apps.Standing
	There    bool // visitors can open it
	Own      bool // it is the actor's already, or one of their organizations'
	Places   []models.ClaimPlace
	Accounts []Account // that the actor may claim it for
	Claims   []Claim   // of those accounts, the newest first
}

// Account is one that a listing can be claimed for.
type Account struct {
	ID     int64
	Login  string
	Kind   models.AccountKind
	Domain string // that it has verified and that proves the claim at once; "" for none
}

// Subject is the listing at slug, for the page on which it is claimed, in three
// statements. It returns ErrNotFound for what the reader can't open and hasn't
// claimed.
func (s *Service) Subject(ctx context.Context, actor models.Actor, slug string) (*Subject, error) {
	if actor.UserID == 0 {
		return nil, models.ErrSignInNeeded
	}
	st, err := apps.OfListing(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, err
	}
	sub := &Subject{Standing: st, There: there(st), Own: st.Claimed && actor.MayOwnApp(st.Rights()) == nil}
	if sub.Places, err = placesOf(ctx, s.db.Pool(), st.ListingID); err != nil {
		return nil, err
	}
	ids := owned(actor)
	sub.Claims, err = s.claims(ctx, s.db.Pool(), `c.listing_id = $2 AND c.account_id = ANY ($3) ORDER BY c.id DESC LIMIT 20`, st.ListingID, ids)
	if err != nil {
		return nil, err
	}
	if !sub.There && len(sub.Claims) == 0 {
		return nil, models.ErrNotFound
	}
	sub.Accounts, err = s.accounts(ctx, ids, sub.Places)
	return sub, err
}

// Live reports whether one of the actor's own claims can still be granted.
func (s *Subject) Live(account int64) bool {
	for i := range s.Claims {
		if s.Claims[i].AccountID == account && s.Claims[i].State.Live() {
			return true
		}
	}
	return false
}

// placesOf is where the integrator of a listing can prove to be it: the addresses
// that it names, and where somebody has it already, those that it named at first,
// since whoever has it can change them.
func placesOf(ctx context.Context, q apps.Querier, listing int64) ([]models.ClaimPlace, error) {
	var homepage, repository, homepage1, repository1 string
	err := q.QueryRow(ctx, `SELECT a.homepage_url, coalesce(l.links ->> 'repository', ''),
			coalesce(r.content ->> 'homepage_url', ''), coalesce(r.content #>> '{links,repository}', '')
		FROM listings l JOIN apps a ON a.id = l.app_id LEFT JOIN LATERAL (SELECT content FROM listing_revisions
			WHERE listing_id = l.id AND l.claimed_at IS NOT NULL ORDER BY number LIMIT 1) r ON true
		WHERE l.id = $1`, listing).Scan(&homepage, &repository, &homepage1, &repository1)
	if err != nil {
		return nil, fmt.Errorf("claims: places: %w", err)
	}
	return models.ClaimPlaces([]string{homepage, homepage1}, []string{repository, repository1}), nil
}

func domainsOf(places []models.ClaimPlace) []string {
	domains := []string{}
	for _, p := range places {
		if p.Domain != "" {
			domains = append(domains, p.Domain)
		}
	}
	return domains
}

// verifiedSQL is a domain that an account has verified and that is one of $2, or
// a parent of one.
const verifiedSQL = `SELECT d.name FROM domains d, unnest($2::text[]) h
	WHERE d.organization_id = o.id AND d.verified_at IS NOT NULL AND d.failing_since IS NULL
		AND (d.name = h OR right(h, length(d.name) + 1) = '.' || d.name) ORDER BY d.name LIMIT 1`

func (s *Service) accounts(ctx context.Context, ids []int64, places []models.ClaimPlace) ([]Account, error) {
	rows, err := s.db.Pool().Query(ctx, `SELECT o.id, o.login, o.kind, coalesce((`+verifiedSQL+`), '') FROM accounts o
		WHERE o.id = ANY ($1) AND o.suspended_at IS NULL ORDER BY o.kind DESC, o.login`, ids, domainsOf(places))
	if err != nil {
		return nil, fmt.Errorf("claims: accounts: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Account])
	if err != nil {
		return nil, fmt.Errorf("claims: accounts: %w", err)
	}
	return list, nil
}

// accountAt is who can own an app, with the domain that proves the claim at once.
func accountAt(ctx context.Context, q apps.Querier, login string, places []models.ClaimPlace) (a Account, suspended bool, err error) {
	if !db.Sayable(login) {
		return a, false, models.ErrClaimAccount
	}
	err = q.QueryRow(ctx, `SELECT o.id, o.login, o.kind, coalesce((`+verifiedSQL+`), ''), o.suspended_at IS NOT NULL FROM accounts o
		WHERE o.login = lower($1) AND (EXISTS (SELECT FROM users WHERE account_id = o.id) OR EXISTS (SELECT FROM organizations WHERE account_id = o.id))`,
		login, domainsOf(places)).Scan(&a.ID, &a.Login, &a.Kind, &a.Domain, &suspended)
	if found, err := db.Found(err); err != nil {
		return a, false, fmt.Errorf("claims: account: %w", err)
	} else if !found {
		return a, false, models.ErrClaimAccount
	}
	return a, suspended, nil
}

// Mine lists the claims of the actor and of the organizations that it owns, the
// newest first.
func (s *Service) Mine(ctx context.Context, actor models.Actor) ([]Claim, error) {
	if actor.UserID == 0 {
		return nil, models.ErrSignInNeeded
	}
	return s.claims(ctx, s.db.Pool(), `c.account_id = ANY ($2) ORDER BY c.id DESC LIMIT 50`, owned(actor))
}
