package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"souk/demo"
	"souk/handlers"
	"souk/handlers/api"
	"souk/handlers/dev"
	"souk/handlers/machines"
	"souk/handlers/operations"
	"souk/handlers/site"
	"souk/models"
	"souk/models/billing"
	"souk/models/catalog"
	"souk/models/gateway/stripegw"
	"souk/models/hooks"
	"souk/models/identity"
	"souk/models/insights"
	"souk/models/installrequests"
	"souk/models/installs"
	"souk/models/installtokens"
	"souk/models/jobs"
	"souk/models/ledger"
	"souk/models/mail"
	"souk/models/oauth"
	"souk/models/orgs"
	"souk/models/outside"
	"souk/models/oversight"
	pictureverbs "souk/models/pictures"
	"souk/models/pictures/bucket"
	"souk/models/profiles"
	"souk/models/refunds"
	"souk/models/requests"
	"souk/models/review"
	"souk/models/tryouts"
	"souk/search"
	"souk/search/columns"
	"souk/search/pg"
	"souk/templates/docs"
	"souk/web"
	"souk/web/mailer"
	"souk/web/paths"
)

// cacheBytes bounds the pages that are kept in memory.
const cacheBytes = 7 << 20

// App is the running program without its listeners.
type App struct {
	log     *slog.Logger
	db      *database
	queue   *jobs.Queue
	columns *columns.Set
	follow  *pg.Follower
	search  *search.Service
	indexer *search.Indexer
	catalog *catalog.Service
	verbs   *handlers.Verbs
	bucket  bucket.Bucket // nil: pictures are in the database
	mailbox *mail.Mailbox
	mailer  *mailer.Mailer
	workers *river.Client[pgx.Tx] // nil: another process works
	cache   *web.Cache            // nil: no page is kept
	metrics *metrics
	server  *web.Server
}

// newApp opens the database and makes the parts, from the database outwards.
func newApp(ctx context.Context, cfg Config, log *slog.Logger) (_ *App, err error) {
	a := &App{log: log}
	if a.db, err = openDatabase(ctx, cfg, log); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			a.db.Close()
		}
	}()
	if a.queue, err = jobs.NewQueue(a.db.DB); err != nil {
		return nil, err
	}
	a.find(cfg)
	a.catalog = catalog.New(a.db.DB, a.queue, time.Now, a.columns)
	box, err := openSecret(ctx, cfg, a.db.DB)
	if err != nil {
		return nil, err
	}
	a.verbs = handlers.NewVerbs(a.db.DB, a.queue, box, outside.New(cfg.Outside()), time.Now)
	a.verbs.Site.Base, a.verbs.Site.Development = cfg.BaseURL, cfg.Development()
	if err = a.charge(cfg); err != nil {
		return nil, err
	}
	if cfg.ShowsMail() {
		if err = a.verbs.Time.Load(ctx, a.db.DB); err != nil {
			return nil, err
		}
	}
	if cfg.AllowPrivateNetworks {
		a.verbs.Apps.AllowInsecure()
		a.verbs.Hooks.AllowInsecure()
	}
	if err = a.keepPictures(ctx, cfg); err != nil {
		return nil, err
	}
	if err = a.post(cfg); err != nil {
		return nil, err
	}
	if err = a.work(cfg); err != nil {
		return nil, err
	}
	if err = a.answer(cfg); err != nil {
		return nil, err
	}
	if err = a.fill(ctx, cfg); err != nil {
		return nil, err
	}
	return a, nil
}

// charge makes what takes money, beside the test gateway.
func (a *App) charge(cfg Config) error {
	fee, err := cfg.Fee()
	if err != nil {
		return err
	}
	a.verbs.Billing.KeepFee(fee)
	if cfg.StripeKey != "" {
		a.verbs.Gateways[models.GatewayStripe] = stripegw.New(stripegw.Config{Key: cfg.StripeKey, WebhookSecrets: cfg.StripeSecrets(), Now: time.Now})
	}
	return nil
}

// find makes the search: Postgres with its columns in memory, and Meilisearch
// where there is one.
func (a *App) find(cfg Config) {
	a.columns = columns.New()
	a.follow = pg.NewFollower(a.db.DB, a.columns)
	a.follow.OnChange(a.changed)
	documents, ledger := pg.NewDocuments(a.db.DB), pg.NewLedger(a.db.DB)
	postgres, primary := engines(cfg, a.db.DB, a.columns)
	a.search = search.NewService(postgres, primary, ledger, search.Options{Timeout: cfg.SearchTimeout})
	a.indexer = search.NewIndexer(documents, ledger, a.db.DB, a.queue, both(postgres, primary)...)
}

