package repos

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// Details are a repository with its owner and what the actor may do with it.
type Details struct {
	Repository models.Repository
	Owner      models.Account         // of which ID, Login, Kind, Name and SuspendedAt are known
	Base       models.RepositoryLevel // the organization's; NoAccess for a user's
	Granted    models.RepositoryLevel // to the actor, as a collaborator
	Level      models.RepositoryLevel // what the actor may do in the end
	Reason     models.LevelReason
	Transfer   *Pending // one that is open, for those who manage the repository or may receive it
}

// Pending is an open transfer, as it is shown.
type Pending struct {
	models.Transfer
	To       string // the receiving account's login
	ToName   string
	From     string // login of who asked for it
	MayTake  bool   // the actor may accept or decline it
	FromOurs bool   // the actor manages the repository
}

// FullName is owner and name: "acme/widgets".
func (d *Details) FullName() string { return d.Owner.Login + "/" + d.Repository.Name }

// Link is the repository's address, without a language.
func (d *Details) Link() string { return "/" + d.FullName() }

const detailColumns = `r.id, r.account_id, r.name, r.description, r.private, r.archived_at, r.created_at, r.updated_at,
	a.login, a.kind, a.name, a.suspended_at, ` + baseRank + `, ` + grantedRank + `,
	t.account_id, t.requester_id, t.created_at, t.expires_at, coalesce(ta.login, ''), coalesce(ta.name, ''), coalesce(tr.login, '')`

const details = `SELECT ` + detailColumns + ` FROM` + tables + `
	LEFT JOIN repository_transfers t ON t.repository_id = r.id AND t.expires_at > @now
	LEFT JOIN accounts ta ON ta.id = t.account_id
	LEFT JOIN accounts tr ON tr.id = t.requester_id
	WHERE r.id = `

// byName finds a repository's id by the account's login and the name, present
// or former: what is called so now comes first.
const byName = `(WITH owner AS (SELECT coalesce(
		(SELECT id FROM accounts WHERE login = @login),
		(SELECT account_id FROM account_redirects WHERE login = @login)) AS id)
	SELECT coalesce(
		(SELECT n.id FROM repositories n WHERE n.account_id = owner.id AND lower(n.name) = lower(@name)),
		(SELECT d.repository_id FROM repository_redirects d WHERE d.account_id = owner.id AND d.name = lower(@name)))
	FROM owner)`

// Find returns the repository that login and name lead to, by their present or
// former names without regard to case, for an actor who may use it at a level.
// Compare FullName to see whether it has moved. It returns ErrNotFound where
// there is none that the actor can read, and ErrForbidden where reading isn't
// enough.
func (s *Service) Find(ctx context.Context, actor models.Actor, login, name string, need models.RepositoryLevel) (*Details, error) {
	d, err := s.byName(ctx, actor, login, name)
	if err != nil {
		return nil, err
	}
	if err := actor.MayUseRepository(d.Level, need); err != nil {
		return nil, err
	}
	return d, nil
}

// Offered is Find for a repository that is on its way to an account of the
// actor, who needs no other right to see it. It returns ErrTransferClosed to
// those who can read it, where it is on no such way.
func (s *Service) Offered(ctx context.Context, actor models.Actor, login, name string) (*Details, error) {
	d, err := s.byName(ctx, actor, login, name)
	if err != nil {
		return nil, err
	}
	return d, offeredTo(actor, d)
}

func offeredTo(actor models.Actor, d *Details) error {
	if d.Transfer != nil && d.Transfer.MayTake {
		return nil
	}
	if err := actor.MayUseRepository(d.Level, models.LevelToSee); err != nil {
		return err
	}
	return models.ErrTransferClosed
}

// Granted is Find for a repository on which something was granted to the actor.
func (s *Service) Granted(ctx context.Context, actor models.Actor, login, name string) (*Details, error) {
	d, err := s.Find(ctx, actor, login, name, models.LevelToSee)
	if err == nil && d.Granted == models.NoAccess {
		err = models.ErrNotFound
	}
	return d, err
}

func (s *Service) byName(ctx context.Context, actor models.Actor, login, name string) (*Details, error) {
	login = strings.ToLower(login)
	if !models.ValidLogin(login) || !models.ValidRepositoryName(name) {
		return nil, models.ErrNotFound
	}
	args := standing(actor)
	args["login"], args["name"] = login, name
	return s.details(ctx, s.db.Pool(), actor, byName, args)
}

func (s *Service) byID(ctx context.Context, q querier, actor models.Actor, id int64) (*Details, error) {
	args := standing(actor)
	args["id"] = id
	return s.details(ctx, q, actor, "@id", args)
}

func (s *Service) details(ctx context.Context, q querier, actor models.Actor, which string, args pgx.NamedArgs) (*Details, error) {
	args["now"] = s.now()
	var d Details
	r, o := &d.Repository, &d.Owner
	var to, from *int64
	var asked, until *time.Time
	var p Pending
	err := q.QueryRow(ctx, details+which, args).Scan(&r.ID, &r.AccountID, &r.Name, &r.Description, &r.Private, &r.ArchivedAt, &r.CreatedAt, &r.UpdatedAt,
		&o.Login, &o.Kind, &o.Name, &o.SuspendedAt, &d.Base, &d.Granted, &to, &from, &asked, &until, &p.To, &p.ToName, &p.From)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("repos: read: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	o.ID = r.AccountID
	if err := actor.MaySeeAccount(o); err != nil {
		return nil, err
	}
	d.Level, d.Reason = actor.LevelAndReason(r, d.Granted, d.Base)
	if to != nil {
		p.Transfer = models.Transfer{RepositoryID: r.ID, AccountID: *to, RequesterID: *from, CreatedAt: *asked, ExpiresAt: *until}
		p.MayTake = actor.MayCreateRepositoryIn(*to) == nil
		p.FromOurs = d.Level >= models.LevelToManage
		if p.MayTake || p.FromOurs {
			d.Transfer = &p
		}
	}
	return &d, nil
}
