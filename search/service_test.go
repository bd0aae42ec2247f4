package search_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"souk/models"
	"souk/search"
)

// engine answers as its functions say.
type engine struct {
	search.Engine
	name   string
	answer func(context.Context, search.Query) (search.Result, error)
	asked  int
}

func (e *engine) Name() string { return e.name }

func (e *engine) Search(ctx context.Context, q search.Query) (search.Result, error) {
	e.asked++
	return e.answer(ctx, q)
}

func answers(name string) *engine {
	return &engine{name: name, answer: func(context.Context, search.Query) (search.Result, error) {
		return search.Result{Hits: []search.Hit{{ID: 1}, {ID: 2}}, Total: 2, Engine: name}, nil
	}}
}

func (e *engine) fails(err error) {
	e.answer = func(context.Context, search.Query) (search.Result, error) { return search.Result{}, err }
}

func (e *engine) says(r search.Result) {
	e.answer = func(context.Context, search.Query) (search.Result, error) { return r, nil }
}

var text = search.Query{Text: "merge", Page: 1, PerPage: 20}

// ask searches and says who answered.
func ask(t *testing.T, s *search.Service, q search.Query) string {
	t.Helper()
	r, err := s.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s %v", r.Engine, r.Degraded)
}

func TestServiceChooses(t *testing.T) {
	t.Parallel()
	postgres, meili := answers("postgres"), answers("meilisearch")
	alone := search.NewService(postgres, nil, nil, search.Options{})
	both := search.NewService(postgres, meili, nil, search.Options{})
	for _, c := range []struct {
		s    *search.Service
		q    search.Query
		want string
	}{
		{alone, text, "postgres false"},
		{alone, search.Query{}, "postgres false"},
		{both, text, "meilisearch false"},
		{both, search.Query{Text: " \t"}, "postgres false"},
		{both, search.Query{Filters: search.Filters{search.Type: {"github_app"}}}, "postgres false"},
	} {
		if got := ask(t, c.s, c.q); got != c.want {
			t.Errorf("%+v: %s, want %s", c.q, got, c.want)
		}
	}
}

func TestServiceFallsBackAndRecovers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		postgres, meili := answers("postgres"), answers("meilisearch")
		s := search.NewService(postgres, meili, nil, search.Options{})
		meili.fails(errors.New("connection refused"))
		for range 10 {
			if got := ask(t, s, text); got != "postgres true" {
				t.Fatal(got)
			}
		}
		if meili.asked != 3 {
			t.Errorf("a failing engine was asked %d times, not 3", meili.asked)
		}
		if st := s.State(); st.Breaker != "open" || st.Engine != "postgres" || st.Primary != "meilisearch" || st.Fallbacks != 10 {
			t.Errorf("the state is %+v", st)
		}
		time.Sleep(4 * time.Second)
		if got := ask(t, s, text); got != "postgres true" || meili.asked != 4 {
			t.Errorf("after a while it is tried once: %s, %d times", got, meili.asked)
		}
		meili.answer = answers("meilisearch").answer
		time.Sleep(4 * time.Second)
		if got := ask(t, s, text); got != "meilisearch false" {
			t.Errorf("when it is well again: %s", got)
		}
		if st := s.State(); st.Breaker != "closed" || st.Engine != "meilisearch" {
			t.Errorf("the state is %+v", st)
		}
	})
}

func TestServiceDoesNotWaitLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		postgres, meili := answers("postgres"), answers("meilisearch")
		meili.answer = func(ctx context.Context, _ search.Query) (search.Result, error) {
			<-ctx.Done()
			return search.Result{}, ctx.Err()
		}
		s := search.NewService(postgres, meili, nil, search.Options{Timeout: 300 * time.Millisecond})
		began := time.Now()
		if got := ask(t, s, text); got != "postgres true" || time.Since(began) != 300*time.Millisecond {
			t.Errorf("%s after %s", got, time.Since(began))
		}
	})
}