// post makes what sends mail: through SMTP, or into the mailbox.
func (a *App) post(cfg Config) (err error) {
	a.mailbox = mail.NewMailbox(a.db.DB, time.Now)
	var sender mail.Sender = a.mailbox
	if cfg.SMTPURL != "" {
		if sender, err = mail.NewSMTP(cfg.SMTPURL, cfg.Sender()); err != nil {
			return usageError("SOUK_SMTP_URL can't be used: " + err.Error())
		}
	} else if cfg.DatabaseURL != "" {
		a.log.Warn("no mail is sent: set SOUK_SMTP_URL; until then it is kept in the database for some days")
	}
	a.mailer = mailer.New(mail.NewReaders(a.db.DB), a.verbs.Identity, sender, cfg.BaseURL)
	return nil
}

// mailing is how many messages may be under way. Most of their time they wait
// for the mail server.
const mailing = 4

// indexing is how many index jobs may be under way. All but one of them wait
// for the search engine, which is quicker with many at once.
const indexing = 16

// telling is how many receivers of webhooks may be spoken to. All of their time
// these jobs wait for somebody else's machine.
const telling = 12

// work makes the workers of background jobs.
func (a *App) work(cfg Config) (err error) {
	if cfg.Workers == 0 {
		return nil
	}
	workers := river.NewWorkers()
	a.indexer.AddWorkers(workers)
	a.verbs.Identity.AddWorkers(workers)
	a.verbs.Profiles.AddWorkers(workers)
	a.verbs.Orgs.AddWorkers(workers)
	a.verbs.Pictures.AddWorkers(workers)
	a.verbs.Checks.AddWorkers(workers)
	a.verbs.Review.AddWorkers(workers)
	a.verbs.Tryouts.AddWorkers(workers)
	a.verbs.Insights.AddWorkers(workers)
	a.verbs.Billing.AddWorkers(workers)
	a.verbs.Wallet.AddWorkers(workers)
	a.verbs.Hooks.AddWorkers(workers)
	a.verbs.Invoices.AddWorkers(workers)
	a.verbs.Ledger.AddWorkers(workers)
	a.verbs.Refunds.AddWorkers(workers)
	a.verbs.BuyRequests.AddWorkers(workers)
	a.verbs.Oversight.AddWorkers(workers)
	a.verbs.InstallTokens.AddWorkers(workers)
	a.verbs.Installs.AddWorkers(workers)
	a.verbs.InstallRequests.AddWorkers(workers)
	a.verbs.OAuth.AddWorkers(workers)
	a.mailer.AddWorkers(workers)
	mailer.AddTidying(workers, a.mailbox)
	a.workers, err = river.NewClient(riverpgxv5.New(a.db.Pool()), &river.Config{
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: cfg.Workers}, jobs.IndexQueue: {MaxWorkers: indexing},
			jobs.MailQueue: {MaxWorkers: mailing}, jobs.HookQueue: {MaxWorkers: telling}},
		Workers:      workers,
		PeriodicJobs: slices.Concat(search.PeriodicJobs(), identity.PeriodicJobs(), profiles.PeriodicJobs(), orgs.PeriodicJobs(), tryouts.PeriodicJobs(), review.PeriodicJobs(), insights.PeriodicJobs(), billing.PeriodicJobs(), hooks.PeriodicJobs(), ledger.PeriodicJobs(), refunds.PeriodicJobs(), pictureverbs.PeriodicJobs(), requests.PeriodicJobs(), oversight.PeriodicJobs(), installrequests.PeriodicJobs(), installs.PeriodicJobs(), oauth.PeriodicJobs(), installtokens.PeriodicJobs(), mailer.PeriodicJobs()),
		Logger:       quieter(a.log),
	})
	return err
}

