package apps_test

import (
	"errors"
	"testing"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestStanding(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ada, bob := dbtest.User(t, d, "ada"), dbtest.User(t, d, "bob")
	tools := dbtest.Organization(t, d, "tools", ada)
	hammer := dbtest.App(t, d, tools, "hammer")
	dbtest.Manager(t, d, hammer, bob)
	listing := dbtest.Draft(t, d, hammer, models.ListingContent{})
	actor := models.Actor{UserID: bob.ID}

	for name, load := range map[string]func(apps.Querier, bool) (*apps.Standing, error){
		"slug": func(q apps.Querier, lock bool) (*apps.Standing, error) {
			return apps.Of(t.Context(), q, actor, "hammer", lock)
		},
		"listing": func(q apps.Querier, lock bool) (*apps.Standing, error) {
			return apps.OfListing(t.Context(), q, actor, "hammer", lock)
		},
		"id": func(q apps.Querier, lock bool) (*apps.Standing, error) {
			return apps.OfListingID(t.Context(), q, actor, listing, lock)
		},
	} {
		check := func(s *apps.Standing, err error) {
			if err != nil {
				t.Errorf("%s: %v", name, err)
				return
			}
			if s.Owner != "tools" || !s.Managed || s.ListingID != listing || s.ListingState != models.ListingDraft || !s.Claimed || s.Live() ||
				s.Permissions["issues"] != models.LevelRead || s.Rights() != (models.AppRights{ID: hammer.ID, AccountID: tools.ID, Managed: true}) {
				t.Errorf("%s: %+v", name, s)
			}
		}
		check(load(d.Pool(), false))
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			check(load(tx.Pgx, true))
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	if _, err := apps.Of(t.Context(), d.Pool(), actor, "nothing", false); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("what isn't there: %v", err)
	}
}
