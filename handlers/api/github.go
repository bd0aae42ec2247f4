package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/hooks"
	"souk/web"
	"souk/web/paths"
	"souk/web/view"
)

// This file answers what apps ask GitHub's marketplace, at the same addresses below
// /api/v3 and in the same form, so that their clients need no change. Parameters
// that nobody knows are left aside, as there.

// versions of GitHub's API that are answered, the first one if none is asked for.
var versions = []string{"2022-11-28", "2026-03-10"}

// exposed are the headers that scripts of other sites may read.
const exposed = "ETag, Link, Location, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Used, X-RateLimit-Reset, " +
	"X-RateLimit-Resource, X-OAuth-Scopes, X-Accepted-OAuth-Scopes, X-GitHub-Media-Type, X-GitHub-Request-Id"

// compatible is what stands before every answer of GitHub's API.
func compatible(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		web.NoStore(c)
		h, r := c.Response().Header(), c.Request()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", exposed)
		h.Set("Cache-Control", "private, no-cache")
		h.Set("Vary", "Accept, Accept-Encoding, Authorization")
		h.Set("X-GitHub-Media-Type", "github.v3; format=json")
		h.Set("X-GitHub-Request-Id", web.RequestID(c))
		version := r.Header.Get("X-GitHub-Api-Version")
		if version == "" {
			version = versions[0]
		}
		if version != versions[0] && version != versions[1] {
			return models.ErrAPIVersion
		}
		h.Set("X-GitHub-Api-Version-Selected", version)
		if r.UserAgent() == "" {
			return models.ErrAgentNeeded
		}
		return next(c)
	}
}

// compatibleRoutes mounts the part of GitHub's API that is about purchases.
func (a *API) compatibleRoutes(e *echo.Echo) {
	for pattern, h := range map[string]echo.HandlerFunc{
		paths.V3Plans:         a.forApp(a.v3Plans),
		paths.V3PlanAccounts:  a.forApp(a.v3Accounts),
		paths.V3AccountPat:    a.forApp(a.v3Account),
		paths.V3StubPlans:     a.forApp(stubPlans),
		paths.V3StubAccounts:  a.forApp(stubAccounts),
		paths.V3StubAccount:   a.forApp(stubAccount),
		paths.V3Purchases:     a.v3Mine,
		paths.V3StubPurchases: stubMine,
	} {
		e.Match([]string{http.MethodGet, http.MethodHead}, pattern, h, compatible)
		e.OPTIONS(pattern, v3Preflight)
	}
}

func v3Preflight(c echo.Context) error {
	h := c.Response().Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Methods", allowed)
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Unmodified-Since, "+
		"Accept, Accept-Encoding, X-GitHub-Api-Version, X-Requested-With, User-Agent")
	h.Set("Access-Control-Max-Age", "86400")
	return c.NoContent(http.StatusNoContent)
}

func (a *API) forApp(f func(c echo.Context, app int64) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		app, err := a.caller(c)
		if err != nil {
			return err
		}
		return f(c, app)
	}
}

// pageOf is the page that is asked for. What is no page is the first one, and one
// that is too long is cut.
func pageOf(c echo.Context) (hooks.Page, error) {
	number := func(name string, otherwise, most int) int {
		n, err := strconv.Atoi(c.QueryParam(name))
		if err != nil || n < 1 {
			return otherwise
		}
		return min(n, most)
	}
	p := hooks.Page{Number: number("page", 1, 1_000_000), PerPage: number("per_page", 30, 100)}
	switch c.QueryParam("sort") {
	case "":
		return p, nil
	case "created":
	case "updated":
		p.Updated = true
	default:
		return p, models.ErrUnknownChoice.On("sort")
	}
	switch c.QueryParam("direction") {
	case "", "asc":
	case "desc":
		p.Newest = true
	default:
		return p, models.ErrUnknownChoice.On("direction")
	}
	return p, nil
}

func id(c echo.Context) (int64, error) {
	n, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return 0, models.ErrNotFound
	}
	return n, nil
}

// v3List answers with a page of a list.
func v3List[T any](c echo.Context, all []T, p hooks.Page, total int) error {
	if link := links(address(c), p.Number, p.PerPage, total); link != "" {
		c.Response().Header().Set("Link", link)
	}
	return web.JSON(c, http.StatusOK, all)
}

func (a *API) v3Plans(c echo.Context, app int64) error {
	p, err := pageOf(c)
	if err != nil {
		return err
	}
	plans, total, err := a.purchases.Plans(c.Request().Context(), app, p)
	if err != nil {
		return err
	}
	out := make([]v3Plan, len(plans))
	for i := range plans {
		out[i] = v3PlanOf(base(c.Request().Context()), &plans[i])
	}
	return v3List(c, out, p, total)
}

func (a *API) v3Accounts(c echo.Context, app int64) error {
	plan, err := id(c)
	if err != nil {
		return err
	}
	p, err := pageOf(c)
	if err != nil {
		return err
	}
	all, total, err := a.purchases.Accounts(c.Request().Context(), app, plan, p)
	if err != nil {
		return err
	}
	out := make([]v3Customer, len(all))
	for i := range all {
		out[i] = v3CustomerOf(base(c.Request().Context()), &all[i])
	}
	return v3List(c, out, p, total)
}

func (a *API) v3Account(c echo.Context, app int64) error {
	account, err := id(c)
	if err != nil {
		return err
	}
	one, err := a.purchases.Account(c.Request().Context(), app, account)
	if err != nil {
		return err
	}
	return web.JSON(c, http.StatusOK, v3CustomerOf(base(c.Request().Context()), one))
}

// v3Mine is what whoever has the token has bought.
func (a *API) v3Mine(c echo.Context) error {
	p, err := pageOf(c)
	if err != nil {
		return err
	}
	all, total, err := a.purchases.Mine(c.Request().Context(), web.ActorOf(c), p)
	if err != nil {
		return err
	}
	out := make([]v3Own, len(all))
	for i := range all {
		out[i] = v3OwnOf(base(c.Request().Context()), &all[i])
	}
	return v3List(c, out, p, total)
}

// base is the address of the site.
func base(ctx context.Context) string { return view.From(ctx).Base }
