package plans_test

import (
	"testing"

	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }
