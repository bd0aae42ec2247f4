// Package updates draws the page on which an installation is given more permissions,
// and what stands for it on other pages.
package updates

import (
	"context"
	"slices"
	"time"

	"souk/models"
	"souk/templates/installs"
	"souk/templates/site"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Update is what an app asks for in addition.
type Update struct {
	ID                    int64
	Org                   string // login; "": it is on a person's own account
	Login, Account        string // its login and name
	App, Slug             string
	LogoURL, Backdrop     string
	Integrator            string
	Verified              bool
	Note                  string
	Since                 time.Time
	Zone                  *time.Location
	More                  []Raised
	Levels                []site.LevelGroup // the same, in sentences
	Files                 []string          // that single_file reaches in addition
	Events                []string
	Before, After         models.Risk
	CodeBefore, CodeAfter bool
	Runs                  bool // the reader may change it, and see what else is installed
	Refused               string
	Verdict               *models.Verdict // nil: no rule says anything

	Asked    string   // all that it asks for, for the form
	AllFiles []string // the same
	Selects  bool
	Chooser  installs.Chooser
	models.Selection

	Problems ui.Problems
}

// Raised is a permission that would be new, or at a higher level.
type Raised struct {
	Key      string
	From, To models.Level
}

func (u *Update) title(ctx context.Context) string { return i18n.T(ctx, "updates.title", "app", u.App) }

// crumbs lead back to what the reader can see.
func (u *Update) crumbs(ctx context.Context) []ui.Crumb {
	all := []ui.Crumb{{Text: u.App, Path: paths.Installation(u.Org, u.ID, "")}, {Text: i18n.T(ctx, "updates.crumb.this")}}
	if u.Runs {
		all = append([]ui.Crumb{{Text: i18n.T(ctx, "updates.crumb"), Path: paths.InstallationsOf(u.Org)}}, all...)
	}
	return all
}

func (u *Update) since(ctx context.Context) string { return i18n.Date(ctx, u.Since.In(u.Zone)) }

// changes are what would be different.
func (u *Update) changes(ctx context.Context) []ui.Change {
	var all []ui.Change
	for _, r := range u.More {
		c := ui.Change{Name: r.name(ctx), Before: i18n.T(ctx, "apps.level.none"), After: level(ctx, r.Key, r.To)}
		if r.From != "" {
			c.Before = level(ctx, r.Key, r.From)
		}
		all = append(all, c)
	}
	for _, path := range u.Files {
		all = append(all, ui.Change{Name: i18n.T(ctx, "updates.file", "path", path), After: i18n.T(ctx, "updates.new")})
	}
	for _, name := range u.Events {
		all = append(all, ui.Change{Name: i18n.T(ctx, "updates.event", "event", name), After: i18n.T(ctx, "updates.new")})
	}
	return all
}

func (r *Raised) known() bool {
	_, known := models.PermissionByKey(r.Key)
	return known
}

func (r *Raised) name(ctx context.Context) string {
	if !r.known() {
		return r.Key
	}
	return i18n.T(ctx, "permission."+r.Key+".name")
}

// level is a level in words: writing comes with reading where there is such.
func level(ctx context.Context, key string, l models.Level) string {
	p, known := models.PermissionByKey(key)
	if l == models.LevelWrite && known && !slices.Contains(p.Levels, models.LevelRead) {
		return i18n.T(ctx, "apps.level.only_write")
	}
	return i18n.T(ctx, "apps.level."+string(l))
}

// selections are the choice between all repositories and some.
func selections(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: string(models.SelectAll), Label: i18n.T(ctx, "installs.all"), Help: i18n.T(ctx, "installs.all.help")},
		{Value: string(models.SelectSelected), Label: i18n.T(ctx, "installs.selected"), Help: i18n.T(ctx, "installs.selected.help")},
	}
}
