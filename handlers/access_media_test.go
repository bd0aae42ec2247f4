package handlers_test

import "testing"

// hammer is the integrator's: they may give it pictures, the app's manager a
// logo. Whoever was suspended learns that first.
var (
	ofHammer     = nobody.except(allowed, integrator).except(forbidden, suspended, manager)
	ofHammerLogo = ofHammer.except(allowed, manager)
)

const someHash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// mediaTable is every route of routes_media.go.
var mediaTable = []route{
	{get, "/images/:hash", "/images/" + someHash, "", absent},
	{get, "/images/:hash/:width", "/images/" + someHash + "/64", "", absent},
	{post, "/api/v1/images", "/api/v1/images?use=logo", "", ofTokens},
	{get, "/marketplace/manage/:slug/media", "/marketplace/manage/hammer/media", "", ofHammer},
	{post, "/marketplace/manage/:slug/media/logo", "/marketplace/manage/hammer/media/logo", "", ofHammer},
	{post, "/marketplace/manage/:slug/media/logo/remove", "/marketplace/manage/hammer/media/logo/remove", "", ofHammer},
	{post, "/marketplace/manage/:slug/media/feature", "/marketplace/manage/hammer/media/feature", "", ofHammer},
	{post, "/marketplace/manage/:slug/media/feature/remove", "/marketplace/manage/hammer/media/feature/remove", "", ofHammer},
	{post, "/marketplace/manage/:slug/media/screenshots", "/marketplace/manage/hammer/media/screenshots", "", ofHammer},
	{post, "/marketplace/manage/:slug/media/screenshots/:hash", "/marketplace/manage/hammer/media/screenshots/" + someHash, "caption=A+shot", ofHammer.except(gone, integrator)},
	{post, "/marketplace/manage/:slug/media/screenshots/:hash/move", "/marketplace/manage/hammer/media/screenshots/" + someHash + "/move", "to=1", ofHammer.except(gone, integrator)},
	{post, "/marketplace/manage/:slug/media/screenshots/:hash/remove", "/marketplace/manage/hammer/media/screenshots/" + someHash + "/remove", "", ofHammer.except(gone, integrator)},
	{get, "/settings/apps/:slug/logo", "/settings/apps/hammer/logo", "", ofHammerLogo},
	{post, "/settings/apps/:slug/logo", "/settings/apps/hammer/logo", "", ofHammerLogo},
	{post, "/settings/apps/:slug/logo/remove", "/settings/apps/hammer/logo/remove", "", ofHammerLogo},
}

// withMedia adds to a world what mediaTable names.
func (w *world) withMedia(t testing.TB) {
	t.Helper()
}
