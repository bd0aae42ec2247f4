package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"souk/models"
)

// Service is the search that pages ask. Without text Postgres's columns answer;
// with text the primary engine does, and when that fails or takes too long,
// Postgres within the same request.
type Service struct {
	postgres Engine
	primary  Engine // nil: there is only Postgres
	breaker  *gobreaker.CircuitBreaker[Result]
	timeout  time.Duration
	ledger   Ledger
	now      func() time.Time
	known    atomic.Pointer[Standing]
	fallen   atomic.Int64
}

// Options change what NewService does by default.
type Options struct {
	Timeout time.Duration    // of the primary engine; 300 ms when 0
	Retry   time.Duration    // how long a failing engine is left alone; 3 s when 0
	Now     func() time.Time // time.Now when nil
}

// failures in a row that make the primary engine be left alone.
const failures = 3

// NewService returns the search over postgres and, if it isn't nil, primary.
func NewService(postgres, primary Engine, ledger Ledger, o Options) *Service {
	s := &Service{postgres: postgres, primary: primary, ledger: ledger, timeout: o.Timeout, now: o.Now}
	if s.timeout == 0 {
		s.timeout = 300 * time.Millisecond
	}
	if s.now == nil {
		s.now = time.Now
	}
	retry := o.Retry
	if retry == 0 {
		retry = 3 * time.Second
	}
	s.breaker = gobreaker.NewCircuitBreaker[Result](gobreaker.Settings{
		Name: "search", MaxRequests: 1, Timeout: retry,
		ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= failures },
		// A reader who went away says nothing about the engine.
		IsExcluded: func(err error) bool { return errors.Is(err, context.Canceled) },
		OnStateChange: func(_ string, from, to gobreaker.State) {
			slog.Warn("the search engine's standing changed", "from", from.String(), "to", to.String())
		},
	})
	return s
}

// Search answers one query. An error means that no engine could.
func (s *Service) Search(ctx context.Context, q Query) (Result, error) {
	q = q.Sane()
	if s.primary == nil || q.Browses() {
		return s.fallBack(ctx, q, false)
	}
	r, err := s.breaker.Execute(func() (Result, error) { return s.ask(ctx, q) })
	if err == nil {
		return r, nil
	}
	if ctx.Err() != nil {
		return Result{}, ctx.Err()
	}
	if !errors.Is(err, gobreaker.ErrOpenState) && !errors.Is(err, gobreaker.ErrTooManyRequests) {
		slog.Warn("the search engine failed; Postgres answers", "engine", s.primary.Name(), "error", err)
	}
	return s.fallBack(ctx, q, true)
}

// Suggest answers search-as-you-type: at most n hits.
func (s *Service) Suggest(ctx context.Context, text, lang string, n int) ([]Hit, error) {
	q := Suggestion(text, lang, n)
	if q.Browses() {
		return nil, nil
	}
	r, err := s.Search(ctx, q)
	return r.Hits, err
}

// ask asks the primary engine and believes no nonsense.
func (s *Service) ask(ctx context.Context, q Query) (r Result, err error) {
	hurried, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			r, err = Result{}, fmt.Errorf("search: %s panicked: %v", s.primary.Name(), p)
		}
	}()
	if r, err = s.primary.Search(hurried, q); err != nil {
		if ctx.Err() == nil && hurried.Err() != nil {
			err = fmt.Errorf("search: no answer within %s: %w", s.timeout, context.DeadlineExceeded)
		}
		return Result{}, err
	}
	if err := r.check(q); err != nil {
		return Result{}, fmt.Errorf("search: %s: %w", s.primary.Name(), err)
	}
	return r, nil
}

func (s *Service) fallBack(ctx context.Context, q Query, degraded bool) (Result, error) {
	r, err := s.postgres.Search(ctx, q)
	if err != nil {
		if ctx.Err() != nil {
			return Result{}, ctx.Err()
		}
		return Result{}, models.ErrSearchFailed.Because(err)
	}
	if degraded {
		s.fallen.Add(1)
	}
	r.Degraded = degraded
	return r, nil
}

// check finds what no engine may answer.
func (r *Result) check(q Query) error {
	if len(r.Hits) > q.PerPage {
		return fmt.Errorf("%d hits on a page of %d", len(r.Hits), q.PerPage)
	}
	if r.Total < len(r.Hits) {
		return fmt.Errorf("%d hits of %d", len(r.Hits), r.Total)
	}
	seen := make(map[int64]bool, len(r.Hits))
	for _, h := range r.Hits {
		if h.ID <= 0 || seen[h.ID] {
			return fmt.Errorf("a hit with id %d", h.ID)
		}
		seen[h.ID] = true
	}
	for f, values := range r.Counts {
		for v, n := range values {
			if n < 0 {
				return fmt.Errorf("%d results with %s %q", n, f, v)
			}
		}
	}
	return nil
}

// State is how the search is, for /readyz and metrics.
type State struct {
	Engine    string        // that answers queries with text now
	Primary   string        // that should
	Breaker   string        // closed, half-open or open; closed without a primary engine
	Age       time.Duration // how long the oldest change has waited for the index; 0 when none does
	SyncedAt  time.Time     // when the index was last known to say what the database says
	Drift     int           // listings that differed at the last comparison
	Fallbacks int64         // searches that Postgres answered for the primary engine
}

// State returns how the search is.
func (s *Service) State() State {
	st := State{Engine: s.postgres.Name(), Primary: s.postgres.Name(), Breaker: gobreaker.StateClosed.String(), Fallbacks: s.fallen.Load()}
	if s.primary != nil {
		st.Primary = s.primary.Name()
		st.Breaker = s.breaker.State().String()
		if s.breaker.State() != gobreaker.StateOpen {
			st.Engine = st.Primary
		}
	}
	if known := s.known.Load(); known != nil {
		e := known.Engines[st.Engine]
		st.SyncedAt, st.Drift = e.SyncedAt, e.Drift
		st.Age = s.age(known, e)
	}
	return st
}

// Age is how long the oldest change in the catalogue has been waiting for the
// index; 0 when none does.
func (s *Service) Age() time.Duration { return s.State().Age }

func (s *Service) age(known *Standing, e EngineStanding) time.Duration {
	oldest := known.Waiting
	if e.Drift > 0 && !e.SyncedAt.IsZero() && (oldest.IsZero() || e.SyncedAt.Before(oldest)) {
		oldest = e.SyncedAt
	}
	if oldest.IsZero() {
		return 0
	}
	return max(s.now().Sub(oldest), 0)
}

// Refresh reads what the indexers of all instances wrote down.
func (s *Service) Refresh(ctx context.Context) error {
	known, err := s.ledger.Standing(ctx)
	if err != nil {
		return err
	}
	s.known.Store(&known)
	return nil
}

// Watch refreshes the state now and then, until ctx ends.
func (s *Service) Watch(ctx context.Context) {
	const pause = 5 * time.Second
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		if err := s.Refresh(ctx); err != nil && ctx.Err() == nil {
			slog.Warn("the search index's age is not known", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
