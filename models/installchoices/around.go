package installchoices

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"souk/models"
)

// Around is what somebody who installs an app may want to know beside what it asks
// for.
type Around struct {
	Listing      models.Listing // its ID, Slug, Name and Logo are known; ID 0: none that visitors see
	Plans        []models.Plan  // that are sold here, to accounts of this kind
	Subscription *Subscription  // what the account has bought; nil: nothing
	Buys         bool           // the actor may buy for the account
	Lighter      []Alternative  // apps of the same category that ask for less
	Category     models.Category
	Given        models.Grants // what the app may do already on the actor's own account
}

// Subscription is a plan that an account has bought.
type Subscription struct {
	ID   int64
	Plan string
}

// Alternative is another app of the same category.
type Alternative struct {
	Slug, Name, Tagline, LogoHash, LogoBackdrop string
	Permissions                                 models.Grants
	Installs                                    int64
	Shared                                      int // keywords that both listings have
}

// Risk is the risk of what the alternative asks for.
func (a *Alternative) Risk() models.Risk { return a.Permissions.Risk() }

// Lighter is how many alternatives there are at most, and among how many of the best
// known apps of the category they are looked for.
const (
	Lighter   = 3
	lookedFor = 300
)

// aroundSQL reads it in one statement. $1 is the app, $2 the account, $3 the actor.
var aroundSQL = `SELECT coalesce(l.id, 0), coalesce(l.slug, ''), coalesce(l.name, ''), coalesce(l.logo_hash, ''), coalesce(l.logo_backdrop, ''),
		coalesce((SELECT json_agg(json_build_object('id', p.id, 'listingID', p.listing_id, 'number', p.number, 'name', p.name, 'kind', p.kind,
			'description', p.description, 'monthlyMinor', p.monthly_minor, 'yearlyMinor', p.yearly_minor, 'currency', p.currency, 'unitName', p.unit_name,
			'trialDays', p.trial_days, 'bullets', p.bullets, 'audience', p.audience, 'state', p.state, 'minUnits', p.min_units, 'maxUnits', p.max_units)
			ORDER BY p.position, p.number) FROM plans p WHERE p.listing_id = l.id AND p.state = 'published' AND NOT l.discontinued
			AND l.purchase <> 'direct' AND (l.claimed_at IS NOT NULL OR EXISTS (SELECT FROM sellers e WHERE e.account_id = a.account_id))
			AND p.audience IN ('everyone', CASE WHEN t.kind = 'user' THEN 'users' ELSE 'organizations' END)), '[]'),
		(SELECT json_build_object('ID', s.id, 'Plan', p.name) FROM subscriptions s JOIN plans p ON p.id = s.plan_id
			WHERE s.listing_id = l.id AND s.account_id = $2 AND s.state NOT IN ('ended', 'incomplete') ORDER BY s.id DESC LIMIT 1),
		(SELECT json_build_object('ID', c.id, 'Slug', c.slug, 'Names', c.names) FROM listing_categories k JOIN categories c ON c.id = k.category_id
			WHERE k.listing_id = l.id ORDER BY k.position LIMIT 1),
		(SELECT json_agg(n) FROM (
			SELECT o.slug AS "Slug", o.name AS "Name", o.tagline AS "Tagline", o.logo_hash AS "LogoHash", o.logo_backdrop AS "LogoBackdrop",
				b.permissions AS "Permissions", coalesce(o.installs, 0) AS "Installs",
				(SELECT count(*) FROM unnest(o.keywords) w WHERE w = ANY (l.keywords)) AS "Shared"
			FROM listing_categories k JOIN listing_categories m ON m.category_id = k.category_id AND m.listing_id <> l.id
				JOIN listings o ON o.id = m.listing_id JOIN apps b ON b.id = o.app_id
			WHERE k.listing_id = l.id AND k.position = (SELECT min(position) FROM listing_categories WHERE listing_id = l.id)
				AND o.public AND NOT o.discontinued AND b.kind = 'github_app' AND b.permissions IS NOT NULL AND o.risk_score <= l.risk_score
			ORDER BY coalesce(o.installs, 0) DESC, o.id LIMIT ` + fmt.Sprint(lookedFor) + `) n),
		(SELECT permissions FROM authorizations WHERE app_id = a.id AND account_id = $3)
	FROM apps a JOIN accounts t ON t.id = $2 LEFT JOIN listings l ON l.app_id = a.id AND (l.public OR l.state = 'unlisted')
	WHERE a.id = $1`

// Around reads what is around the wish to install an app on an account, in one
// statement. Whoever asks knows of the app and the account. It returns ErrNotFound
// where there is no such app or account.
func (s *Service) Around(ctx context.Context, actor models.Actor, app *models.App, accountID int64) (*Around, error) {
	a := &Around{Buys: actor.MayPayFor(accountID) == nil}
	var plans, subscription, category, others, given []byte
	l := &a.Listing
	err := s.db.Pool().QueryRow(ctx, aroundSQL, app.ID, accountID, actor.UserID).Scan(&l.ID, &l.Slug, &l.Name, &l.LogoHash, &l.LogoBackdrop,
		&plans, &subscription, &category, &others, &given)
	if err != nil {
		return nil, missing(err)
	}
	var near []Alternative
	for _, part := range []struct {
		text []byte
		into any
	}{{plans, &a.Plans}, {subscription, &a.Subscription}, {category, &a.Category}, {others, &near}, {given, &a.Given}} {
		if len(part.text) > 0 {
			if err := json.Unmarshal(part.text, part.into); err != nil {
				return nil, fmt.Errorf("installchoices: around: %w", err)
			}
		}
	}
	a.Lighter = lighter(near, app.Permissions)
	return a, nil
}

// lighter are those that ask for strictly less, those first that have most in common
// with the listing, then the best known.
func lighter(near []Alternative, than models.Grants) []Alternative {
	near = slices.DeleteFunc(near, func(a Alternative) bool { return !a.Permissions.Fewer(than) })
	slices.SortStableFunc(near, func(a, b Alternative) int {
		return cmp.Or(cmp.Compare(b.Shared, a.Shared), cmp.Compare(b.Installs, a.Installs))
	})
	return near[:min(len(near), Lighter)]
}
