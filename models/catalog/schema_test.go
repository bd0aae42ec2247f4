package catalog_test

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm/schema"

	"souk/models"
	"souk/models/db/dbtest"
)

// TestSchemaMatchesNouns compares what the nouns allow with what the schema
// checks.
func TestSchemaMatchesNouns(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	for constraint, want := range map[string][]string{
		"listings_state": keys(models.ListingStates()),
		"plans_state":    keys(models.PlanStates()),
		"plans_kind":     {string(models.PlanFree), string(models.PlanFlatRate), string(models.PlanPerUnit)},
		"plans_audience": {string(models.AudienceEveryone), string(models.AudienceUsers), string(models.AudienceOrganizations)},
		"apps_kind":      {string(models.GitHubApp), string(models.OAuthApp)},
		"accounts_kind":  {string(models.KindUser), string(models.KindOrganization)},

		"listing_translations_language": models.Languages()[1:],
	} {
		var definition string
		err := d.Pool().QueryRow(t.Context(), "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1", constraint).Scan(&definition)
		if err != nil {
			t.Errorf("%s: %v", constraint, err)
			continue
		}
		var got []string
		for _, m := range regexp.MustCompile(`'([^']+)'::text`).FindAllStringSubmatch(definition, -1) {
			got = append(got, m[1])
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s checks %v, the nouns say %v", constraint, got, want)
		}
	}
}

func keys[K ~string, V any](m map[K]V) []string {
	var all []string
	for k := range m {
		all = append(all, string(k))
	}
	return all
}

// TestNounsHaveColumns checks that every field of a noun that is stored as a
// row has a column. Fields that a query computes are named here.
func TestNounsHaveColumns(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	computed := map[string][]string{"screenshots": {"width", "height"}}
	for table, noun := range map[string]any{
		"accounts": &models.Account{}, "apps": &models.App{}, "categories": &models.Category{}, "listings": &models.Listing{},
		"plans": &models.Plan{}, "images": &models.Image{}, "screenshots": &models.Screenshot{},
		"listing_translations": &models.Translation{}, "listing_revisions": &models.Revision{},
	} {
		rows, err := d.Pool().Query(t.Context(), "SELECT column_name FROM information_schema.columns WHERE table_name = $1", table)
		if err != nil {
			t.Fatal(err)
		}
		var columns []string
		for rows.Next() {
			var c string
			if err := rows.Scan(&c); err != nil {
				t.Fatal(err)
			}
			columns = append(columns, c)
		}
		for _, name := range fields(t, noun) {
			if !slices.Contains(columns, name) && !slices.Contains(computed[table], name) {
				t.Errorf("%s has no column %s; it has %s", table, name, strings.Join(columns, ", "))
			}
		}
	}
}

// fields names the columns of a noun as GORM would.
func fields(t *testing.T, noun any) []string {
	t.Helper()
	s, err := schema.Parse(noun, &sync.Map{}, schema.NamingStrategy{})
	if s == nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range s.Fields {
		names = append(names, schema.NamingStrategy{}.ColumnName("", f.Name))
	}
	return names
}
