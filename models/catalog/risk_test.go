package catalog_test

import (
	"testing"

	"souk/demo"
	"souk/models/catalog"
)

// TestRiskSpreadsOverTheCatalogue holds the score to its use: one that says the same of
// nearly every app tells nobody anything.
func TestRiskSpreadsOverTheCatalogue(t *testing.T) {
	t.Parallel()
	s, d := newCatalog(t)
	load(t, s, demo.Catalogue(), catalog.ImportOptions{})
	rows, err := d.Pool().Query(t.Context(), `SELECT risk_band, count(*) FROM listings WHERE risk_band <> '' GROUP BY risk_band ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	count, total := map[string]int{}, 0
	for rows.Next() {
		var band string
		var n int
		if err := rows.Scan(&band, &n); err != nil {
			t.Fatal(err)
		}
		count[band] = n
		total += n
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	t.Log(count)
	used := 0
	for band, n := range count {
		if n*100 >= 5*total {
			used++
		}
		if n*2 > total {
			t.Errorf("%d of %d apps are %s", n, total, band)
		}
	}
	if used < 4 {
		t.Errorf("only %d bands have a twentieth of the apps or more: %v", used, count)
	}
}
