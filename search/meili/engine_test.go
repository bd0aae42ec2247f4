package meili_test

import (
	"os"
	"testing"

	"souk/search"
	"souk/search/columns"
	"souk/search/enginetest"
	"souk/search/meili"
	"souk/search/meili/meilitest"
)

func TestMain(m *testing.M) { os.Exit(meilitest.Main(m)) }

func TestEngine(t *testing.T) {
	t.Parallel()
	enginetest.Run(t, func(t *testing.T) search.Engine {
		set := columns.New()
		e := meili.New(meili.Config{URL: meilitest.URL(t), Index: meilitest.Index(t)}, set)
		if err := e.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		return columns.Fed(e, set)
	})
}
