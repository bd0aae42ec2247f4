// Package e2e tests Souk as people meet it: the real program with a real
// database and a real search engine, read by a real Chromium, by axe,
// Lighthouse and the Nu HTML checker. It refuses to know how anything is made:
// it looks only at what a page shows, what an address answers and what a cable
// carries.
//
// TestSite lists the journeys that share one Souk; what needs one of its own,
// such as a search engine that dies, is a test beside it. Nothing is skipped:
// without Chromium, Java, Node or Meilisearch the tests fail (scripts/setup
// installs them).
//
//	go test ./e2e                         all of it
//	go test ./e2e -run TestSite/Walk      one journey
//	go test ./e2e -run TestPictures -shots write docs/images for the README
package e2e
