package api

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/installtokens"
	"souk/models/repos"
	"souk/web"
	"souk/web/paths"
)

// This file makes repositories, for apps as installations and for people.

// RepositoryMaker makes repositories; repos.Service is one.
type RepositoryMaker interface {
	CreateByToken(ctx context.Context, actor models.Actor, draft repos.Draft) (*repos.Details, error)
	CreateByApp(ctx context.Context, bot models.Actor, by *models.Installation, draft repos.Draft) (*repos.Details, error)
}

// v3Draft is a repository to be made. Visibility, where it is given, says more than
// Private.
type v3Draft struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Private     bool   `json:"private"`
	Visibility  string `json:"visibility"`
}

// v3Make makes a repository: of the organization that the address names, or of
// whoever the token stands for.
func (a *API) v3Make(c echo.Context) error {
	make, err := a.maker(c)
	if err != nil {
		return err
	}
	draft, err := v3ReadDraft(c)
	if err != nil {
		return err
	}
	made, rights, err := make(c.Request().Context(), draft)
	if err != nil {
		return err
	}
	r := &made.Repository
	hook := models.HookRepository{ID: r.ID, Owner: hookAccount(&made.Owner), Name: r.Name, Description: r.Description, Private: r.Private, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt}
	out := models.PayloadReached{PayloadRepository: models.PayloadRepositoryOf(&hook, base(c.Request().Context())), Permissions: rights}
	c.Response().Header().Set("Location", out.URL)
	return web.JSON(c, http.StatusCreated, out)
}

func v3ReadDraft(c echo.Context) (repos.Draft, error) {
	var body v3Draft
	if err := readJSON(c, &body); err != nil {
		return repos.Draft{}, err
	}
	draft := repos.Draft{Owner: c.Param("org"), Kind: models.KindOrganization, Name: body.Name, Description: body.Description, Private: body.Private}
	if draft.Owner == "" {
		draft.Kind = models.KindUser
	}
	switch body.Visibility {
	case "":
	case "private", "public":
		draft.Private = body.Visibility == "private"
	default:
		return draft, models.ErrUnknownChoice.On("visibility")
	}
	return draft, nil
}

// making makes a repository, and tells what whoever asks may do with it.
type making func(context.Context, repos.Draft) (*repos.Details, models.PayloadRights, error)

// maker is how whoever has a token makes a repository.
func (a *API) maker(c echo.Context) (make making, err error) {
	if strings.HasPrefix(bearer(c), models.PrefixInstallationToken) {
		visit := web.ActorOf(c).Visit
		err = a.byToken(func(_ echo.Context, acting *installtokens.Acting) error {
			make = a.makeAs(acting, visit)
			return nil
		})(c)
		return make, err
	}
	actor := web.ActorOf(c)
	switch {
	case actor.Anonymous() && paths.SignedToken(bearer(c)):
		return nil, models.ErrNotForApps
	case actor.Anonymous() || actor.TokenID == 0:
		return nil, models.ErrSignInNeeded
	}
	return func(ctx context.Context, draft repos.Draft) (*repos.Details, models.PayloadRights, error) {
		draft.Owner = cmp.Or(draft.Owner, actor.Login)
		made, err := a.apps.Repos.CreateByToken(ctx, actor, draft)
		return made, models.PayloadRightsOf(models.RepositoryAdmin), err
	}, nil
}

func (a *API) makeAs(acting *installtokens.Acting, visit models.Visit) making {
	return func(ctx context.Context, draft repos.Draft) (*repos.Details, models.PayloadRights, error) {
		draft.Owner = cmp.Or(draft.Owner, acting.Account.Login)
		by := acting.Installation
		by.Permissions = acting.Permissions
		made, err := a.apps.Repos.CreateByApp(ctx, models.Bot(acting.App.ID, acting.App.Slug, visit), &by, draft)
		return made, models.GrantedRightsOf(acting.Permissions), err
	}
}
