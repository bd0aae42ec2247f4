package repos_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/repos"
)

func TestReadBulk(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string // line, name, description, visibility, problem
	}{
		"csv": {"name,description,visibility\na,What it is,public\nb,,PRIVATE\nc\n",
			[]string{"2 a What it is public", "3 b  private", "4 c  private"}},
		"columns in any order, spreadsheet's marks": {"\xef\xbb\xbfVisibility; NAME\r\npublic; a\r\n\r\n;b\r\n",
			[]string{"2 a  public", "4 b  private"}},
		"tabs and quotes": {"name\tdescription\na\t\"one, \"\"two\"\"\nthree\"\nb\t\n",
			[]string{"2 a one, \"two\"\nthree private", "4 b  private"}},
		"bad lines": {"name,visibility\na,secret\nb,public,more\nc\"c,public\nd,public",
			[]string{"2 a  private bulk_visibility", "3 b  public bulk_unreadable_line", "4   private bulk_unreadable_line", "5 d  public"}},
		"json": {` [{"name":"a","description":"x","visibility":"public"}, {"name":"b","private":false}, {"name":"c"}]`,
			[]string{"1 a x public", "2 b  public", "3 c  private"}},
		"bad entries": {`[{"name":1},{"name":"b","odd":1},"c",null,{"name":"d","private":true,"visibility":"public"},{"name":"e","visibility":"odd"}]`,
			[]string{"1   private bulk_unreadable_line", "2 b  private bulk_unreadable_line", "3   private bulk_unreadable_line",
				"4   private bulk_unreadable_line", "5 d  public bulk_visibility", "6 e  private bulk_visibility"}},
		"empty array":   {`[]`, nil},
		"header alone":  {"name\n", nil},
		"nothing":       {" \n", []string{"bad_bulk_file"}},
		"no name":       {"description\nx\n", []string{"bad_bulk_file"}},
		"other column":  {"name,owner\na,b\n", []string{"bad_bulk_file"}},
		"column twice":  {"name,name\na,b\n", []string{"bad_bulk_file"}},
		"no header":     {"a,b,public\n", []string{"bad_bulk_file"}},
		"an object":     {`{"name":"a"}`, []string{"bad_bulk_file"}},
		"half an array": {`[{"name":"a"}`, []string{"bad_bulk_file"}},
		"not utf-8":     {"name\n\xff\xfe\n", []string{"bad_bulk_file"}},
		"too many":      {"name\n" + strings.Repeat("a\n", repos.MaxBulk+1), []string{"bulk_too_many"}},
		"too many json": {"[" + strings.Repeat(`{"name":"a"},`, repos.MaxBulk) + "{}]", []string{"bulk_too_many"}},
	} {
		var got []string
		rows, err := repos.ReadBulk([]byte(c.text))
		if known, ok := errors.AsType[*models.Error](err); ok {
			got = append(got, known.Code)
		}
		for _, r := range rows {
			line := fmt.Sprint(r.Line, " ", r.Name, " ", r.Description, " ", map[bool]string{true: "private", false: "public"}[r.Private])
			if r.Problem != nil {
				line += " " + r.Problem.Code
			}
			got = append(got, line)
		}
		if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func FuzzBulk(f *testing.F) {
	for _, text := range []string{"name,description,visibility\na,b,public\n", "name\n\"", `[{"name":"a"}]`, `[null]`, "name;visibility\na;b;c\n", "\xef\xbb\xbf[", "name\n\n\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, err := repos.ReadBulk(text)
		if err != nil {
			if rows != nil {
				t.Error("rows beside an error")
			}
			if known, ok := errors.AsType[*models.Error](err); !ok || known.Kind != models.Invalid {
				t.Errorf("the error is %v", err)
			}
			return
		}
		if len(rows) > repos.MaxBulk {
			t.Errorf("%d rows", len(rows))
		}
		last := 0
		for _, r := range rows {
			if r.Line <= last && r.Problem == nil {
				t.Errorf("line %d after %d", r.Line, last)
			}
			last = r.Line
			if !utf8.ValidString(r.Name) || !utf8.ValidString(r.Description) {
				t.Errorf("broken text in line %d", r.Line)
			}
		}
	})
}

