package insights

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
)

// Spans are the numbers of days that figures are shown for.
func Spans() []int { return []int{7, 30, 90, 365} }

// Figures is all that the page of a listing's figures shows.
type Figures struct {
	Days      []models.DayFigures // without a gap, the last one being today
	Sum       models.Figures
	Before    models.Figures // the same number of days before
	Countries []Share
	Languages []Share
	At        *time.Time // when the sums were made; nil: not yet
}

// Share is how much of the visits came from somewhere. Code is "" where that
// isn't known.
type Share struct {
	Code                       string
	Visitors, Clicks, Installs int64
}

// Of returns the figures of a listing for the last days, to whoever owns it. It
// returns ErrNotFound for anyone else, and ErrUnknownChoice for a number of days
// that isn't one of Spans.
func (s *Service) Of(ctx context.Context, actor models.Actor, slug string, days int) (*Figures, *apps.Standing, error) {
	st, err := s.owned(ctx, actor, slug, days)
	if err != nil {
		return nil, nil, err
	}
	today := dayOf(s.now())
	from := today.AddDate(0, 0, 1-days)
	all, at, err := s.series(ctx, st.ListingID, from.AddDate(0, 0, -days), today)
	if err != nil {
		return nil, nil, err
	}
	models.MarkBursts(all)
	f := &Figures{Days: all[days:], Sum: models.SumFigures(all[days:]), Before: models.SumFigures(all[:days]), At: at}
	f.Countries, f.Languages, err = s.shares(ctx, st.ListingID, from)
	return f, st, err
}

func (s *Service) owned(ctx context.Context, actor models.Actor, slug string, days int) (*apps.Standing, error) {
	if !slices.Contains(Spans(), days) {
		return nil, models.ErrUnknownChoice.On("days")
	}
	st, err := apps.OfListing(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, err
	}
	return st, actor.MayOwnApp(st.Rights())
}

// series is a line a day from first to last, with those on which nothing
// happened.
func (s *Service) series(ctx context.Context, listing int64, first, last time.Time) ([]models.DayFigures, *time.Time, error) {
	rows, err := s.db.Pool().Query(ctx, `
		WITH sums AS (
			SELECT day, sum(visitors) visitors, sum(views) views, sum(clicks) clicks, sum(installs) installs, sum(uninstalls) uninstalls,
				sum(purchases) purchases, sum(trials) trials, sum(cancellations) cancellations
			FROM listing_days WHERE listing_id = $1 AND day BETWEEN $2 AND $3 GROUP BY day
		), money AS (
			SELECT day, json_agg(json_build_object('Minor', minor, 'Currency', currency) ORDER BY currency) revenue FROM (
				SELECT day, currency, sum(revenue_minor) minor FROM listing_days
				WHERE listing_id = $1 AND day BETWEEN $2 AND $3 AND currency <> '' GROUP BY 1, 2) m GROUP BY day
		)
		SELECT d.day::date, coalesce(s.visitors, 0), coalesce(s.views, 0), coalesce(s.clicks, 0), coalesce(s.installs, 0), coalesce(s.uninstalls, 0),
			coalesce(s.purchases, 0), coalesce(s.trials, 0), coalesce(s.cancellations, 0), m.revenue,
			(SELECT coalesce(sum(installs - uninstalls), 0) FROM listing_days WHERE listing_id = $1 AND day < $2)
				+ sum(coalesce(s.installs, 0) - coalesce(s.uninstalls, 0)) OVER (ORDER BY d.day),
			(SELECT coalesce(sum(installs), 0) FROM listing_days WHERE listing_id = $1 AND day < $2) + sum(coalesce(s.installs, 0)) OVER (ORDER BY d.day),
			(SELECT reached_at FROM milestones WHERE name = 'visits summed up' AND isfinite(reached_at))
		FROM generate_series($2::date, $3::date, interval '1 day') d (day) LEFT JOIN sums s ON s.day = d.day::date LEFT JOIN money m ON m.day = d.day::date
		ORDER BY d.day`, listing, first, last)
	if err != nil {
		return nil, nil, fmt.Errorf("insights: %w", err)
	}
	var at *time.Time
	days, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d models.DayFigures, err error) {
		var revenue []byte
		err = row.Scan(&d.Day, &d.Visitors, &d.Views, &d.Clicks, &d.Installs, &d.Uninstalls, &d.Purchases, &d.Trials, &d.Cancellations, &revenue, &d.Active, &d.Total, &at)
		if err == nil && revenue != nil {
			err = json.Unmarshal(revenue, &d.Revenue)
		}
		return d, err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("insights: %w", err)
	}
	return days, at, nil
}