// answer makes the HTTP side.
func (a *App) answer(cfg Config) (err error) {
	if cfg.PageCache && !cfg.Dev {
		if a.cache, err = web.NewCache(cacheBytes, strings.HasPrefix(cfg.BaseURL, "https://")); err != nil {
			return err
		}
	}
	a.metrics = newMetrics(a)
	publishing := a.verbs.Publishing()
	publishing.Insights.TrustCountry(cfg.CountryHeader)
	a.server = web.New(web.Options{Log: a.log, Base: cfg.BaseURL, Dev: cfg.Dev, Cache: a.cache, Observe: a.metrics.observe,
		Sessions: a.verbs.OAuth, TrustProxy: cfg.TrustProxy, Seen: publishing.Insights.Seen})
	h := handlers.Handlers{
		Site:       site.New(a.catalog, a.search),
		API:        api.New(a.catalog, a.search, a.verbs.Profiles, a.verbs.Repos, a.verbs.Filing, a.verbs.Plans, a.verbs.Ownership, a.verbs.Credentials, a.verbs.Hooks, a.verbs.Billing, func(context.Context) time.Duration { return a.search.Age() }).Installing(a.verbs.InstallingAPI()),
		Machines:   machines.New(a.catalog, a.search, helpPages()...).WithLogos(a.verbs.Pictures),
		Operations: operations.New(a.db.Pool().Ping, a.search.State),
		People:     a.verbs.People(),
		Publishing: publishing,
		Buying:     a.verbs.Buying(),
		Installing: a.verbs.Installing(),
	}
	if cfg.Dev {
		h.Dev = dev.New()
	}
	if cfg.ShowsMail() {
		h.Mailbox = dev.NewMailbox(a.mailbox, time.Now)
		h.Clock = dev.NewClock(a.db.DB, a.verbs.Time, a.verbs.Billing.Tend)
	}
	handlers.Routes(a.server.Echo, h)
	return nil
}

// fill loads what is served: the demonstration catalogue, once in the life of a
// database, and the columns.
func (a *App) fill(ctx context.Context, cfg Config) error {
	fresh := false
	if cfg.Demo {
		var err error
		if fresh, err = a.demonstrate(ctx); err != nil {
			return err
		}
	}
	if cfg.Cast() {
		if err := a.perform(ctx); err != nil {
			return err
		}
	}
	if err := a.follow.Load(ctx); err != nil {
		return err
	}
	if fresh {
		if err := a.indexer.Reindex(ctx, func(string, int, int) {}); err != nil {
			a.log.Warn("the first index could not be built; it will be tried again", "error", err)
		}
	}
	// Loading needs several times what it leaves behind.
	debug.FreeOSMemory()
	return a.search.Refresh(ctx)
}

// demonstrate loads the demonstration catalogue unless that was done before.
func (a *App) demonstrate(ctx context.Context) (loaded bool, err error) {
	done, err := a.catalog.Demonstrated(ctx)
	if err != nil || done {
		return false, err
	}
	report, err := a.catalog.Import(ctx, demo.Catalogue(), catalog.ImportOptions{})
	if err != nil {
		return false, err
	}
	if len(report.Problems) > 0 {
		return false, fmt.Errorf("the demonstration catalogue has a bad entry: %+v", report.Problems[0])
	}
	return true, a.catalog.Demonstrate(ctx, time.Now())
}

// changed runs after every change of the catalogue, when the columns say it
// already: what is kept beside them is forgotten.
func (a *App) changed() {
	if a.catalog != nil {
		a.catalog.Refresh()
	}
	if a.cache != nil {
		a.cache.Clear()
	}
}

// Handler answers requests.
func (a *App) Handler() http.Handler { return a.server.Handler() }

// Metrics answers on the listener of SOUK_METRICS_LISTEN.
func (a *App) Metrics() http.Handler { return a.metrics.handler() }

// Run works on jobs and follows the database until ctx ends; then it waits for
// the jobs that have begun.
func (a *App) Run(ctx context.Context) error {
	var following sync.WaitGroup
	following.Go(func() { a.follow.Run(ctx) })
	following.Go(func() { a.search.Watch(ctx) })
	following.Go(func() { a.verbs.Insights.Counter.Run(ctx) })
	defer following.Wait()
	if a.workers == nil {
		<-ctx.Done()
		return nil
	}
	// Work has no deadline, and ends by Stop.
	if err := a.workers.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("the workers can't start: %w", err)
	}
	<-ctx.Done()
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWorkers)
	defer cancel()
	if a.workers.Stop(stopping) != nil {
		return a.workers.StopAndCancel(context.WithoutCancel(ctx))
	}
	return nil
}

// stopWorkers is how long jobs that have begun may go on at the end; what is
// cut off runs again.
const stopWorkers = 5 * time.Second

// Close lets go of everything, once no request and no job is left.
func (a *App) Close(context.Context) error {
	if a.bucket != nil {
		_ = a.bucket.Close() // nothing is held back in it
	}
	a.db.Close()
	return nil
}

// helpPages are the addresses of the help pages, for the sitemap.
func helpPages() []string {
	pages := []string{paths.Docs}
	for _, slug := range docs.Slugs() {
		pages = append(pages, paths.Doc(slug))
	}
	return pages
}
