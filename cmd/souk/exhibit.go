package main

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"

	"souk/models"
	"souk/models/apps"
	"souk/models/review"
)

// exhibit is an app of the cast's integrator with its listing, and how far that
// has come.
type exhibit struct {
	kind     models.AppKind
	settings models.AppSettings
	access   apps.Access
	content  models.ListingContent
	ink      color.RGBA // of the logo
	until    models.ListingState
}

const exhibitSite = "https://signal-forge.example/"

// exhibits are what the integrator of the cast has in the marketplace: one that
// is public and sells plans of every kind, one that waits for a reviewer, and
// one that is only begun.
func exhibits() []exhibit {
	return []exhibit{
		{
			kind: models.GitHubApp, until: models.ListingPublished, ink: color.RGBA{0x0c, 0x65, 0x5d, 0xff},
			settings: models.AppSettings{Name: "Probe Watch", HomepageURL: exhibitSite + "probe-watch", SetupURL: exhibitSite + "probe-watch/setup",
				Description: "Watches deployments and comments on the pull request that broke one.", ExpireUserTokens: true, Public: true},
			access: apps.Access{Permissions: models.Grants{"metadata": models.LevelRead, "deployments": models.LevelRead, "statuses": models.LevelWrite,
				"pull_requests": models.LevelWrite}, Events: []string{"deployment_status", "pull_request"}},
			content: models.ListingContent{
				Tagline:      "Tells which change broke a deployment, where it was made",
				Introduction: "Probe Watch looks at every deployment for ten minutes. When errors rise, it finds the pull request behind it and says so there, with the figures.",
				Description:  "## What it does\n\nIt compares errors and latency before and after a deployment, and names the change that is to blame.\n\n## What it doesn't\n\nIt reads no code, and it rolls nothing back by itself.\n",
				Categories:   []string{"monitoring", "deployment"}, Keywords: []string{"errors", "latency", "rollback"}, HomepageURL: exhibitSite + "probe-watch",
				Links:    exhibitLinks("probe-watch"),
				Contacts: exhibitContacts(), Data: exhibitData("Names and states of deployments, titles of pull requests", true),
				Plans: exhibitPlans(), Purchase: models.PurchaseHere,
				Translations: map[string]models.ListingTexts{
					"zh-CN": {Tagline: "部署出错时，在引起问题的更改处告诉您", Introduction: "Probe Watch 会在每次部署后观察十分钟。错误增多时，它会找出对应的拉取请求，并在那里附上数据说明。",
						Description: "## 功能\n\n比较部署前后的错误与延迟，指出引起问题的更改。\n\n## 它不做什么\n\n不读取代码，也不会自行回滚。\n"},
					"ja": {Tagline: "デプロイを壊した変更を、その場所で知らせます", Introduction: "Probe Watch はデプロイのたびに 10 分間見守ります。エラーが増えると原因のプルリクエストを見つけ、数値とともにそこへ書き込みます。",
						Description: "## できること\n\nデプロイ前後のエラーと応答時間を比べ、原因の変更を示します。\n\n## しないこと\n\nコードは読まず、自動でロールバックもしません。\n"},
					"fr": {Tagline: "Dit quel changement a cassé un déploiement, là où il a été fait", Introduction: "Probe Watch observe chaque déploiement pendant dix minutes. Quand les erreurs augmentent, elle trouve la demande de tirage en cause et le dit là, chiffres à l’appui.",
						Description: "## Ce qu’elle fait\n\nElle compare erreurs et latence avant et après un déploiement, et nomme le changement en cause.\n\n## Ce qu’elle ne fait pas\n\nElle ne lit pas le code et n’annule rien d’elle-même.\n"},
				},
			},
		},
		{
			kind: models.OAuthApp, until: models.ListingSubmitted, ink: color.RGBA{0x96, 0x40, 0x06, 0xff},
			settings: models.AppSettings{Name: "Pier Notes", HomepageURL: exhibitSite + "pier-notes", CallbackURLs: []string{exhibitSite + "pier-notes/callback"},
				Description: "Keeps notes beside repositories.", Public: true},
			access: apps.Access{Scopes: []string{"read:user", "repo:status"}},
			content: models.ListingContent{
				Tagline:      "Notes beside a repository that the whole crew can read",
				Introduction: "Pier Notes puts a notebook next to each repository: decisions, hand-overs and what the next watch has to know.",
				Description:  "## What it does\n\nNotes belong to a repository, are searched together and can be exported at any time.\n\n## Who reads them\n\nWhoever can read the repository.\n",
				Categories:   []string{"utilities"}, HomepageURL: exhibitSite + "pier-notes", Links: exhibitLinks("pier-notes"),
				Contacts: exhibitContacts(), Data: exhibitData("Names of repositories and of people", true), Purchase: models.PurchaseDirect,
				PurchaseURL: exhibitSite + "pier-notes/buy",
			},
		},
		{
			kind: models.GitHubApp, until: models.ListingDraft, ink: color.RGBA{0x36, 0x56, 0x6b, 0xff},
			settings: models.AppSettings{Name: "Signal Digest", HomepageURL: exhibitSite + "signal-digest", ExpireUserTokens: true, Public: true},
			access:   apps.Access{Permissions: models.Grants{"metadata": models.LevelRead, "issues": models.LevelRead}, Events: []string{"issues"}},
			content:  models.ListingContent{Tagline: "One mail a day about what moved"},
		},
	}
}

