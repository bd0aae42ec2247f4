package apps_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"souk/models"
	"souk/models/db/dbtest"
)

// TestDatabaseReckonsGrantsAsNounsDo holds the functions of the schema, which lower
// installations, to models.Grants.
func TestDatabaseReckonsGrantsAsNounsDo(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t).Pool()
	var keys []string
	for _, p := range models.Permissions() {
		keys = append(keys, p.Key)
		var own bool
		if err := pool.QueryRow(t.Context(), `SELECT account_permission($1)`, p.Key).Scan(&own); err != nil {
			t.Fatal(err)
		}
		if own != (p.Group == models.GroupAccount) {
			t.Errorf("%s: the database says %v", p.Key, own)
		}
	}
	keys = append(keys[:6:6], keys[len(keys)-20:]...) // so that two draws have something in common
	levels := []models.Level{models.LevelRead, models.LevelWrite, models.LevelAdmin}
	grants := rapid.MapOfN(rapid.SampledFrom(keys), rapid.SampledFrom(levels), 0, 12)
	rapid.Check(t, func(r *rapid.T) {
		held, asked := models.Grants(grants.Draw(r, "held")), models.Grants(grants.Draw(r, "asked"))
		var within, own, rest models.Grants
		var covers bool
		err := pool.QueryRow(t.Context(), `SELECT grants_within($1, $2), grants_cover($1, $2), grants_part($2, true), grants_part($2, false)`,
			text(t, held), text(t, asked)).Scan(&within, &covers, &own, &rest)
		if err != nil {
			r.Fatal(err)
		}
		if want := held.Within(asked); !maps.Equal(within, want) {
			r.Errorf("within: %v, want %v", within, want)
		}
		if want := held.Covers(asked); covers != want {
			r.Errorf("covers: %v, want %v", covers, want)
		}
		if !maps.Equal(own, asked.OfAccounts()) || !maps.Equal(rest, asked.Installable()) {
			r.Errorf("parts of %v: %v and %v", asked, own, rest)
		}
		if beyond := held.Beyond(asked); (len(beyond) == 0) != covers {
			r.Errorf("beyond: %v", beyond)
		}
	})
}

func text(t *testing.T, g models.Grants) string {
	t.Helper()
	b, err := json.Marshal(g)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestWhatIsNotAskedForIsNotHeld is the trigger behind every change of what an app
// asks for: less takes effect at once and stays, more waits.
func TestWhatIsNotAskedForIsNotHeld(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	maker, user := dbtest.User(t, d, "maker"), dbtest.User(t, d, "user")
	asks := func(a *models.App) {
		a.Permissions = models.Grants{"contents": "write", "issues": "read", "metadata": "read", "emails": "read", "gists": "write"}
	}
	app := dbtest.App(t, d, maker, "tool", asks)
	i := dbtest.Install(t, d, app, user)
	authorization := dbtest.Authorize(t, d, app, user)
	for _, step := range []struct {
		name                string
		asked               models.Grants
		held, own           models.Grants
		lacks, accountLacks bool
	}{
		{"less", models.Grants{"contents": "read", "metadata": "read", "emails": "read"}, models.Grants{"contents": "read", "metadata": "read"}, models.Grants{"emails": "read"}, false, false},
		{"as before", app.Permissions, models.Grants{"contents": "read", "metadata": "read"}, models.Grants{"emails": "read"}, true, true},
		{"of accounts only", models.Grants{"contents": "read", "metadata": "read", "emails": "write"}, models.Grants{"contents": "read", "metadata": "read"}, models.Grants{"emails": "read"}, false, true},
		{"nothing", models.Grants{}, models.Grants{}, models.Grants{}, false, false},
		{"everything new", app.Permissions, models.Grants{}, models.Grants{}, true, true},
	} {
		if _, err := d.Pool().Exec(t.Context(), `UPDATE apps SET permissions = $2 WHERE id = $1`, app.ID, step.asked); err != nil {
			t.Fatal(err)
		}
		var held, own models.Grants
		var lacks, since, accountLacks bool
		err := d.Pool().QueryRow(t.Context(), `SELECT i.permissions, i.lacks, i.lacks_since IS NOT NULL, g.permissions, g.lacks
			FROM installations i, authorizations g WHERE i.id = $1 AND g.id = $2`, i.ID, authorization).Scan(&held, &lacks, &since, &own, &accountLacks)
		if err != nil {
			t.Fatal(err)
		}
		if !maps.Equal(held, step.held) || !maps.Equal(own, step.own) || lacks != step.lacks || since != lacks || accountLacks != step.accountLacks {
			t.Errorf("%s: %v lacks %v (%v), %v lacks %v", step.name, held, lacks, since, own, accountLacks)
		}
	}
	paths := func(asked ...string) (held []string, lacks bool) {
		t.Helper()
		if _, err := d.Pool().Exec(t.Context(), `UPDATE apps SET permissions = '{}', single_file_paths = $2 WHERE id = $1`, app.ID, asked); err != nil {
			t.Fatal(err)
		}
		if err := d.Pool().QueryRow(t.Context(), `SELECT single_file_paths, lacks FROM installations WHERE id = $1`, i.ID).Scan(&held, &lacks); err != nil {
			t.Fatal(err)
		}
		return held, lacks
	}
	if _, err := d.Pool().Exec(t.Context(), `UPDATE installations SET single_file_paths = '{a,b}' WHERE id = $1`, i.ID); err != nil {
		t.Fatal(err)
	}
	if held, lacks := paths("b", "c"); !slices.Equal(held, []string{"b"}) || !lacks {
		t.Errorf("of a and b, with b and c asked for: %v, lacks %v", held, lacks)
	}
	if held, lacks := paths("b"); !slices.Equal(held, []string{"b"}) || lacks {
		t.Errorf("with b alone asked for: %v, lacks %v", held, lacks)
	}
}
