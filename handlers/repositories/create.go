package repositories

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/repos"
	"souk/templates/repositories"
	"souk/web"
	"souk/web/paths"
)

type newInput struct {
	Owner       string `query:"owner" form:"owner"`
	Name        string `form:"name"`
	Description string `form:"description"`
	Visibility  string `form:"visibility"`
}

// NewForm is the form for a new repository.
func (r *Repositories) NewForm(c echo.Context) error {
	in, err := web.Bind[newInput](c)
	if err != nil {
		return err
	}
	in.Visibility = "private"
	return web.Page(c, newPage(web.ActorOf(c), in, nil))
}

// Create makes a repository.
func (r *Repositories) Create(c echo.Context) error {
	in, err := web.Bind[newInput](c)
	if err != nil {
		return err
	}
	actor := web.ActorOf(c)
	again := func(p models.Problems) templ.Component { return newPage(actor, in, p) }
	if in.Visibility != "public" && in.Visibility != "private" {
		return web.Form(c, models.ErrUnknownChoice.On("visibility"), again)
	}
	d, err := r.repos.Create(c.Request().Context(), actor, repos.Draft{
		Owner: in.Owner, Name: in.Name, Description: in.Description, Private: in.Visibility == "private"})
	if err != nil {
		return web.Form(c, err, again)
	}
	return web.Done(c, paths.Repository(d.Owner.Login, d.Repository.Name), "repository_created")
}

func newPage(actor models.Actor, in newInput, p models.Problems) templ.Component {
	places, owner := places(actor, in.Owner)
	return repositories.NewPage(repositories.New{
		Owners: places, Owner: owner, Name: in.Name, Text: in.Description, Visibility: in.Visibility, Problems: problemsView(p)})
}

// places are where the actor may make repositories, and the one chosen among
// them.
func places(actor models.Actor, chosen string) ([]string, string) {
	places := repos.Places(actor)
	if slices.Contains(places, chosen) || len(places) == 0 {
		return places, chosen
	}
	return places, places[0]
}

// importing is the form for many repositories. The file comes beside it.
type importing struct {
	Owner string `query:"owner" form:"owner"`
	Text  string `form:"text"`
	Skip  bool   `form:"skip"`
	Act   string `form:"act"`
}

// ImportForm is the form for many repositories.
func (r *Repositories) ImportForm(c echo.Context) error {
	in, err := web.Bind[importing](c)
	if err != nil {
		return err
	}
	return web.Page(c, importPage(web.ActorOf(c), in, nil, nil))
}

// Import checks or makes many repositories, and says what became of each line.
func (r *Repositories) Import(c echo.Context) error {
	in, err := web.Bind[importing](c)
	if err != nil {
		return err
	}
	text, err := listed(c, in.Text)
	if err != nil {
		return err
	}
	in.Text = strings.ToValidUTF8(string(text), "\uFFFD")
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	var report *repos.BulkReport
	again := func(p models.Problems) templ.Component { return importPage(actor, in, report, p) }
	rows, err := repos.ReadBulk(text)
	if err != nil {
		return web.Form(c, err, again)
	}
	done, err := r.repos.BulkInto(ctx, actor, in.Owner, rows, repos.BulkOptions{DryRun: in.Act != "create", SkipBad: in.Skip})
	if report = &done; err != nil {
		return web.Form(c, err, again)
	}
	if done.Written {
		in.Text = ""
	}
	return web.Page(c, again(nil))
}

// listed is the text of the file that was sent, or what was typed where there is
// none.
func listed(c echo.Context, typed string) ([]byte, error) {
	header, err := c.FormFile("file")
	if err != nil || header.Size == 0 {
		return []byte(typed), nil
	}
	file, err := header.Open()
	if err != nil {
		return nil, fmt.Errorf("repositories: upload: %w", err)
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		return nil, fmt.Errorf("repositories: upload: %w", err)
	}
	return text, nil
}

func importPage(actor models.Actor, in importing, report *repos.BulkReport, p models.Problems) templ.Component {
	places, owner := places(actor, in.Owner)
	return repositories.ImportPage(repositories.Import{
		Owners: places, Owner: owner, Text: in.Text, SkipBad: in.Skip, Most: repos.MaxBulk, Report: reportView(report), Problems: problemsView(p)})
}

func reportView(r *repos.BulkReport) *repositories.Report {
	if r == nil || r.Rows == 0 {
		return nil
	}
	v := repositories.Report{Rows: r.Rows, Created: r.Created, Unchanged: r.Unchanged, Bad: r.Bad, Written: r.Written}
	for _, p := range r.Problems {
		v.Lines = append(v.Lines, repositories.BadLine{Line: p.Line, Name: p.Name, Code: p.Err.Code, Field: p.Err.Field})
	}
	return &v
}
