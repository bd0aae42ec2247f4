// Package models holds the nouns of the marketplace and the rules that need
// nothing but the noun itself: structs, state machines, risk, prices.
//
// It imports no driver, no HTTP and no clock, and no function here takes a
// context: what needs one is a verb and lives in a package below models.
//
// The words, and those to avoid:
//
//	account      a user or an organization; has a login (not: vendor, tenant)
//	publisher    the account that stands behind a listing, as visitors see it
//	integrator   the same account, as the one who registers apps
//	app          a GitHub App or an OAuth App (not: plugin, extension)
//	permission   a resource and a level: read, write or admin
//	listing      an app's page in the marketplace; has revisions and a state
//	plan         free, flat-rate or per-unit; monthly and yearly price; trial
//	category     a shelf that listings stand on
//	installs     how many accounts installed the app, where that is known
//
// What a source does not say is unknown: nil, never zero.
package models
