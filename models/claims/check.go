package claims

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/outside"
)

// Check looks for the proof of a claim, in all places at once, and writes down
// what it found. That there is none is no error. It returns ErrClaimOver for a
// claim that doesn't wait for a proof any more.
func (s *Service) Check(ctx context.Context, actor models.Actor, slug string, id int64) (proven bool, err error) {
	if err := actor.MayActWithMail(); err != nil {
		return false, err
	}
	if err := s.spend(ctx, actor, "claim_check", 10, 30*time.Second); err != nil {
		return false, err
	}
	c, err := s.mine(ctx, s.db.Pool(), actor, slug, id, false)
	if err != nil {
		return false, err
	}
	if c.State != models.ClaimOpen {
		return false, models.ErrClaimOver
	}
	places, err := placesOf(ctx, s.db.Pool(), c.ListingID)
	if err != nil {
		return false, err
	}
	findings := look(ctx, s.outside, places, c.Challenge)
	if err := ctx.Err(); err != nil {
		return false, err // the proof isn't missing: we were stopped
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		c, err := s.mine(ctx, tx.Pgx, actor, slug, id, true)
		if err != nil {
			return err
		}
		if c.State != models.ClaimOpen {
			return models.ErrClaimOver
		}
		proven, err = s.conclude(ctx, tx, actor, c, places, findings)
		return err
	})
	return proven, err
}

// conclude writes down what was found about a locked claim. A domain that was
// verified since is a proof as well.
func (s *Service) conclude(ctx context.Context, tx *db.Tx, actor models.Actor, c *Claim, places []models.ClaimPlace, findings []models.ClaimFinding) (bool, error) {
	text, err := json.Marshal(findings)
	if err != nil {
		return false, fmt.Errorf("claims: check: %w", err)
	}
	if _, err := tx.Pgx.Exec(ctx, `UPDATE listing_claims SET findings = $2, checked_at = $3 WHERE id = $1`, c.ID, string(text), s.now()); err != nil {
		return false, fmt.Errorf("claims: check: %w", err)
	}
	account, _, err := accountAt(ctx, tx.Pgx, c.Login, places)
	if err != nil {
		return false, err
	}
	if account.Domain != "" {
		return true, s.prove(ctx, tx, actor, c, models.ClaimByDomain, account.Domain)
	}
	for _, f := range findings {
		if f.Found == models.FoundProof {
			return true, s.prove(ctx, tx, actor, c, f.Method, f.Place)
		}
	}
	return false, nil
}

// look looks for a challenge in all places at once.
func look(ctx context.Context, out Outside, places []models.ClaimPlace, challenge string) []models.ClaimFinding {
	findings := []models.ClaimFinding{}
	for _, p := range places {
		if p.Domain == "" {
			address, _ := p.Raw()
			findings = append(findings, models.ClaimFinding{Method: models.ClaimByRepository, Place: p.Name(), At: address})
			continue
		}
		findings = append(findings, models.ClaimFinding{Method: models.ClaimByDNS, Place: p.Domain, At: p.Record()},
			models.ClaimFinding{Method: models.ClaimByFile, Place: p.Domain, At: p.File()})
	}
	var all sync.WaitGroup
	for i := range findings {
		all.Go(func() { findings[i].Found = find(ctx, out, findings[i], domainFor(places, findings[i]), challenge) })
	}
	all.Wait()
	return findings
}

// domainFor is what redirects of a finding's file mustn't leave.
func domainFor(places []models.ClaimPlace, f models.ClaimFinding) string {
	for _, p := range places {
		if p.Name() == f.Place && p.Domain == "" {
			_, domain := p.Raw()
			return domain
		}
	}
	return f.Place
}

func find(ctx context.Context, out Outside, f models.ClaimFinding, domain, challenge string) models.Found {
	if f.Method == models.ClaimByDNS {
		records, err := out.LookupTXT(ctx, f.At)
		if err != nil {
			return models.FoundUnreachable
		}
		return among(records, challenge)
	}
	body, err := out.Fetch(ctx, f.At, domain)
	if err != nil {
		return whyNot(err)
	}
	return among(strings.Split(string(body), "\n"), challenge)
}

func among(lines []string, challenge string) models.Found {
	for _, line := range lines {
		if strings.TrimSpace(line) == challenge {
			return models.FoundProof
		}
	}
	if len(lines) == 0 {
		return models.FoundNothing
	}
	return models.FoundOther
}

func whyNot(err error) models.Found {
	if answer, ok := errors.AsType[*outside.StatusError](err); ok && (answer.Status == 404 || answer.Status == 410) {
		return models.FoundNothing
	}
	if missing, ok := errors.AsType[*net.DNSError](err); ok && missing.IsNotFound {
		return models.FoundNothing
	}
	switch {
	case errors.Is(err, outside.ErrPrivate):
		return models.FoundPrivate
	case errors.Is(err, outside.ErrRedirect):
		return models.FoundElsewhere
	case errors.Is(err, outside.ErrTooLarge):
		return models.FoundOther
	}
	return models.FoundUnreachable
}
