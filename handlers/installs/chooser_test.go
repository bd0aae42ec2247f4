package installs_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
)

// many gives acme repositories r0001, r0002 and so on.
func (c *cast) many(n int) {
	c.exec(`INSERT INTO repositories (account_id, name, private, created_at, updated_at)
		SELECT $1, 'r' || lpad(i::text, 5, '0'), i % 2 = 0, now(), now() FROM generate_series(1, $2) i`, c.acme.ID, n)
}

// Everything that a script would do goes by the buttons of the form.
func TestRepositoriesAreChosenWithoutScript(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	c.many(120)
	b := c.As(t, c.ada)
	at := page(c.acme)
	shown := b.Get(at)
	expect(t, "the first page", shown, 200, "122 repositories, by name", "Page 1 of 3", "Choose all 122", "0 repositories chosen", "!>r00060<")

	shown = b.Post(at, fill(shown, "repo", id(c.own), "do", "page:2"))
	expect(t, "the second page keeps what was chosen", shown, 200, "Page 2 of 3", "1 repository chosen", "r00060")
	shown = b.Post(at, fill(shown, "q", "r0011", "do", "search"))
	expect(t, "a search", shown, 200, "10 repositories match “r0011”", "Choose all 10 that match", "!r00109", "1 repository chosen")
	shown = b.Post(at, fill(shown, "do", "all"))
	expect(t, "all that match", shown, 200, "11 repositories chosen", "r00119")
	shown = b.Post(at, fill(shown, "do", "drop:"+id(c.own)))
	expect(t, "one of them less", shown, 200, "10 repositories chosen")
	shown = b.Post(at, fill(shown, "q", "nothing like this", "do", "search"))
	expect(t, "a search that finds nothing", shown, 200, "No repository’s name contains", "10 repositories chosen")
	shown = b.Post(at, fill(shown, "q", "", "page", "99", "do", "page:99"))
	expect(t, "a page that isn't there", shown, 200, "Page 1 of 3", "10 repositories chosen")

	expect(t, "installed", b.Post(at, fill(shown, "do", "install")), 303)
	if n := c.number(`SELECT count(*) FROM installation_repositories x JOIN repositories r ON r.id = x.repository_id WHERE r.name LIKE 'r0011%'`); n != 10 {
		t.Errorf("%d of the ten chosen repositories", n)
	}
	if n := c.number(`SELECT count(*) FROM installation_repositories`); n != 10 {
		t.Errorf("%d repositories in all", n)
	}
}

// A box that is unticked on a page is a repository that isn't chosen any more.
func TestUntickedRepositoriesAreLeftOut(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	b := c.As(t, c.ada)
	all := b.Post(page(c.acme), fill(b.Get(page(c.acme)), "do", "all"))
	expect(t, "all of them", all, 200, "2 repositories chosen")
	form := fill(all, "do", "update")
	form["repo"] = []string{id(c.other)}
	expect(t, "one unticked", b.Post(page(c.acme), form), 200, "1 repository chosen")
	expect(t, "none", b.Post(page(c.acme), fill(all, "do", "none")), 200, "0 repositories chosen", "!Remove")
}

func TestRepositoriesOfOthersCannotBeChosen(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	foreign := dbtest.Repository(t, c.DB, c.makers, "foreign", dbtest.Private)
	b := c.As(t, c.ada)
	expect(t, "as a hint", b.Get(page(c.acme)+"&repository_ids[]="+id(foreign)+"&repository_ids[]="+id(c.other)), 200, "!foreign", "1 repository chosen")
	shown := b.Get(page(c.acme))
	expect(t, "in the form", b.Post(page(c.acme), fill(shown, "repo", id(foreign), "do", "update")), 200, "!foreign", "0 repositories chosen")
	expect(t, "installed", b.Post(page(c.acme), fill(shown, "repo", id(foreign), "repo", id(c.other), "do", "install")), 422)
	if n := c.number(`SELECT count(*) FROM installations`); n != 0 {
		t.Error("it was installed")
	}
	// acme/own is private: whoever can't see it can't name it either.
	dbtest.Collaborator(t, c.DB, c.other, c.stray, models.RepositoryAdmin)
	expect(t, "an outsider", c.As(t, c.stray).Get(page(c.acme)), 200, "!>own", "other")
}

