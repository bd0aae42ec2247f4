package pg_test

import (
	"testing"

	"souk/models/db/dbtest"
	"souk/search"
	"souk/search/columns"
	"souk/search/enginetest"
	"souk/search/pg"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestEngine(t *testing.T) {
	t.Parallel()
	enginetest.Run(t, func(t *testing.T) search.Engine {
		set := columns.New()
		return columns.Fed(pg.New(dbtest.New(t), set), set)
	})
}