// mostShares is how many countries are told apart.
const mostShares = 15

func (s *Service) shares(ctx context.Context, listing int64, from time.Time) (countries, languages []Share, err error) {
	rows, err := s.db.Pool().Query(ctx, `SELECT grouping(country) = 0, coalesce(country, language), sum(visitors), sum(clicks), sum(installs)
		FROM listing_days WHERE listing_id = $1 AND day >= $2 GROUP BY GROUPING SETS ((country), (language))
		HAVING sum(visitors) + sum(clicks) + sum(installs) > 0 ORDER BY 1 DESC, 3 DESC, 2`, listing, from)
	if err != nil {
		return nil, nil, fmt.Errorf("insights: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var country bool
		var one Share
		if err := rows.Scan(&country, &one.Code, &one.Visitors, &one.Clicks, &one.Installs); err != nil {
			return nil, nil, fmt.Errorf("insights: %w", err)
		}
		switch {
		case !country:
			languages = append(languages, one)
		case len(countries) < mostShares:
			countries = append(countries, one)
		}
	}
	return countries, languages, rows.Err()
}

// Summaries returns the figures of the last 30 days by listing, to whoever may
// see these listings.
func (s *Service) Summaries(ctx context.Context, listings []int64) (map[int64]models.Figures, error) {
	from := dayOf(s.now()).AddDate(0, 0, -29)
	rows, err := s.db.Pool().Query(ctx, `SELECT listing_id, coalesce(sum(visitors) FILTER (WHERE day >= $2), 0), coalesce(sum(clicks) FILTER (WHERE day >= $2), 0),
			coalesce(sum(installs) FILTER (WHERE day >= $2), 0), coalesce(sum(uninstalls) FILTER (WHERE day >= $2), 0),
			coalesce(sum(purchases) FILTER (WHERE day >= $2), 0), coalesce(sum(trials) FILTER (WHERE day >= $2), 0),
			coalesce(sum(installs - uninstalls) FILTER (WHERE day < $2), 0), sum(installs - uninstalls),
			(SELECT json_agg(json_build_object('Minor', minor, 'Currency', currency) ORDER BY currency) FROM (
				SELECT currency, sum(revenue_minor) minor FROM listing_days m
				WHERE m.listing_id = d.listing_id AND m.day >= $2 AND m.currency <> '' GROUP BY 1) r)
		FROM listing_days d WHERE listing_id = ANY($1) GROUP BY 1`, listings, from)
	if err != nil {
		return nil, fmt.Errorf("insights: %w", err)
	}
	defer rows.Close()
	all := make(map[int64]models.Figures, len(listings))
	for rows.Next() {
		var id int64
		var f models.Figures
		var revenue []byte
		if err := rows.Scan(&id, &f.Visitors, &f.Clicks, &f.Installs, &f.Uninstalls, &f.Purchases, &f.Trials, &f.ActiveBefore, &f.Active, &revenue); err != nil {
			return nil, fmt.Errorf("insights: %w", err)
		}
		if revenue != nil {
			if err := json.Unmarshal(revenue, &f.Revenue); err != nil {
				return nil, fmt.Errorf("insights: %w", err)
			}
		}
		all[id] = f
	}
	return all, rows.Err()
}

// Export writes the sums as CSV: a line for each day, country, language and
// currency on which something happened.
func (s *Service) Export(ctx context.Context, actor models.Actor, slug string, days int) (func(context.Context, io.Writer) error, error) {
	st, err := s.owned(ctx, actor, slug, days)
	if err != nil {
		return nil, err
	}
	from := dayOf(s.now()).AddDate(0, 0, 1-days)
	return func(ctx context.Context, w io.Writer) error { return s.export(ctx, st.ListingID, from, w) }, nil
}

func (s *Service) export(ctx context.Context, listing int64, from time.Time, w io.Writer) error {
	rows, err := s.db.Pool().Query(ctx, `SELECT day, country, language, visitors, views, clicks, installs, uninstalls, purchases, trials, cancellations, revenue_minor, currency
		FROM listing_days WHERE listing_id = $1 AND day >= $2 ORDER BY day, country, language, currency`, listing, from)
	if err != nil {
		return fmt.Errorf("insights: %w", err)
	}
	defer rows.Close()
	out := csv.NewWriter(w)
	_ = out.Write([]string{"date", "country", "language", "visitors", "views", "clicks", "installs", "uninstalls", "purchases", "trials", "cancellations",
		"revenue_minor", "currency"}) // what can't be written is told by Error
	for rows.Next() {
		var day time.Time
		var country, language, currency string
		var n [9]int64
		if err := rows.Scan(&day, &country, &language, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7], &n[8], &currency); err != nil {
			return fmt.Errorf("insights: %w", err)
		}
		line := []string{day.Format(time.DateOnly), country, language}
		for _, v := range n {
			line = append(line, strconv.FormatInt(v, 10))
		}
		_ = out.Write(append(line, currency))
	}
	out.Flush()
	return errors.Join(rows.Err(), out.Error())
}