func TestTheFormMayHoldAnything(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	b := c.As(t, c.ada)
	for form, status := range map[string]int{
		"do=search&q=%00":                         400,
		"do=search&q=" + strings.Repeat("x", 500): 400,
		"do=search&q=%25_%5C":                     200,
		"do=page:zz":                              200,
		"do=page:-1&page=x":                       200,
		"do=drop:x":                               200,
		"do=update&chosen=!":                      422,
		"do=update&chosen=1._zzzz":                422,
		"do=install&repo=x":                       400,
		"do=install&asked=issues:read+metadata:read&selection=none":       422,
		"do=install&asked=issues:read+metadata:read&selection=everything": 422,
		"do=install&selection=all":                                        409, // nothing was shown
		"do=%00":                                                          200,
		"selection=selected&do=all&q=nothing":                             200,
	} {
		v, err := url.ParseQuery(form)
		if err != nil {
			t.Fatal(err)
		}
		if a := b.Post(page(c.acme), v); a.Status != status {
			t.Errorf("%.60s: %d, want %d", form, a.Status, status)
		}
	}
	if n := c.number(`SELECT count(*) FROM installations`); n != 0 {
		t.Error("something was installed")
	}
}

// Thousands of repositories neither make the page ask more, nor make it long.
func TestThePageStaysSmallWithThousandsOfRepositories(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	c.many(20_000)
	b := c.As(t, c.ada)
	shown := b.Get(page(c.acme))
	if n := dbtest.Statements(c.DB, func() { shown = b.Get(page(c.acme)) }); n > 8 {
		t.Errorf("the page takes %d statements", n)
	}
	if len(shown.Body) > 60_000 {
		t.Errorf("the page has %d bytes", len(shown.Body))
	}
	if strings.Contains(shown.Body, `name="do" value="all"`) {
		t.Error("the page offers to choose more, one by one, than may be")
	}
	shown = b.Post(page(c.acme), fill(shown, "q", "r0", "do", "search"))
	expect(t, "those found", shown, 200, `name="do" value="all"`)
	shown = b.Post(page(c.acme), fill(shown, "q", "r0", "do", "all"))
	expect(t, "9,999 of them", shown, 200, "9,999 repositories chosen", "and 9,899 more")
	var again = shown
	if n := dbtest.Statements(c.DB, func() { again = b.Post(page(c.acme), fill(shown, "do", "page:2")) }); n > 8 {
		t.Errorf("turning the page takes %d statements", n)
	}
	expect(t, "turned", again, 200, "9,999 repositories chosen")
	if len(again.Body) > 90_000 {
		t.Errorf("the page has %d bytes", len(again.Body))
	}
	full := b.Post(page(c.acme), fill(again, "q", "", "do", "all"))
	expect(t, "more than one may choose", full, 422, "10,000")
	expect(t, "all", b.Post(page(c.acme), fill(shown, "do", "install", "selection", "all")), 303)
	if n := c.number(`SELECT count(*) FROM installation_repositories`); n != 0 {
		t.Errorf("all repositories are %d rows", n)
	}
}

func TestTheChoiceOfAnAccountTakesAFixedNumberOfStatements(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	for i := range 30 {
		o := dbtest.Organization(t, c.DB, fmt.Sprint("org-", i), c.ada)
		dbtest.Repository(t, c.DB, o, "r")
	}
	b := c.As(t, c.ada)
	if n := dbtest.Statements(c.DB, func() {
		expect(t, "the accounts", b.Get("/apps/hammer/installations/select_target"), 200, "org-29", "org-7")
	}); n > 6 {
		t.Errorf("it takes %d statements", n)
	}
}
