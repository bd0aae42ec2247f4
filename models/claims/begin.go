package claims

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/notices"
)

// challengePrefix tells whoever reads a zone or a repository what it is for.
const challengePrefix = "souk-claim="

// Begin claims the listing at slug for the account at login. Where the account
// has verified a domain that the listing names, or a parent of it, that is the
// proof; otherwise the proof is looked for by Check. Words to staff are needed
// where the listing has an integrator. It returns Problems, ErrNotFound,
// ErrClaimNoProof where the listing names nothing that could prove anything,
// ErrClaimed for a second claim of the account, and ErrTooManyClaims.
func (s *Service) Begin(ctx context.Context, actor models.Actor, slug, login, words string) (proven bool, err error) {
	if err := actor.MayActWithMail(); err != nil {
		return false, err
	}
	if err := s.spend(ctx, actor, "claim", 10, 10*time.Minute); err != nil {
		return false, err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		if !db.Sayable(slug) {
			return models.ErrNotFound
		}
		if err := lockUnclaimed(ctx, tx, "slug = $1", slug); err != nil {
			return err
		}
		st, err := apps.OfListing(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		if !there(st) {
			return models.ErrNotFound
		}
		places, err := placesOf(ctx, tx.Pgx, st.ListingID)
		if err != nil {
			return err
		}
		if len(places) == 0 {
			return models.ErrClaimNoProof
		}
		account, words, err := allowed(ctx, tx, actor, st, login, words, places)
		if err != nil {
			return err
		}
		proven = account.Domain != ""
		return s.begin(ctx, tx, actor, st, account, words)
	})
	if db.Violates(err, "listing_claims_live") {
		return false, models.ErrClaimed
	}
	return proven, err
}

// allowed checks what was typed, all of it at once.
func allowed(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, login, words string, places []models.ClaimPlace) (Account, string, error) {
	var problems models.Problems
	account, suspended, err := accountAt(ctx, tx.Pgx, login, places)
	if err == nil {
		err = actor.MayClaim(account.ID)
	}
	switch {
	case errors.Is(err, models.ErrNotFound), errors.Is(err, models.ErrForbidden):
		err = models.ErrClaimAccount
	case err == nil && suspended:
		err = models.ErrSuspended
	case err == nil && st.Claimed && st.AccountID != nil && *st.AccountID == account.ID:
		err = models.ErrClaimOwn
	}
	if err := problems.Add("", err); err != nil {
		return account, "", err
	}
	kept, err := models.PlainText(words, models.MaxClaimWords, true)
	if err := problems.Add("words", err); err != nil {
		return account, "", err
	}
	if err == nil && st.Claimed && utf8.RuneCountInString(kept) < models.MinClaimWords {
		_ = problems.Add("", models.ErrClaimWords)
	}
	return account, kept, problems.Err()
}

func (s *Service) begin(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, account Account, words string) error {
	now := s.now()
	_, err := tx.Pgx.Exec(ctx, `UPDATE listing_claims SET state = 'expired' WHERE account_id = $1 AND state = 'open' AND expires_at <= $2`, account.ID, now)
	if err != nil {
		return fmt.Errorf("claims: begin: %w", err)
	}
	var open int
	if err := tx.Pgx.QueryRow(ctx, `SELECT count(*) FROM listing_claims WHERE account_id = $1 AND state IN ('open', 'proven')`, account.ID).Scan(&open); err != nil {
		return fmt.Errorf("claims: begin: %w", err)
	}
	if open >= models.MaxOpenClaims {
		return models.ErrTooManyClaims
	}
	c := Claim{ListingID: st.ListingID, Slug: st.ListingSlug, Name: st.ListingName, AccountID: account.ID, Login: account.Login, State: models.ClaimOpen, Contested: st.Claimed}
	err = tx.Pgx.QueryRow(ctx, `INSERT INTO listing_claims (listing_id, account_id, claimant_id, state, contested, challenge, words, created_at, expires_at)
		VALUES ($1, $2, $3, 'open', $4, $5, $6, $7, $8) RETURNING id`, st.ListingID, account.ID, nobodyIs(actor.UserID), st.Claimed,
		challengePrefix+rand.Text(), words, now, now.Add(models.ClaimProofTime)).Scan(&c.ID)
	if err != nil {
		return fmt.Errorf("claims: begin: %w", err)
	}
	if err := s.record(ctx, tx, actor, "claim.create", account.ID, &c, "", map[string]any{"contested": st.Claimed}); err != nil {
		return err
	}
	if account.Domain == "" {
		return nil
	}
	return s.prove(ctx, tx, actor, &c, models.ClaimByDomain, account.Domain)
}

// prove has a locked claim wait for staff. Whoever has the listing is told.
func (s *Service) prove(ctx context.Context, tx *db.Tx, actor models.Actor, c *Claim, method models.ClaimMethod, place string) error {
	_, err := tx.Pgx.Exec(ctx, `UPDATE listing_claims SET state = 'proven', method = $2, place = $3, proven_at = $4 WHERE id = $1`, c.ID, method, place, s.now())
	if err != nil {
		return fmt.Errorf("claims: prove: %w", err)
	}
	if err := s.record(ctx, tx, actor, "claim.prove", c.AccountID, c, "", map[string]any{"method": method, "place": place}); err != nil {
		return err
	}
	st, err := apps.OfListingID(ctx, tx.Pgx, actor, c.ListingID, false)
	if err != nil || !st.Claimed {
		return err
	}
	owners, err := apps.Owners(ctx, tx, st.ID)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, actor, notices.Notice{Kind: models.NoticeClaimContested, Link: "/marketplace/manage/" + st.ListingSlug,
		Params: map[string]string{"listing": st.ListingName, "login": c.Login}}, owners)
}

// Withdraw takes a claim back. It returns ErrClaimOver for one that can't be
// granted any more.
func (s *Service) Withdraw(ctx context.Context, actor models.Actor, slug string, id int64) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		c, err := s.mine(ctx, tx.Pgx, actor, slug, id, true)
		if err != nil {
			return err
		}
		if !c.State.Live() {
			return models.ErrClaimOver
		}
		if _, err := tx.Pgx.Exec(ctx, `UPDATE listing_claims SET state = 'withdrawn', decided_at = $2 WHERE id = $1`, c.ID, s.now()); err != nil {
			return fmt.Errorf("claims: withdraw: %w", err)
		}
		return s.record(ctx, tx, actor, "claim.withdraw", c.AccountID, c, "", nil)
	})
}
