package billing_test

import (
	"testing"

	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }
