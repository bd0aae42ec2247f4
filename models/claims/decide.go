package claims

import (
	"context"
	"fmt"
	"slices"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/jobs"
	"souk/models/notices"
)

// Decision is what staff makes of a claim.
type Decision struct {
	State  models.ClaimState // ClaimApproved or ClaimRefused
	Answer string            // to the claimant
	Others string            // where it is approved: to those who lose by it
}

// Decide grants a claim or refuses it. Granting it makes the listing and its app
// the claimant's and refuses all other claims of it; who had it before loses all
// access. It returns Problems, ErrClaimOver where the claim doesn't wait any
// more, ErrClaimGone where the claimant can't have it, ErrTooManyApps, and
// ErrOwnListing for whoever has a part in it.
func (s *Service) Decide(ctx context.Context, actor models.Actor, id int64, d Decision) error {
	if err := actor.MayStaffNow(models.StaffReviewer, s.now()); err != nil {
		return err
	}
	d, err := checked(d)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		k, err := s.lock(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if err := s.mayDecide(actor, k.st, k.claim, k.rivals); err != nil {
			return err
		}
		if k.claim.State != models.ClaimProven {
			return models.ErrClaimOver
		}
		if d.State == models.ClaimRefused {
			return s.refuse(ctx, tx, actor, k.claim, d.Answer)
		}
		if d.Others == "" && (k.st.Claimed || len(k.rivals) > 0) {
			return models.ErrClaimOthers
		}
		return s.approve(ctx, tx, actor, k, d)
	})
}

func checked(d Decision) (Decision, error) {
	var p models.Problems
	if d.State != models.ClaimApproved && d.State != models.ClaimRefused {
		_ = p.Add("", models.ErrClaimDecision)
	}
	var err error
	if d.Answer, err = models.Answer(d.Answer, models.MaxClaimAnswer, models.ErrClaimAnswer); err != nil {
		_ = p.Add("", err)
	}
	if d.Others, err = models.PlainText(d.Others, models.MaxClaimAnswer, true); err != nil {
		_ = p.Add("others", err)
	}
	return d, p.Err()
}

// mayDecide asks whether the actor has no part in it: neither in whose the app is
// nor in any claim of it.
func (s *Service) mayDecide(actor models.Actor, st *apps.Standing, c *Claim, rivals []Claim) error {
	if err := actor.MayDecide(st.Rights(), s.now()); err != nil {
		return err
	}
	for _, one := range append([]Claim{*c}, rivals...) {
		if one.ClaimantID != nil && *one.ClaimantID == actor.UserID {
			return models.ErrOwnListing
		}
		if err := actor.MayDecide(models.AppRights{AccountID: one.AccountID}, s.now()); err != nil {
			return err
		}
	}
	return nil
}

// kept is a claim with all that is decided with it, locked.
type kept struct {
	st     *apps.Standing
	claim  *Claim
	rivals []Claim // others of the same listing that can still be granted
}

// lockUnclaimed locks a listing that nobody has claimed, before its app: in the
// order in which imports do.
func lockUnclaimed(ctx context.Context, tx *db.Tx, where string, what any) error {
	_, err := tx.Pgx.Exec(ctx, `SELECT FROM listings WHERE `+where+` AND claimed_at IS NULL FOR UPDATE`, what)
	if err != nil {
		return fmt.Errorf("claims: lock: %w", err)
	}
	return nil
}

// lock locks the listing, its app and its claims.
func (s *Service) lock(ctx context.Context, tx *db.Tx, actor models.Actor, id int64) (*kept, error) {
	first, err := s.one(ctx, tx.Pgx, id, false)
	if err != nil {
		return nil, err
	}
	if err := lockUnclaimed(ctx, tx, "id = $1", first.ListingID); err != nil {
		return nil, err
	}
	k := &kept{}
	if k.st, err = apps.OfListingID(ctx, tx.Pgx, actor, first.ListingID, true); err != nil {
		return nil, err
	}
	all, err := s.claims(ctx, tx.Pgx, `c.listing_id = $2 AND (c.state IN ('open', 'proven') OR c.id = $3) ORDER BY c.id FOR UPDATE OF c`, first.ListingID, id)
	if err != nil {
		return nil, err
	}
	for i := range all {
		switch one := &all[i]; {
		case one.ID == id:
			k.claim = one
		case one.State.Live():
			k.rivals = append(k.rivals, *one)
		}
	}
	if k.claim == nil {
		return nil, models.ErrNotFound
	}
	return k, nil
}

