package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/hooks"
	"souk/models/installtokens"
	"souk/web"
)

// This file hands out tokens of installations, and answers those who have one.

// v3Narrow is what a token may be narrowed to.
type v3Narrow struct {
	Repositories  []string          `json:"repositories"`
	RepositoryIDs []int64           `json:"repository_ids"`
	Permissions   map[string]string `json:"permissions"`
}

// v3Token is a token that has just been made.
type v3Token struct {
	Token           string                      `json:"token"`
	ExpiresAt       string                      `json:"expires_at"`
	Permissions     models.Grants               `json:"permissions"`
	Selection       string                      `json:"repository_selection"`
	Repositories    *[]models.PayloadRepository `json:"repositories,omitempty"`
	SingleFile      *string                     `json:"single_file,omitempty"`
	ManyFiles       *bool                       `json:"has_multiple_single_files,omitempty"`
	SingleFilePaths *[]string                   `json:"single_file_paths,omitempty"`
}

func (a *API) v3Mint(c echo.Context, app int64) error {
	n, err := id(c)
	if err != nil {
		return err
	}
	var body v3Narrow
	if err := readJSON(c, &body); err != nil {
		return err
	}
	narrow := installtokens.Narrow{Repositories: body.Repositories, RepositoryIDs: body.RepositoryIDs, Permissions: models.Grants{}}
	for key, level := range body.Permissions {
		narrow.Permissions[key] = models.Level(level)
	}
	m, err := a.apps.Tokens.Mint(c.Request().Context(), app, n, narrow)
	if err != nil {
		return err
	}
	return web.JSON(c, http.StatusCreated, v3TokenOf(m, base(c.Request().Context())))
}

func v3TokenOf(m *installtokens.Minted, base string) v3Token {
	i := &m.Installation
	out := v3Token{Token: m.Secret, ExpiresAt: stamp(m.ExpiresAt), Permissions: m.Permissions, Selection: i.Selection.GitHub()}
	if len(m.Repositories) > 0 {
		all := make([]models.PayloadRepository, len(m.Repositories))
		for n := range m.Repositories {
			all[n] = models.PayloadRepositoryOf(&m.Repositories[n], base)
		}
		out.Selection, out.Repositories = models.SelectSelected.GitHub(), &all
	}
	if m.Permissions["single_file"] != "" && len(i.SingleFilePaths) > 0 {
		out.SingleFile, out.ManyFiles, out.SingleFilePaths = &i.SingleFilePaths[0], new(len(i.SingleFilePaths) > 1), &i.SingleFilePaths
	}
	return out
}

// readJSON reads a body that may be left out, or null. It returns ErrBodyJSON and
// ErrBodyObject, and ErrUnknownChoice for a field of another type.
func readJSON(c echo.Context, into any) error {
	text, err := io.ReadAll(c.Request().Body)
	if err != nil {
		if known, ok := errors.AsType[*echo.HTTPError](err); ok {
			return known
		}
		return models.ErrBodyJSON.Because(err)
	}
	text = bytes.TrimSpace(text)
	switch {
	case len(text) == 0 || string(text) == "null":
		return nil
	case !json.Valid(text):
		return models.ErrBodyJSON
	case text[0] != '{':
		return models.ErrBodyObject
	}
	if err := json.Unmarshal(text, into); err != nil {
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return models.ErrUnknownChoice.On(wrong.Field)
		}
		return models.ErrBodyJSON.Because(err)
	}
	return nil
}

// byToken is for an app that works as one of its installations.
func (a *API) byToken(f func(c echo.Context, acting *installtokens.Acting) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().Header.Get("Authorization") == "" {
			return models.ErrSignInNeeded
		}
		acting, err := a.apps.Tokens.Bearer(c.Request().Context(), bearer(c))
		if err != nil {
			return err
		}
		c.Response().Header().Set("GitHub-Authentication-Token-Expiration", acting.Token.ExpiresAt.UTC().Format("2006-01-02 15:04:05 UTC"))
		return f(c, acting)
	}
}

// v3ReachedPage is a page of the repositories that a token is good for.
type v3ReachedPage struct {
	Total        int                     `json:"total_count"`
	Selection    string                  `json:"repository_selection"`
	Repositories []models.PayloadReached `json:"repositories"`
}

func (a *API) v3Reached(c echo.Context, acting *installtokens.Acting) error {
	p, err := pageOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	all, total, err := a.apps.Tokens.Repositories(ctx, acting, installtokens.Page{Number: p.Number, PerPage: p.PerPage})
	if err != nil {
		return err
	}
	out := v3ReachedPage{Total: total, Selection: acting.Selection().GitHub(), Repositories: make([]models.PayloadReached, len(all))}
	for i := range all {
		out.Repositories[i] = models.PayloadReached{PayloadRepository: models.PayloadRepositoryOf(&all[i], base(ctx)), Permissions: models.GrantedRightsOf(acting.Permissions)}
	}
	return v3Wrapped(c, out, p, total)
}

// v3Revoke ends the token that asks for it, suspended or not.
func (a *API) v3Revoke(c echo.Context) error {
	if c.Request().Header.Get("Authorization") == "" {
		return models.ErrSignInNeeded
	}
	if err := a.apps.Tokens.Revoke(c.Request().Context(), bearer(c)); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// v3Wrapped answers with a page of a list that is in an object with its total.
func v3Wrapped(c echo.Context, out any, p hooks.Page, total int) error {
	if link := links(address(c), p.Number, p.PerPage, total); link != "" {
		c.Response().Header().Set("Link", link)
	}
	return web.JSON(c, http.StatusOK, out)
}
