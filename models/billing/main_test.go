package billing

import (
	"os"
	"testing"

	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) {
	if os.Getenv("SOUK_KILL_TEST") != "" {
		victim() // it doesn't return
	}
	dbtest.Main(m)
}