func TestBulkIsAllOrNothingAndRepeatable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	old := dbtest.Repository(t, w.db, ada, "Old", func(r *models.Repository) { r.Description = "as it was" })
	renamed := dbtest.Repository(t, w.db, ada, "former")
	actor := w.as(ada)
	if _, err := w.Rename(t.Context(), actor, renamed.ID, "present"); err != nil {
		t.Fatal(err)
	}
	rows, err := repos.ReadBulk([]byte("name,description,visibility\na, first ,public\nb,,private\nA,again,public\nbad name,,\nold,changed,private\nc,\x07,\nformer,,public\n"))
	if err != nil {
		t.Fatal(err)
	}
	report := func(opts repos.BulkOptions) (string, error) {
		r, err := w.Bulk(t.Context(), actor, ada.ID, rows, opts)
		var lines []string
		for _, p := range r.Problems {
			lines = append(lines, fmt.Sprint(p.Line, p.Err.Code))
		}
		return fmt.Sprintf("%d rows: %d created, %d unchanged, %d bad %v, written %t", r.Rows, r.Created, r.Unchanged, r.Bad, lines, r.Written), err
	}
	before := w.count("SELECT count(*) FROM repositories")
	bad := "[4bulk_twice 5repository_name 7control_characters]"
	for _, c := range []struct {
		opts repos.BulkOptions
		want string
		err  error
	}{
		{repos.BulkOptions{DryRun: true}, "7 rows: 3 created, 1 unchanged, 3 bad " + bad + ", written false", nil},
		{repos.BulkOptions{}, "7 rows: 3 created, 1 unchanged, 3 bad " + bad + ", written false", models.ErrBulkLines},
		{repos.BulkOptions{SkipBad: true}, "7 rows: 3 created, 1 unchanged, 3 bad " + bad + ", written true", nil},
		{repos.BulkOptions{SkipBad: true}, "7 rows: 0 created, 4 unchanged, 3 bad " + bad + ", written true", nil},
		{repos.BulkOptions{DryRun: true}, "7 rows: 0 created, 4 unchanged, 3 bad " + bad + ", written false", nil},
	} {
		got, err := report(c.opts)
		if want(t, c.want, err, c.err); got != c.want {
			t.Errorf("%+v: %s, want %s", c.opts, got, c.want)
		}
		if c.opts.DryRun != true && c.err != nil && w.count("SELECT count(*) FROM repositories") != before {
			t.Error("something was made though it was refused")
		}
	}
	if d := w.find(actor, "ada", "old"); d.Repository.ID != old.ID || d.Repository.Description != "as it was" || d.Repository.Private {
		t.Errorf("%+v", d)
	}
	if d := w.find(actor, "ada", "a"); d.Repository.Description != "first" || d.Repository.Private {
		t.Errorf("%+v", d)
	}
	if d := w.find(actor, "ada", "former"); d.Repository.ID == renamed.ID {
		t.Error("a redirect is left over")
	}
	if n := w.logged("repository.create"); n != 3 {
		t.Errorf("%d events", n)
	}
}

func TestBulkNeedsTheRightsOfCreating(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, ben, eve := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "ben"), dbtest.User(t, w.db, "eve")
	acme := dbtest.Organization(t, w.db, "acme", ada)
	dbtest.Member(t, w.db, acme, ben, models.RoleMember)
	unclaimed := dbtest.Account(t, w.db)
	rows := []repos.BulkRow{{Line: 1, Name: "a"}}
	for name, c := range map[string]struct {
		actor   models.Actor
		account models.Account
		want    error
	}{
		"owner":                  {w.as(ada), acme, nil},
		"member":                 {w.as(ben), acme, models.ErrForbidden},
		"stranger":               {w.as(eve), acme, models.ErrNotFound},
		"anonymous":              {models.Actor{}, acme, models.ErrSignInNeeded},
		"operator":               {models.Operator(), ben, nil},
		"operator, nobody's":     {models.Operator(), unclaimed, models.ErrNotFound},
		"operator, not an owner": {models.Operator(), models.Account{ID: 999}, models.ErrNotFound},
	} {
		_, err := w.Bulk(t.Context(), c.actor, c.account.ID, rows, repos.BulkOptions{})
		want(t, name, err, c.want)
	}
	dbtest.Suspend(t, w.db, acme)
	_, err := w.Bulk(t.Context(), w.as(ada), acme.ID, []repos.BulkRow{{Line: 1, Name: "b"}}, repos.BulkOptions{})
	want(t, "suspended account", err, models.ErrSuspended)
	_, err = w.BulkInto(t.Context(), w.as(ada), "nobody-here", rows, repos.BulkOptions{})
	want(t, "no such account", err, models.ErrUnknownChoice)
	_, err = w.Bulk(t.Context(), w.as(ada), ada.ID, make([]repos.BulkRow, repos.MaxBulk+1), repos.BulkOptions{})
	want(t, "too many", err, models.ErrBulkSize)
}

// Ten thousand take a handful of statements and a moment.
func TestBulkOfTenThousand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	var text strings.Builder
	text.WriteString("name,description,visibility\n")
	for i := range repos.MaxBulk {
		fmt.Fprintf(&text, "repository-%d,The number %d of many,public\n", i, i)
	}
	actor := w.as(ada)
	began := time.Now()
	var report repos.BulkReport
	n := dbtest.Statements(w.db, func() {
		rows, err := repos.ReadBulk([]byte(text.String()))
		if err != nil {
			t.Fatal(err)
		}
		if report, err = w.Bulk(t.Context(), actor, ada.ID, rows, repos.BulkOptions{}); err != nil {
			t.Fatal(err)
		}
	})
	if took := time.Since(began); report.Created != repos.MaxBulk || n > 8 || took > 10*time.Second {
		t.Errorf("%+v in %d statements and %v", report, n, took)
	}
	t.Logf("%d repositories in %v", report.Created, time.Since(began))
	if got := w.logged("repository.create"); got != repos.MaxBulk {
		t.Errorf("%d events", got)
	}
}

func TestBulkAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	actor := w.as(ada)
	var rows []repos.BulkRow
	for i := range 200 {
		rows = append(rows, repos.BulkRow{Line: i + 1, Name: fmt.Sprintf("r%d", i)})
	}
	var made [2]int
	errs := race(
		func() error {
			r, err := w.Bulk(t.Context(), actor, ada.ID, rows, repos.BulkOptions{})
			made[0] = r.Created
			return err
		},
		func() error {
			r, err := w.Bulk(t.Context(), actor, ada.ID, rows, repos.BulkOptions{})
			made[1] = r.Created
			return err
		},
	)
	if winners(errs) != 2 || made[0]+made[1] != 200 {
		t.Errorf("%v made %v", errs, made)
	}
}
