package dbtest

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
)

// Epoch is when fixtures were made, unless a test says otherwise.
var Epoch = time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)

var serial atomic.Int64

// unique is a name that no other fixture of this test binary has.
func unique(kind string) string { return fmt.Sprintf("%s-%d", kind, serial.Add(1)) }

// Account inserts an organization and returns it. Each option may change it
// before.
func Account(t testing.TB, d *db.DB, options ...func(*models.Account)) models.Account {
	t.Helper()
	a := models.Account{Login: unique("publisher"), Kind: models.KindOrganization, CreatedAt: Epoch, UpdatedAt: Epoch}
	for _, o := range options {
		o(&a)
	}
	insert(t, d, &a.ID, `INSERT INTO accounts (login, kind, name, website_url, verified_at, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`, a.Login, a.Kind, a.Name, a.WebsiteURL, a.VerifiedAt, a.CreatedAt, a.UpdatedAt)
	return a
}

// Verified is an option for Account.
func Verified(a *models.Account) { a.VerifiedAt = new(Epoch) }

// Category inserts a category with an English name made from its slug, unless
// it exists, and returns it.
func Category(t testing.TB, d *db.DB, slug string, options ...func(*models.Category)) models.Category {
	t.Helper()
	name := strings.ReplaceAll(slug, "-", " ")
	c := models.Category{Slug: slug, Names: models.Texts{"en": strings.ToUpper(name[:1]) + name[1:]}, Descriptions: models.Texts{}}
	for _, o := range options {
		o(&c)
	}
	insert(t, d, &c.ID, `INSERT INTO categories (slug, position, names, descriptions) VALUES (?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT categories_slug_key DO UPDATE SET slug = excluded.slug RETURNING id`,
		c.Slug, c.Position, toJSON(t, c.Names), toJSON(t, c.Descriptions))
	return c
}

// Entry is a listing with what it needs around it.
type Entry struct {
	models.Listing
	App          models.App
	Categories   []string // slugs, the first one first; made where missing
	Plans        []models.Plan
	Translations []models.Translation
}

// Listing inserts a published listing of a GitHub App, without a publisher,
// plans or categories, and returns it. Each option may change it before.
func Listing(t testing.TB, d *db.DB, options ...func(*Entry)) Entry {
	t.Helper()
	e := Entry{Listing: models.Listing{Slug: unique("listing"), State: models.ListingPublished, PublishedAt: new(Epoch), CreatedAt: Epoch, UpdatedAt: Epoch},
		App: models.App{Kind: models.GitHubApp}}
	for _, o := range options {
		o(&e)
	}
	if e.Name == "" {
		e.Name = strings.ToUpper(e.Slug[:1]) + strings.ReplaceAll(e.Slug[1:], "-", " ")
	}
	insertApp(t, d, &e)
	insertListing(t, d, &e)
	for i, slug := range e.Categories {
		exec(t, d, "INSERT INTO listing_categories (listing_id, position, category_id) VALUES (?, ?, ?)", e.ID, i, Category(t, d, slug).ID)
	}
	for i := range e.Plans {
		insertPlan(t, d, &e, i)
	}
	for i := range e.Translations {
		tr := &e.Translations[i]
		tr.ListingID = e.ID
		exec(t, d, `INSERT INTO listing_translations (listing_id, language, name, tagline, introduction, description)
			VALUES (?, ?, ?, ?, ?, ?)`, e.ID, tr.Language, tr.Name, tr.Tagline, tr.Introduction, tr.Description)
	}
	return e
}

// Named is an option for Listing.
func Named(slug, name string) func(*Entry) {
	return func(e *Entry) { e.Slug, e.Name = slug, name }
}

// By is an option for Listing: who publishes it.
func By(a models.Account) func(*Entry) {
	return func(e *Entry) { e.App.AccountID = &a.ID }
}

// In is an option for Listing: its categories, by slug.
func In(categories ...string) func(*Entry) {
	return func(e *Entry) { e.Categories = categories }
}

// WithPlan is an option for Listing; repeated it adds plans. Zero fields are
// filled with what a published plan needs.
func WithPlan(p models.Plan) func(*Entry) {
	return func(e *Entry) { e.Plans = append(e.Plans, p) }
}

// Translated is an option for Listing; repeated it adds languages.
func Translated(language, tagline, introduction string) func(*Entry) {
	return func(e *Entry) {
		e.Translations = append(e.Translations, models.Translation{Language: language, Tagline: tagline, Introduction: introduction})
	}
}

