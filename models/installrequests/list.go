package installrequests

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// Asked is the organization that requests were sent to.
type Asked struct {
	ID      int64
	Login   string
	Name    string
	Role    models.OrganizationRole // of the actor
	Waiting int                     // open requests, in all
	Decided int
}

// organization is one whose requests the actor may answer.
func (s *Service) organization(ctx context.Context, actor models.Actor, login string) (*Asked, error) {
	if !db.Sayable(login) {
		return nil, models.ErrNotFound
	}
	var a Asked
	var suspended bool
	err := s.db.Pool().QueryRow(ctx, `SELECT o.id, o.login, coalesce(nullif(o.name, ''), o.login), o.suspended_at IS NOT NULL,
			(SELECT count(*) FROM installation_requests r WHERE r.organization_id = o.id AND r.state = 'open'),
			(SELECT count(*) FROM installation_requests r WHERE r.organization_id = o.id AND r.state <> 'open')
		FROM accounts o JOIN organizations g ON g.account_id = o.id WHERE o.login = $1`, strings.ToLower(login)).
		Scan(&a.ID, &a.Login, &a.Name, &suspended, &a.Waiting, &a.Decided)
	if err != nil {
		return nil, missing(err)
	}
	a.Role = actor.RoleIn(a.ID)
	return &a, actor.MayAnswerInstallRequests(a.ID, suspended)
}

// List is a page of an organization's requests.
type List struct {
	Asked
	Total int // in this view
	Items []Request
}

// listViews are the views in SQL, with their orders.
var listViews = map[models.RequestView]string{
	models.RequestsOpen:    `r.state = 'open' ORDER BY r.id`,
	models.RequestsDecided: `r.state <> 'open' ORDER BY r.id DESC`,
}

// List is a page of the requests that an organization was sent: those that wait, the
// longest waiting first, or those that are over. It returns ErrUnknownChoice for a
// view that isn't one, and ErrPageOutOfRange.
func (s *Service) List(ctx context.Context, actor models.Actor, login string, view models.RequestView, page int) (*List, error) {
	asked, err := s.organization(ctx, actor, login)
	if err != nil {
		return nil, err
	}
	where, ok := listViews[view]
	if !ok {
		return nil, models.ErrUnknownChoice.On("view")
	}
	l := &List{Asked: *asked, Total: asked.Waiting}
	if view == models.RequestsDecided {
		l.Total = asked.Decided
	}
	if err := models.CheckPage(page, PerPage, l.Total); err != nil {
		return nil, err
	}
	l.Items, err = s.page(ctx, `r.organization_id = $1 AND `+where, asked.ID, page)
	return l, err
}

// Mine is a page of what the actor asked for, the newest first.
func (s *Service) Mine(ctx context.Context, actor models.Actor, page int) (list []Request, total int, err error) {
	if actor.UserID == 0 {
		return nil, 0, models.ErrSignInNeeded
	}
	if err := s.db.Pool().QueryRow(ctx, `SELECT count(*) FROM installation_request_votes WHERE account_id = $1`, actor.UserID).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("installrequests: mine: %w", err)
	}
	if err := models.CheckPage(page, PerPage, total); err != nil {
		return nil, 0, err
	}
	list, err = s.page(ctx, `r.id IN (SELECT request_id FROM installation_request_votes WHERE account_id = $1) ORDER BY r.id DESC`, actor.UserID, page)
	return list, total, err
}

func (s *Service) page(ctx context.Context, where string, of int64, page int) ([]Request, error) {
	rows, err := s.db.Pool().Query(ctx, `SELECT `+requestColumns+requestTables+` WHERE `+where+` LIMIT $2 OFFSET $3`, of, PerPage, (page-1)*PerPage)
	if err != nil {
		return nil, fmt.Errorf("installrequests: list: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Request, err error) { return r, r.scan(row) })
	if err != nil {
		return nil, fmt.Errorf("installrequests: list: %w", err)
	}
	return list, nil
}
