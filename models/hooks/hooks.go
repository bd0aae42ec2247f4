package hooks

import (
	"context"
	"net/http"
	"time"

	"souk/models"
	"souk/models/apps"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/outside"
	"souk/models/secretbox"
)

// Poster sends what apps are told; outside.Client is one.
type Poster interface {
	Post(ctx context.Context, address string, header http.Header, body []byte) (*outside.Answer, error)
}

// Service holds the verbs. Their time is that of the world, however the time of
// what is bought is moved.
type Service struct {
	db       *db.DB
	queue    *jobs.Queue
	notices  *notices.Service
	box      *secretbox.Box
	outside  Poster
	site     *models.Site
	now      func() time.Time
	insecure bool
	ofApps   bool // the verbs are about apps' own webhooks
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, box *secretbox.Box, out Poster, site *models.Site, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, box: box, outside: out, site: site, now: now}
}

// AllowInsecure lets webhooks be reached by http, as laboratories need whose
// machines have no certificates. It is called before the service is used.
func (s *Service) AllowInsecure() { s.insecure = true }

// load is the app with the listing at slug, or at slug itself. Only registered GitHub
// Apps have a webhook of their own.
func (s *Service) load(ctx context.Context, q apps.Querier, actor models.Actor, slug string, lock bool) (*apps.Standing, error) {
	if !s.ofApps {
		return apps.OfListing(ctx, q, actor, slug, lock)
	}
	st, err := apps.Of(ctx, q, actor, slug, lock)
	if err == nil && (st.Kind != models.GitHubApp || !st.Registered()) {
		return nil, models.ErrNotFound
	}
	return st, err
}

// of is the app at slug, for whoever may see what it is told.
func (s *Service) of(ctx context.Context, actor models.Actor, slug string) (*apps.Standing, error) {
	st, err := s.load(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, err
	}
	return st, actor.MaySeeDeliveries(st.Rights())
}

// change runs do with the app locked, for whoever may send again what its app
// was told, and may say where that goes.
func (s *Service) change(ctx context.Context, actor models.Actor, slug string, do func(*db.Tx, *apps.Standing) error) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := s.load(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		if err := actor.MayRedeliver(st.Rights()); err != nil {
			return err
		}
		return do(tx, st)
	})
}

// record writes an event about a webhook into its integrator's log.
func (s *Service) record(ctx context.Context, tx *db.Tx, actor models.Actor, action models.AuditAction, st *apps.Standing, before, after map[string]any) error {
	e := models.AuditEvent{At: s.now(), Action: action, AccountID: st.AccountID,
		TargetKind: "listing", TargetID: &st.ListingID, TargetName: st.ListingSlug, Before: before, After: after}
	if s.ofApps {
		e.TargetKind, e.TargetID, e.TargetName = "app", &st.ID, st.Slug
	}
	return audit.Record(ctx, tx, actor, e)
}

// page is where a listing's webhook is looked after.
func page(slug string) string { return "/marketplace/manage/" + slug + "/webhook" }

// appPage is where an app's own webhook is looked after.
func appPage(slug string) string { return "/settings/apps/" + slug + "/webhook" }
