package main

import (
	"net/http"
	"net/http/pprof"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics is what /metrics tells. It has a registry of its own, so that two
// apps in one process don't share it.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func newMetrics(a *App) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "souk_request_seconds", Help: "Requests that were not answered from the page cache, by route and status.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route", "status"}),
	}
	m.registry.MustRegister(m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.gauge("souk_search_index_age_seconds", "How long the oldest change has waited for the search index.", func() float64 { return a.search.Age().Seconds() })
	m.gauge("souk_search_index_drift", "Listings that differed between index and database at the last comparison.", func() float64 { return float64(a.search.State().Drift) })
	m.gauge("souk_search_degraded", "1 while Postgres answers for the search engine that should.", func() float64 {
		if s := a.search.State(); s.Engine != s.Primary {
			return 1
		}
		return 0
	})
	m.counter("souk_search_fallbacks_total", "Searches that Postgres answered for the search engine that should.", func() float64 { return float64(a.search.State().Fallbacks) })
	m.gauge("souk_listings", "Public listings.", func() float64 { return float64(a.columns.View().Len()) })
	m.gauge("souk_database_connections", "Open connections to the database.", func() float64 { return float64(a.db.Pool().Stat().TotalConns()) })
	m.gauge("souk_database_connections_in_use", "Connections to the database in use.", func() float64 { return float64(a.db.Pool().Stat().AcquiredConns()) })
	m.counter("souk_database_statements_total", "Statements sent to the database.", func() float64 { return float64(a.db.Statements()) })
	if a.cache != nil {
		m.counter("souk_page_cache_hits_total", "Pages answered from memory.", func() float64 { return float64(a.cache.Hits()) })
		m.counter("souk_page_cache_misses_total", "Pages that had to be made.", func() float64 { return float64(a.cache.Misses()) })
	}
	return m
}

func (m *metrics) gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

func (m *metrics) counter(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value))
}

// observe notes one request.
func (m *metrics) observe(route string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
}

// handler answers on the listener of SOUK_METRICS_LISTEN, which is not for the
// public: it also profiles.
func (m *metrics) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}
