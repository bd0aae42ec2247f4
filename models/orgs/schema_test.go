package orgs_test

import (
	"regexp"
	"slices"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/orgs"
)

// What the schema checks is what the nouns say.
func TestSchemaMatchesNouns(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	roles := make([]string, 0, 3)
	for _, r := range models.OrganizationRoles() {
		roles = append(roles, string(r))
	}
	var levels []string
	for _, l := range orgs.BasePermissions() {
		levels = append(levels, l.String())
	}
	for constraint, want := range map[string][]string{
		"memberships_role": roles, "invitations_role": roles, "organizations_base": levels,
		"organizations_oauth": {string(models.OAuthOpen), string(models.OAuthApproval)},
		"domains_method":      {"", string(models.DomainByDNS), string(models.DomainByFile)},
	} {
		var definition string
		err := d.Pool().QueryRow(t.Context(), "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1", constraint).Scan(&definition)
		if err != nil {
			t.Errorf("%s: %v", constraint, err)
			continue
		}
		var got []string
		for _, m := range regexp.MustCompile(`'([^']*)'::text`).FindAllStringSubmatch(definition, -1) {
			got = append(got, m[1])
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s checks %q, the nouns say %q", constraint, got, want)
		}
	}
}
