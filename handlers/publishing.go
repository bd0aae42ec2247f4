package handlers

import (
	"time"

	"souk/handlers/apps"
	"souk/handlers/claims"
	"souk/handlers/credentials"
	"souk/handlers/insights"
	"souk/handlers/listings"
	"souk/handlers/media"
	"souk/handlers/moderation"
	"souk/handlers/ownership"
	"souk/handlers/plans"
	"souk/handlers/reviews"
	appverbs "souk/models/apps"
	"souk/models/catalog"
	"souk/models/checks"
	claimverbs "souk/models/claims"
	credentialverbs "souk/models/credentials"
	"souk/models/db"
	"souk/models/drafts"
	"souk/models/filing"
	"souk/models/hooks"
	insightverbs "souk/models/insights"
	"souk/models/jobs"
	moderationverbs "souk/models/moderation"
	"souk/models/orgs"
	ownershipverbs "souk/models/ownership"
	"souk/models/pictures"
	planverbs "souk/models/plans"
	"souk/models/review"
	"souk/models/secretbox"
	"souk/models/tryouts"
)

// Outside is where the proofs of domains are looked for, where links lead, and where
// apps are told of what happens.
type Outside interface {
	orgs.Outside
	checks.Outside
	hooks.Poster
}

// PublishingVerbs are what the handlers of apps and listings ask.
type PublishingVerbs struct {
	Apps        *appverbs.Service
	Credentials *credentialverbs.Service
	Ownership   *ownershipverbs.Service
	Pictures    *pictures.Service
	Drafts      *drafts.Service
	Filing      *filing.Service
	Checks      *checks.Service
	Plans       *planverbs.Service
	Tryouts     *tryouts.Service
	Review      *review.Service
	Moderation  *moderationverbs.Service
	Claims      *claimverbs.Service
	Insights    *insightverbs.Service

	shelves *catalog.Service // for previews: without an index
}

func (v *Verbs) makePublishing(d *db.DB, q *jobs.Queue, box *secretbox.Box, out Outside, now func() time.Time) {
	v.Apps = appverbs.New(d, q, v.Notices, v.Identity, box, now)
	v.Credentials = credentialverbs.New(d, v.Notices, v.Identity, box, now)
	v.Ownership = ownershipverbs.New(d, q, v.Notices, v.Identity, now)
	v.Drafts = drafts.New(d, v.Notices, now)
	v.Pictures = pictures.New(d, v.Drafts, v.Identity, now)
	v.Checks = checks.New(d, v.Notices, out, now)
	v.Plans = planverbs.New(d, v.Notices, now)
	v.Tryouts = tryouts.New(d, now)
	v.shelves = catalog.New(d, q, now, nil)
	v.Review = review.New(d, q, v.shelves, v.Notices, v.Identity, now)
	v.Filing = filing.New(d, v.Drafts, v.Pictures, v.Review)
	v.Moderation = moderationverbs.New(d, q, v.Notices, v.Identity, now)
	v.Claims = claimverbs.New(d, q, v.Notices, v.Identity, out, now)
	v.Insights = insightverbs.New(d, now)
}

// Publishing makes the handlers of apps and listings.
func (v *Verbs) Publishing() Publishing {
	return Publishing{
		Apps:        apps.New(v.Apps, v.Installs),
		Credentials: credentials.New(v.Credentials, v.now),
		Ownership:   ownership.New(v.Ownership),
		Listings:    listings.New(v.Drafts, v.shelves, v.Insights, v.Claims),
		Media:       media.New(v.Pictures, v.Drafts),
		Plans:       plans.New(v.Plans, v.Tryouts),
		Reviews:     reviews.New(v.Review, v.now),
		Moderation:  moderation.New(v.Moderation),
		Claims:      claims.New(v.Claims),
		Insights:    insights.New(v.Insights),
	}
}

// Publishing are the handlers of apps and listings.
type Publishing struct {
	Apps        *apps.Apps
	Credentials *credentials.Credentials
	Ownership   *ownership.Ownership
	Listings    *listings.Listings
	Media       *media.Media
	Plans       *plans.Plans
	Reviews     *reviews.Reviews
	Moderation  *moderation.Moderation
	Claims      *claims.Claims
	Insights    *insights.Insights
}
