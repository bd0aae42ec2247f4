package handlers_test

import (
	"net/http"
	"testing"
)

// filingTable is every route of listings as files. A session is no token, so that
// nobody who is walked through here gets in; who may with a token is held in
// handlers/api.
var filingTable = []route{
	{get, "/api/v1/listings/:slug/file", "/api/v1/listings/checker/file", "", public},
	{get, "/api/v1/listings/:slug/draft", "/api/v1/listings/hammer/draft", "", ofTokens},
	{http.MethodPut, "/api/v1/listings/:slug/draft", "/api/v1/listings/hammer/draft", "name: Hammer", ofTokens},
	{http.MethodPut, "/api/v1/apps/:app/listing", "/api/v1/apps/hammer/listing", "name: Hammer", ofTokens},
	{post, "/api/v1/listings/:slug/submit", "/api/v1/listings/hammer/submit", "{}", ofTokens},
	{post, "/api/v1/lint", "/api/v1/lint", "name: Hammer", ofTokens},
}

// withFiling adds to a world what filingTable names.
func (w *world) withFiling(t testing.TB) {
	t.Helper()
	w.row(t, "revision", `INSERT INTO listing_revisions (listing_id, number, state, content)
		SELECT id, revision, 'published', '{"slug": "checker", "name": "Checker", "type": "github_app"}' FROM listings WHERE slug = 'checker'
		ON CONFLICT (listing_id, number) DO UPDATE SET state = excluded.state RETURNING listing_id`)
}