func exhibitLinks(page string) models.Links {
	return models.Links{Support: "mailto:help@signal-forge.example", Privacy: exhibitSite + "privacy", Terms: exhibitSite + "terms",
		Documentation: exhibitSite + page + "/docs", Status: exhibitSite + "status", Company: exhibitSite, Installation: exhibitSite + page + "/start"}
}

func exhibitContacts() []models.Contact {
	return []models.Contact{{Role: models.ContactTechnical, Name: "Tomas Lind", Mail: "tomas" + castMail}}
}

func exhibitData(accessed string, stored bool) models.DataHandling {
	return models.DataHandling{Accessed: accessed, Stored: &stored, Where: "European Union", Retention: "90 days", ThirdParties: "Nobody"}
}

// exhibitPlans are plans of every kind, in two currencies.
func exhibitPlans() []models.PlanTerm {
	return []models.PlanTerm{
		{Name: "Lookout", Kind: models.PlanFree, Description: "For one repository", Bullets: []string{"One environment", "A week of history"}},
		{Name: "Harbour", Kind: models.PlanFlatRate, Description: "For a team", MonthlyMinor: new(int64(1200)), YearlyMinor: new(int64(12000)), Currency: "EUR", TrialDays: 14,
			Bullets: []string{"Every repository", "A year of history"}},
		{Name: "Fleet", Kind: models.PlanPerUnit, Description: "For many teams", MonthlyMinor: new(int64(400)), YearlyMinor: new(int64(4000)), Currency: "USD", UnitName: "seat",
			MinUnits: new(int64(5)), MaxUnits: new(int64(500)), TrialDays: 30, Audience: models.AudienceOrganizations, Bullets: []string{"Everything in Harbour", "Reports for auditors"}},
	}
}

// show registers an exhibit and takes its listing as far as it goes. What is
// there already is left as it is.
func (c *casting) show(ctx context.Context, x exhibit) {
	if c.err != nil {
		return
	}
	slug, err := c.verbs.Apps.Register(ctx, c.actor, castIntegrator, x.kind, x.settings, x.access)
	if errors.Is(err, models.ErrAppNameTaken) {
		return
	}
	if err == nil {
		slug, err = c.verbs.Drafts.Begin(ctx, c.actor, slug)
	}
	if err == nil {
		err = c.write(ctx, slug, x)
	}
	if err == nil && x.until != models.ListingDraft {
		err = c.handIn(ctx, slug, x.until)
	}
	if errors.Is(err, models.ErrUnknownChoice) {
		err = nil // a draft it is: without the demonstration catalogue there are no categories
	}
	c.note(err)
}

func (c *casting) write(ctx context.Context, slug string, x exhibit) error {
	if _, err := c.verbs.Drafts.Change(ctx, c.actor, slug, func(content *models.ListingContent) error {
		kept := *content
		*content = x.content
		content.Slug, content.AppSlug, content.Name, content.Type, content.Publisher = kept.Slug, kept.AppSlug, kept.Name, kept.Type, kept.Publisher
		return nil
	}); err != nil {
		return err
	}
	return c.verbs.Pictures.SetLogo(ctx, c.actor, slug, beacon(x.ink), "ffffff")
}

func (c *casting) handIn(ctx context.Context, slug string, until models.ListingState) error {
	if _, err := c.verbs.Review.Submit(ctx, c.actor, slug, review.Handing{Agreed: true}); err != nil {
		return err
	}
	if until != models.ListingPublished {
		return nil
	}
	desk, err := c.verbs.Review.Desk(ctx, c.actor, slug, 1)
	if err != nil {
		return err
	}
	if desk.Open == nil {
		return nil
	}
	return c.verbs.Review.Decide(ctx, c.actor, desk.Open.ID, review.Decision{Act: models.ActApprove})
}

// beacon draws a logo: light in rings around a point.
func beacon(ink color.RGBA) io.Reader {
	const side = 320
	img := image.NewRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			r := math.Hypot(float64(x-side/2), float64(y-side/2)) / (side / 2)
			c := color.RGBA{0xff, 0xff, 0xff, 0xff}
			if r < .22 || r > .36 && r < .5 || r > .66 && r < .8 && y < side/2 {
				c = ink
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, img) // a buffer takes everything
	return &b
}
