package insights

import (
	"github.com/jackc/pgx/v5"

	"souk/models"
)

// Add adds a fact to what b writes: Record for transactions that write much in one
// go.
func Add(b *pgx.Batch, f models.Fact) {
	b.Queue(`INSERT INTO listing_facts (listing_id, at, kind, country, language, minor, currency) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		f.ListingID, f.At, f.Kind, f.Country, f.Language, f.Minor, f.Currency)
}