// SetUp returns where a listing's app is set up, or bought from its integrator:
// the address elsewhere that a visitor is led to. An OAuth App is told which plan was
// bought, by its id, where that isn't 0. It returns ErrNotFound where there is none.
func (s *Service) SetUp(ctx context.Context, slug string, purchase bool, plan int64) (string, error) {
	if !db.Sayable(slug) {
		return "", models.ErrNotFound
	}
	var address string
	var kind models.AppKind
	err := s.db.Pool().QueryRow(ctx, `SELECT CASE WHEN NOT $2 THEN coalesce(nullif(l.links ->> 'installation', ''), nullif(a.homepage_url, ''), l.links ->> 'repository', '')
			WHEN l.purchase = 'direct' THEN l.purchase_url ELSE '' END, a.kind
		FROM listings l JOIN apps a ON a.id = l.app_id WHERE l.slug = $1 AND (l.public OR l.state = 'unlisted') AND NOT l.discontinued`, slug, purchase).Scan(&address, &kind)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && address == "" {
		return "", models.ErrNotFound
	}
	if err != nil {
		return "", fmt.Errorf("insights: %w", err)
	}
	if plan > 0 && kind == models.OAuthApp {
		return withPlan(address, plan), nil
	}
	return address, nil
}

// InstalledHere is the slug of a listing's app, which is installed on this site. It
// returns ErrNotFound for one that is set up elsewhere.
func (s *Service) InstalledHere(ctx context.Context, slug string) (app string, err error) {
	if !db.Sayable(slug) {
		return "", models.ErrNotFound
	}
	err = s.db.Pool().QueryRow(ctx, `SELECT a.slug FROM listings l JOIN apps a ON a.id = l.app_id
		WHERE l.slug = $1 AND (l.public OR l.state = 'unlisted') AND NOT l.discontinued AND a.kind = 'github_app' AND a.registered_at IS NOT NULL AND a.public`, slug).Scan(&app)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", models.ErrNotFound
	}
	if err != nil {
		return "", fmt.Errorf("insights: %w", err)
	}
	return app, nil
}

// withPlan is an address that says which plan was bought, as GitHub does.
func withPlan(address string, plan int64) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	q.Set("marketplace_listing_plan_id", strconv.FormatInt(plan, 10))
	u.RawQuery = q.Encode()
	return u.String()
}