func insertApp(t testing.TB, d *db.DB, e *Entry) {
	t.Helper()
	a := &e.App
	if a.Slug == "" {
		a.Slug = e.Slug
	}
	if a.Name == "" {
		a.Name = e.Name
	}
	var permissions any
	if a.Permissions != nil {
		permissions = toJSON(t, a.Permissions)
	}
	insert(t, d, &a.ID, `INSERT INTO apps (account_id, slug, kind, name, homepage_url, permissions, events, scopes, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		a.AccountID, a.Slug, a.Kind, a.Name, a.HomepageURL, permissions, array(a.Events), array(a.Scopes), e.CreatedAt, e.UpdatedAt)
}

func insertListing(t testing.TB, d *db.DB, e *Entry) {
	t.Helper()
	l := &e.Listing
	l.AppID = e.App.ID
	for i := range e.Plans {
		fillPlan(&e.Plans[i], i)
	}
	pricing := models.PricingOf(e.Plans)
	var band string
	var score int
	if e.App.PermissionsKnown() {
		risk := e.App.Risk()
		band, score = string(risk.Band), risk.Score
	}
	insert(t, d, &l.ID, `INSERT INTO listings (app_id, slug, name, state, revision, tagline, introduction, description, keywords, programming,
			links, installs, installs_as_of, stars, stars_as_of, discontinued, logo_hash, logo_backdrop, pricing, pricing_from_minor, pricing_currency,
			risk_band, risk_score, published_at, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		l.AppID, l.Slug, l.Name, l.State, l.Revision, l.Tagline, l.Introduction, l.Description, list(l.Keywords), list(l.Programming),
		toJSON(t, l.Links), l.Installs, l.InstallsAsOf, l.Stars, l.StarsAsOf, l.Discontinued, l.LogoHash, l.LogoBackdrop,
		list(pricing.Values()), pricing.FromMinor, pricing.Currency, band, score, l.PublishedAt, l.CreatedAt, l.UpdatedAt)
}

// fillPlan gives a plan what a published one needs.
func fillPlan(p *models.Plan, i int) {
	if p.Number == 0 {
		p.Number = i + 1
	}
	if p.Kind == "" {
		p.Kind = models.PlanFree
	}
	if p.Name == "" {
		p.Name = strings.ReplaceAll(string(p.Kind), "_", " ")
	}
	if p.Currency == "" {
		p.Currency = "USD"
	}
	if p.Audience == "" {
		p.Audience = models.AudienceEveryone
	}
	if p.State == "" {
		p.State = models.PlanPublished
	}
}

func insertPlan(t testing.TB, d *db.DB, e *Entry, i int) {
	t.Helper()
	p := &e.Plans[i]
	p.ListingID = e.ID
	insert(t, d, &p.ID, `INSERT INTO plans (listing_id, number, name, kind, description, monthly_minor, yearly_minor, currency, unit_name,
			min_units, max_units, capacity, trial_days, bullets, audience, state, as_of, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		e.ID, p.Number, p.Name, p.Kind, p.Description, p.MonthlyMinor, p.YearlyMinor, p.Currency, p.UnitName,
		p.MinUnits, p.MaxUnits, p.Capacity, p.TrialDays, list(p.Bullets), p.Audience, p.State, p.AsOf, e.CreatedAt, e.UpdatedAt)
}

// insert runs one statement that returns one value.
func insert(t testing.TB, d *db.DB, into any, sql string, args ...any) {
	t.Helper()
	if err := d.Read(context.Background()).Raw(sql, args...).Row().Scan(into); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
}

func exec(t testing.TB, d *db.DB, sql string, args ...any) {
	t.Helper()
	if err := d.Read(context.Background()).Exec(sql, args...).Error; err != nil {
		t.Fatalf("dbtest: %v", err)
	}
}

func toJSON(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	return string(text)
}

// texts is a text[] that GORM passes on as one value instead of spelling it
// out as a list of values.
type texts []string

// Value is the array's literal; it makes texts a driver.Valuer. Nil is NULL.
func (a texts) Value() (driver.Value, error) {
	if a == nil {
		return nil, nil
	}
	var b strings.Builder
	for i, s := range a {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`)
	}
	return "{" + b.String() + "}", nil
}

// array keeps nil, which means unknown; list makes it empty.
func array(s []string) texts { return s }

func list(s []string) texts {
	if s == nil {
		return texts{}
	}
	return s
}
