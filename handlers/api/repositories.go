package api

import (
	"context"
	"fmt"
	"time"

	"souk/models"
	"souk/models/repos"
	"souk/web/paths"
	"souk/web/view"
)

// Repositories is what the API asks about repositories; repos.Service is one.
type Repositories interface {
	Mine(ctx context.Context, actor models.Actor, f repos.Filter) (*repos.List, error)
}

// RepositoryKind narrows a list of repositories.
type RepositoryKind string

// Enum lists the kinds.
func (RepositoryKind) Enum() []any {
	return []any{string(repos.OnlyPublic), string(repos.OnlyPrivate), string(repos.OnlyArchived)}
}

// RepositoriesQuery narrows and pages a list of repositories.
type RepositoriesQuery struct {
	Query   string         `query:"q" maxLength:"200" description:"Part of a name or a description."`
	Type    RepositoryKind `query:"type" description:"Only those that are public, private or archived."`
	Page    int            `query:"page" default:"1" minimum:"1" maximum:"10000" description:"Which page, from 1."`
	PerPage int            `query:"per_page" default:"30" minimum:"1" maximum:"100" description:"How many a page has."`
}

// Repository is a repository as whoever has the token may use it.
type Repository struct {
	ID          int64      `json:"id"`
	Owner       string     `json:"owner" description:"Login of the account that owns it."`
	Name        string     `json:"name"`
	Description string     `json:"description"`
	Private     bool       `json:"private"`
	ArchivedAt  *time.Time `json:"archived_at" nullable:"true" format:"date-time" description:"Since when nothing about it can be changed; null when it can."`
	Level       string     `json:"level" enum:"read,triage,write,maintain,admin" description:"What the person may do with it."`
	Reason      string     `json:"reason" enum:"owner,org_owner,base,collaborator,public" description:"Why: it is theirs, they own the organization, its base permission, a grant, or because anyone may."`
	CreatedAt   time.Time  `json:"created_at" format:"date-time"`
	UpdatedAt   time.Time  `json:"updated_at" format:"date-time"`
	URL         string     `json:"url" format:"uri"`
}

// UserRepositories lists the repositories that the person whose token it is
// administers or collaborates on, what changed last first.
func (a *API) UserRepositories(ctx context.Context, actor models.Actor, in RepositoriesQuery) (Page[Repository], error) {
	list, err := a.repos.Mine(ctx, actor, repos.Filter{Query: in.Query, Kind: repos.Kind(in.Type), Page: in.Page, PerPage: in.PerPage})
	if err != nil {
		return Page[Repository]{}, fmt.Errorf("api: repositories: %w", err)
	}
	v := view.From(ctx)
	out := Page[Repository]{TotalCount: list.Total, Items: make([]Repository, len(list.Items)), page: in.Page, perPage: in.PerPage, reachable: list.Total}
	for i := range list.Items {
		r := &list.Items[i]
		out.Items[i] = Repository{ID: r.ID, Owner: r.Owner, Name: r.Name, Description: r.Description, Private: r.Private, ArchivedAt: utc(r.ArchivedAt),
			Level: r.Level.String(), Reason: string(r.Reason), CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
			URL: v.Base + paths.Localized(v.Lang, paths.Repository(r.Owner, r.Name))}
	}
	return out, nil
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	return new(t.UTC())
}
