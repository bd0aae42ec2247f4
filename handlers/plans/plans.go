// Package plans holds the pages of a draft's plans, of the history of prices, and
// of trying a purchase.
package plans

import (
	"cmp"
	"errors"
	"strconv"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/apps"
	"souk/models/plans"
	"souk/models/tryouts"
	"souk/templates/desk"
	pages "souk/templates/plans"
	"souk/templates/ui"
	"souk/web/paths"
)

// Plans answers for plans and trying them.
type Plans struct {
	plans   *plans.Service
	tryouts *tryouts.Service
}

// New makes the handlers.
func New(p *plans.Service, t *tryouts.Service) *Plans {
	return &Plans{plans: p, tryouts: t}
}

// frame is what stands around a page of a listing's desk.
func frame(st *apps.Standing, c *models.ListingContent, page string) desk.Listing {
	v := desk.Listing{Slug: st.ListingSlug, Name: cmp.Or(c.Name, st.ListingName), State: st.ListingState, Page: page}
	if c.Logo != nil && c.Logo.Hash != "" {
		v.LogoURL = paths.Image(c.Logo.Hash)
	}
	return v
}

// number is the plan that an address names.
func number(c echo.Context) (int, error) {
	n, err := strconv.Atoi(c.Param("number"))
	if err != nil || n <= 0 {
		return 0, models.ErrNotFound
	}
	return n, nil
}

// problemsView is what is wrong with a form. What the rules say takes the place of
// the one error that stands for them.
func problemsView(err error, p models.Problems) pages.Problems {
	v := pages.Problems{}
	if lint, ok := errors.AsType[*plans.LintError](err); ok {
		v.Found = lint.Findings
		return v
	}
	v.Typed = typed(p)
	return v
}

func typed(p models.Problems) ui.Problems {
	var all ui.Problems
	for _, e := range p {
		all = append(all, ui.Problem{Field: e.Field, Code: e.Code})
	}
	return all
}

// others are the findings that keep nothing from being saved or handed in.
func others(all []models.Finding) []models.Finding {
	var found []models.Finding
	for _, f := range all {
		if f.Severity != models.SeverityError {
			found = append(found, f)
		}
	}
	return found
}
