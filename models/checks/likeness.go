package checks

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"souk/models"
)

// most is how many look-alikes are shown.
const most = 10

// names compares the name with those of all other listings that people see, and
// with the names and logins of accounts that publish. The rows are read as they
// come, so that it takes little memory however many there are.
func (s *Service) names(ctx context.Context, sub *subject) ([]models.Finding, error) {
	mine := models.NameSkeleton(sub.name)
	rows, err := s.db.Pool().Query(ctx, `SELECT l.slug, l.name, false FROM listings l JOIN apps a ON a.id = l.app_id
			WHERE l.id <> $1 AND l.state IN ('published', 'unlisted', 'submitted', 'in_review') AND a.account_id IS DISTINCT FROM $2
		UNION ALL SELECT o.login, coalesce(nullif(o.name, ''), o.login), true FROM accounts o
			WHERE o.id IS DISTINCT FROM $2 AND EXISTS (SELECT FROM apps a WHERE a.account_id = o.id)`, sub.listingID, sub.accountID)
	if err != nil {
		return nil, fmt.Errorf("checks: names: %w", err)
	}
	defer rows.Close()
	var found []models.Finding
	for rows.Next() && len(found) < most {
		var slug, name string
		var account bool
		if err := rows.Scan(&slug, &name, &account); err != nil {
			return nil, fmt.Errorf("checks: names: %w", err)
		}
		if f, alike := likeness(mine, slug, name, account); alike {
			found = append(found, f)
		}
	}
	return found, rows.Err()
}

func likeness(mine, slug, name string, account bool) (models.Finding, bool) {
	how := models.NamesAlike(mine, models.NameSkeleton(name))
	rule := "name_like"
	if how == models.SameLook {
		rule = "name_same"
	}
	if account {
		rule += "_account"
	}
	return models.Finding{Rule: rule, Severity: models.SeverityWarning, Field: "name", Params: map[string]string{"name": name, "slug": slug}}, how != models.Unlike
}

// logoBits is how many of 64 bits two pictures' perceptual hashes may differ by
// to look alike.
const logoBits = 8

// logos compares the logo with those of other integrators' listings.
func (s *Service) logos(ctx context.Context, sub *subject) ([]models.Finding, error) {
	if sub.content.Logo == nil || sub.content.Logo.Hash == "" {
		return nil, nil
	}
	rows, err := s.db.Pool().Query(ctx, `SELECT l.slug, l.name, l.logo_hash, bit_count((i.phash # mine.phash)::bit(64))
		FROM images mine, listings l JOIN images i ON i.hash = l.logo_hash JOIN apps a ON a.id = l.app_id
		WHERE mine.hash = $1 AND l.id <> $2 AND a.account_id IS DISTINCT FROM $3 AND l.state IN ('published', 'unlisted', 'submitted', 'in_review')
			AND bit_count((i.phash # mine.phash)::bit(64)) <= $4
		ORDER BY 4, l.slug LIMIT $5`, sub.content.Logo.Hash, sub.listingID, sub.accountID, logoBits, most)
	if err != nil {
		return nil, fmt.Errorf("checks: logos: %w", err)
	}
	defer rows.Close()
	var found []models.Finding
	for rows.Next() {
		var slug, name, hash string
		var bits int64
		if err := rows.Scan(&slug, &name, &hash, &bits); err != nil {
			return nil, fmt.Errorf("checks: logos: %w", err)
		}
		found = append(found, models.Finding{Rule: "logo_like", Severity: models.SeverityWarning, Field: "logo",
			Params: map[string]string{"name": name, "slug": slug, "hash": hash, "percent": strconv.FormatInt(100-bits*100/64, 10)}})
	}
	return found, rows.Err()
}

// What counts as a new account, and as many listings of one within a day.
const (
	newAccount   = 24 * time.Hour
	manyListings = 5
)

// spam adds to what the texts tell by themselves what only a look at others
// tells: the same description elsewhere, a flood of listings, a new account.
func (s *Service) spam(ctx context.Context, sub *subject) ([]models.Finding, error) {
	found := models.SpamFindings(&sub.content)
	var copied *string
	var lately int
	err := s.db.Pool().QueryRow(ctx, `SELECT
			(SELECT l.slug FROM listings l JOIN apps a ON a.id = l.app_id WHERE $1 <> '' AND l.id <> $2 AND l.state IN ('published', 'unlisted')
				AND md5(l.description) = md5($1) AND a.account_id IS DISTINCT FROM $3 LIMIT 1),
			(SELECT count(DISTINCT b.listing_id) FROM listing_submissions b JOIN listings l ON l.id = b.listing_id JOIN apps a ON a.id = l.app_id
				WHERE a.account_id = $3 AND b.submitted_at > $4)`,
		sub.content.Description, sub.listingID, sub.accountID, s.now().Add(-newAccount)).Scan(&copied, &lately)
	if err != nil {
		return nil, fmt.Errorf("checks: spam: %w", err)
	}
	if copied != nil {
		found = append(found, models.Finding{Rule: "copied_text", Severity: models.SeverityWarning, Field: "description", Params: map[string]string{"slug": *copied}})
	}
	if lately > manyListings {
		found = append(found, models.Finding{Rule: "many_listings", Severity: models.SeverityWarning, Params: map[string]string{"count": strconv.Itoa(lately)}})
	}
	if sub.accountID != nil && sub.age < newAccount && !sub.verified {
		found = append(found, models.Finding{Rule: "new_account", Severity: models.SeverityHint})
	}
	return found, nil
}