// settle ends a locked claim.
func (s *Service) settle(ctx context.Context, tx *db.Tx, actor models.Actor, c *Claim, state models.ClaimState, answer string) error {
	_, err := tx.Pgx.Exec(ctx, `UPDATE listing_claims SET state = $2, decider_id = $3, decided_at = $4, answer = $5 WHERE id = $1`,
		c.ID, state, nobodyIs(actor.UserID), s.now(), answer)
	if err != nil {
		return fmt.Errorf("claims: decide: %w", err)
	}
	action, kind, link := models.AuditAction("claim.refuse"), models.NoticeClaimRefused, claimPage(c.Slug)
	if state == models.ClaimApproved {
		action, kind, link = "claim.approve", models.NoticeClaimApproved, "/marketplace/manage/"+c.Slug
	}
	if err := s.record(ctx, tx, actor, action, c.AccountID, c, answer, nil); err != nil {
		return err
	}
	people, err := apps.OwnersOf(ctx, tx, c.AccountID)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, actor, notices.Notice{Kind: kind, Link: link,
		Params: map[string]string{"listing": c.Name, "login": c.Login, "words": answer}}, people)
}

func (s *Service) refuse(ctx context.Context, tx *db.Tx, actor models.Actor, c *Claim, answer string) error {
	return s.settle(ctx, tx, actor, c, models.ClaimRefused, answer)
}

func (s *Service) approve(ctx context.Context, tx *db.Tx, actor models.Actor, k *kept, d Decision) error {
	if err := mayHave(ctx, tx, k); err != nil {
		return err
	}
	losers, err := apps.Keepers(ctx, tx, k.st.ID)
	if err != nil {
		return err
	}
	if err := s.handOver(ctx, tx, k); err != nil {
		return err
	}
	if err := s.settle(ctx, tx, actor, k.claim, models.ClaimApproved, d.Answer); err != nil {
		return err
	}
	for i := range k.rivals {
		if err := s.refuse(ctx, tx, actor, &k.rivals[i], d.Others); err != nil {
			return err
		}
	}
	if k.st.Claimed {
		if err := s.tellLosers(ctx, tx, actor, k, losers, d.Others); err != nil {
			return err
		}
	}
	return s.queue.Enqueue(ctx, tx, jobs.IndexListings{IDs: []int64{k.st.ListingID}})
}

// tellLosers tells those who had a listing that it was somebody else's.
func (s *Service) tellLosers(ctx context.Context, tx *db.Tx, actor models.Actor, k *kept, people []int64, words string) error {
	winners, err := apps.OwnersOf(ctx, tx, k.claim.AccountID)
	if err != nil {
		return err
	}
	people = slices.DeleteFunc(people, func(id int64) bool { return slices.Contains(winners, id) })
	if k.st.AccountID != nil {
		if err := s.record(ctx, tx, actor, "listing.hand_over", *k.st.AccountID, k.claim, words, nil); err != nil {
			return err
		}
	}
	return s.tell(ctx, tx, actor, notices.Notice{Kind: models.NoticeClaimLost, Link: "/marketplace/" + k.claim.Slug,
		Params: map[string]string{"listing": k.claim.Name, "login": k.claim.Login, "words": words}}, people)
}

// mayHave locks the account that is to have an app, so that its apps are counted
// one after the other, and asks whether it can.
func mayHave(ctx context.Context, tx *db.Tx, k *kept) error {
	var has int
	err := tx.Pgx.QueryRow(ctx, `SELECT id FROM accounts o WHERE id = $1 AND suspended_at IS NULL
		AND (EXISTS (SELECT FROM users WHERE account_id = o.id) OR EXISTS (SELECT FROM organizations WHERE account_id = o.id))
		FOR NO KEY UPDATE`, k.claim.AccountID).Scan(new(int64))
	if found, err := db.Found(err); err != nil {
		return fmt.Errorf("claims: decide: %w", err)
	} else if !found {
		return models.ErrClaimGone
	}
	err = tx.Pgx.QueryRow(ctx, `SELECT count(*) FROM apps WHERE account_id = $1 AND registered_at IS NOT NULL`, k.claim.AccountID).Scan(&has)
	if err != nil {
		return fmt.Errorf("claims: decide: %w", err)
	}
	if has >= models.MaxAppsOf {
		return models.ErrTooManyApps
	}
	return nil
}