func TestServiceBelievesNoNonsense(t *testing.T) {
	t.Parallel()
	hit := search.Hit{ID: 1}
	for name, r := range map[string]search.Result{
		"an id of 0":        {Hits: []search.Hit{{}}, Total: 1},
		"a negative id":     {Hits: []search.Hit{{ID: -1}}, Total: 1},
		"one listing twice": {Hits: []search.Hit{hit, hit}, Total: 2},
		"too small a total": {Hits: []search.Hit{hit}},
		"negative total":    {Total: -1},
		"negative count":    {Counts: search.Counts{search.Type: {"github_app": -1}}},
		"too many hits":     {Hits: make([]search.Hit, 21), Total: 21},
	} {
		meili := answers("meilisearch")
		meili.says(r)
		if got := ask(t, search.NewService(answers("postgres"), meili, nil, search.Options{}), text); got != "postgres true" {
			t.Errorf("%s: %s", name, got)
		}
	}
	meili := answers("meilisearch")
	meili.answer = func(context.Context, search.Query) (search.Result, error) { panic("index out of range") }
	if got := ask(t, search.NewService(answers("postgres"), meili, nil, search.Options{}), text); got != "postgres true" {
		t.Errorf("a panic: %s", got)
	}
}

func TestServiceTellsFailureFromNothing(t *testing.T) {
	t.Parallel()
	postgres, meili := answers("postgres"), answers("meilisearch")
	postgres.fails(errors.New("connection refused"))
	meili.fails(errors.New("connection refused"))
	s := search.NewService(postgres, meili, nil, search.Options{})
	if _, err := s.Search(t.Context(), text); !errors.Is(err, models.ErrSearchFailed) {
		t.Errorf("when nothing answers: %v", err)
	}
	if _, err := s.Suggest(t.Context(), "mer", "en", 5); !errors.Is(err, models.ErrSearchFailed) {
		t.Errorf("when nothing suggests: %v", err)
	}
}

func TestServiceBlamesNoEngineForReadersWhoLeave(t *testing.T) {
	t.Parallel()
	meili := answers("meilisearch")
	meili.answer = func(ctx context.Context, _ search.Query) (search.Result, error) { return search.Result{}, ctx.Err() }
	s := search.NewService(answers("postgres"), meili, nil, search.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 10 {
		if _, err := s.Search(ctx, text); !errors.Is(err, context.Canceled) {
			t.Fatalf("a search that nobody waits for says %v", err)
		}
	}
	if st := s.State(); st.Breaker != "closed" || st.Fallbacks != 0 {
		t.Errorf("the state is %+v", st)
	}
}

// ledger stands still.
type ledger struct {
	search.Ledger
	standing search.Standing
}

func (l *ledger) Standing(context.Context) (search.Standing, error) { return l.standing, nil }

func TestServiceKnowsTheAgeOfItsIndex(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	synced := now.Add(-time.Hour)
	for name, c := range map[string]struct {
		waiting time.Time
		drift   int
		want    time.Duration
	}{
		"in sync":              {time.Time{}, 0, 0},
		"a change waits":       {now.Add(-7 * time.Second), 0, 7 * time.Second},
		"it differs":           {time.Time{}, 3, time.Hour},
		"both":                 {now.Add(-7 * time.Second), 3, time.Hour},
		"clocks that disagree": {now.Add(time.Minute), 0, 0},
	} {
		l := &ledger{standing: search.Standing{Waiting: c.waiting, Engines: map[string]search.EngineStanding{
			"postgres": {SyncedAt: synced, Drift: c.drift}}}}
		s := search.NewService(answers("postgres"), nil, l, search.Options{Now: func() time.Time { return now }})
		if s.Age() != 0 {
			t.Errorf("%s: an age before anything is known", name)
		}
		if err := s.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if st := s.State(); st.Age != c.want || st.Drift != c.drift || !st.SyncedAt.Equal(synced) {
			t.Errorf("%s: %+v, want age %s", name, st, c.want)
		}
	}
}
