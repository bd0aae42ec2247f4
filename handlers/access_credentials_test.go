package handlers_test

import "testing"

// hammer's credentials are its integrator's and its manager's
var (
	ofKeepers = nobody.except(allowed, integrator, manager).except(forbidden, suspended)
	ofTooLate = nobody.except(gone, integrator, manager).except(forbidden, suspended)
)

// credentialsTable is every route of routes_credentials.go.
var credentialsTable = []route{
	{get, "/settings/apps/:slug/secrets", "/settings/apps/hammer/secrets", "", ofKeepers},
	{post, "/settings/apps/:slug/secrets", "/settings/apps/hammer/secrets", "attempt=one", ofKeepers},
	{get, "/settings/apps/:slug/secrets/:id/revoke", "/settings/apps/hammer/secrets/{hammer secret}/revoke", "", ofKeepers},
	{post, "/settings/apps/:slug/secrets/:id/revoke", "/settings/apps/hammer/secrets/{hammer secret}/revoke", "last=true", ofKeepers},
	{get, "/settings/apps/:slug/keys", "/settings/apps/hammer/keys", "", ofKeepers},
	{post, "/settings/apps/:slug/keys", "/settings/apps/hammer/keys", "attempt=one", ofKeepers},
	{get, "/settings/apps/:slug/keys/:id/file", "/settings/apps/hammer/keys/{hammer key}/file", "", ofTooLate},
	{get, "/settings/apps/:slug/keys/:id/delete", "/settings/apps/hammer/keys/{hammer key}/delete", "", ofKeepers},
	{post, "/settings/apps/:slug/keys/:id/delete", "/settings/apps/hammer/keys/{hammer key}/delete", "", ofKeepers},
}

// withCredentials adds to a world what credentialsTable names.
func (w *world) withCredentials(t testing.TB) {
	t.Helper()
	w.row(t, "hammer secret", `INSERT INTO app_secrets (app_id, secret_hash, tail, created_at) VALUES (?, 'a hash', 'atail', now()) RETURNING id`, w.ids["hammer"])
	w.row(t, "hammer key", `INSERT INTO app_keys (app_id, public_key, fingerprint, created_at) VALUES (?, 'a key', 'SHA256:one', now()) RETURNING id`, w.ids["hammer"])
	w.row(t, "hammer other key", `INSERT INTO app_keys (app_id, public_key, fingerprint, created_at) VALUES (?, 'another', 'SHA256:two', now()) RETURNING id`, w.ids["hammer"])
}
