package installs

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/hooks"
	"souk/models/jobs"
)

// This file and its neighbours let installations, and requests for them, follow what
// happens to accounts and repositories: whoever changes those calls these in the same
// transaction, after the change unless it says otherwise. An installation that is
// suspended is told of its repositories and its account's name, and of nothing else.

// mostTold is how many repositories an app is told of in one event, and at most how many
// new ones it is told of one by one.
const mostTold = 1000

// RepositoriesCreated follows new repositories of an account, of which apps are told as
// of a list, and those that asked for it of each. Of more than mostTold at once they are
// told as of a list alone.
func (s *Service) RepositoriesCreated(ctx context.Context, tx *db.Tx, actor models.Actor, account int64, ids []int64) error {
	all, err := on(ctx, tx.Pgx, `i.account_id = $1 AND i.selection = 'all'`, account)
	if err != nil {
		return err
	}
	for _, i := range all {
		for some := range slices.Chunk(ids, mostTold) {
			if err := s.AnnounceRepositories(ctx, tx, actor, i, some, nil); err != nil {
				return err
			}
		}
	}
	if len(ids) > mostTold {
		return nil
	}
	return s.tellOfNew(ctx, tx, actor, all, ids)
}

// tellOfNew tells those that asked for the event repository of each that is new, one
// installation after the other.
func (s *Service) tellOfNew(ctx context.Context, tx *db.Tx, actor models.Actor, to []*Standing, ids []int64) error {
	to = hearing(to, models.EventRepository)
	if len(to) == 0 {
		return nil
	}
	made, err := repositories(ctx, tx.Pgx, `r.id = ANY ($1)`, ids)
	if err != nil {
		return err
	}
	for _, i := range to {
		events := make([]hooks.AppEvent, len(made))
		for n := range made {
			payload := models.RepositoryPayloadOf(models.RepositoryCreated, i.ID, &made[n], models.RepositoryWas{}, actor.Sender(), s.site.Base)
			events[n] = hooks.AppEvent{AppID: i.AppID, InstallationID: i.ID, Event: models.EventRepository, Action: models.RepositoryCreated, Payload: payload, At: s.now()}
		}
		if err := send(ctx, tx, events); err != nil {
			return err
		}
	}
	return nil
}

// RepositoryMade follows a repository that an app has made: its installation reaches
// it, though somebody selects what that does. It returns ErrNotForApps where the
// installation has lost the right to it meanwhile.
func (s *Service) RepositoryMade(ctx context.Context, tx *db.Tx, actor models.Actor, installation, repository int64) error {
	i, err := Of(ctx, tx.Pgx, installation, true)
	if err != nil {
		return err
	}
	if err := i.MayCreateRepository(); err != nil {
		return err
	}
	if err := s.RepositoriesCreated(ctx, tx, actor, i.AccountID, []int64{repository}); err != nil || i.Selection != models.SelectSelected {
		return err
	}
	_, err = tx.Pgx.Exec(ctx, `INSERT INTO installation_repositories (installation_id, repository_id, added_at) VALUES ($1, $2, $3)`, installation, repository, s.now())
	if err != nil {
		return fmt.Errorf("installs: follow: %w", err)
	}
	if err := s.AnnounceRepositories(ctx, tx, actor, i, []int64{repository}, nil); err != nil {
		return err
	}
	return s.tellOfRepository(ctx, tx, actor, []*Standing{i}, repository, models.RepositoryCreated, models.RepositoryWas{})
}

// RepositoryChanged follows a repository that is called otherwise, or seen by others,
// or archived, or none of these any more; action is one of the event repository's. From
// is its former name where it was renamed.
func (s *Service) RepositoryChanged(ctx context.Context, tx *db.Tx, actor models.Actor, id int64, action, from string) error {
	all, err := reaching(ctx, tx.Pgx, id)
	if err != nil {
		return err
	}
	return s.tellOfRepository(ctx, tx, actor, all, id, action, models.RepositoryWas{Name: from})
}

// RepositoryLeaving follows a repository that is about to become another account's:
// what is installed where it was loses it.
func (s *Service) RepositoryLeaving(ctx context.Context, tx *db.Tx, actor models.Actor, id int64) error {
	all, err := reaching(ctx, tx.Pgx, id)
	if err != nil {
		return err
	}
	return s.lose(ctx, tx, actor, all, id)
}

// RepositoryMoved follows a repository that was another account's.
func (s *Service) RepositoryMoved(ctx context.Context, tx *db.Tx, actor models.Actor, id int64, from models.Account) error {
	all, err := reaching(ctx, tx.Pgx, id)
	if err != nil {
		return err
	}
	for _, i := range all {
		if err := s.AnnounceRepositories(ctx, tx, actor, i, []int64{id}, nil); err != nil {
			return err
		}
	}
	was := models.RepositoryWas{Owner: &models.HookAccount{ID: from.ID, Login: from.Login, Kind: from.Kind}}
	return s.tellOfRepository(ctx, tx, actor, all, id, models.RepositoryTransferred, was)
}

// RepositoryDeleting follows a repository that is about to be deleted.
func (s *Service) RepositoryDeleting(ctx context.Context, tx *db.Tx, actor models.Actor, id int64) error {
	all, err := reaching(ctx, tx.Pgx, id)
	if err != nil {
		return err
	}
	if err := s.tellOfRepository(ctx, tx, actor, all, id, models.RepositoryDeleted, models.RepositoryWas{}); err != nil {
		return err
	}
	return s.lose(ctx, tx, actor, all, id)
}

// lose takes a repository from the installations that reach it, and from what somebody
// asks for.
func (s *Service) lose(ctx context.Context, tx *db.Tx, actor models.Actor, from []*Standing, id int64) error {
	for _, i := range from {
		if err := s.AnnounceRepositories(ctx, tx, actor, i, nil, []int64{id}); err != nil {
			return err
		}
	}
	if _, err := tx.Pgx.Exec(ctx, `DELETE FROM installation_repositories WHERE repository_id = $1`, id); err != nil {
		return fmt.Errorf("installs: follow: %w", err)
	}
	return s.narrowRequests(ctx, tx, actor, id)
}

// AccountRenamed follows an account that had another login.
func (s *Service) AccountRenamed(ctx context.Context, tx *db.Tx, actor models.Actor, account int64, from string) error {
	all, err := on(ctx, tx.Pgx, `i.account_id = $1`, account)
	if err != nil || len(all) == 0 {
		return err
	}
	sender := actor.Sender()
	if actor.UserID == account {
		sender.Login = all[0].Account.Login
	}
	err = s.tellEach(ctx, tx, all, models.EventInstallationTarget, "renamed", func(i *Standing) any {
		return models.InstallationTargetPayloadOf(i.ID, hookAccount(&i.Account), from, sender, s.site.Base)
	})
	if err != nil || all[0].Account.Kind != models.KindOrganization {
		return err
	}
	return s.tellOfOrganization(ctx, tx, actor, all, models.OrganizationRenamed, from, nil)
}

// AccountDeleting follows an account that is about to be deleted: what is installed on
// it ends, and what a person asks for others is asked no more. Whoever has asked for
// something on it finds out by that.
func (s *Service) AccountDeleting(ctx context.Context, tx *db.Tx, actor models.Actor, account int64) error {
	if err := s.personLeaving(ctx, tx, actor, account); err != nil {
		return err
	}
	all, err := on(ctx, tx.Pgx, `i.account_id = $1`, account)
	if err != nil {
		return err
	}
	if len(all) > 0 && all[0].Account.Kind == models.KindOrganization {
		if err := s.tellOfOrganization(ctx, tx, actor, all, models.OrganizationDeleted, "", nil); err != nil {
			return err
		}
	}
	for _, i := range all {
		if err := s.end(ctx, tx, actor, i); err != nil {
			return err
		}
	}
	return nil
}

// on lists installations.
func on(ctx context.Context, q Querier, where string, args ...any) ([]*Standing, error) {
	all, err := Several(ctx, q, where+` ORDER BY i.id`, args...)
	out := make([]*Standing, len(all))
	for n := range all {
		out[n] = &all[n]
	}
	return out, err
}

// reaching are the installations that reach a repository.
func reaching(ctx context.Context, q Querier, repository int64) ([]*Standing, error) {
	return on(ctx, q, `EXISTS (SELECT FROM repositories r WHERE r.id = $1 AND `+reachedSQL+`)
		AND i.account_id = (SELECT account_id FROM repositories WHERE id = $1)`, repository)
}

// hears reports whether an app is to be told of an event over an installation.
func (i *Standing) hears(event string) bool {
	if !i.listens() || models.AutomaticEvent(event) {
		return i.listens()
	}
	return !i.Suspended() && slices.Contains(models.EventsFor(i.App.Events, i.Permissions), event)
}

// hearing are the installations over which an app is to be told of an event.
func hearing(all []*Standing, event string) (some []*Standing) {
	for _, i := range all {
		if i.hears(event) {
			some = append(some, i)
		}
	}
	return some
}

// tellEach tells the apps of installations that hear of an event, in one go.
func (s *Service) tellEach(ctx context.Context, tx *db.Tx, to []*Standing, event, action string, payload func(*Standing) any) error {
	var events []hooks.AppEvent
	for _, i := range hearing(to, event) {
		events = append(events, hooks.AppEvent{AppID: i.AppID, InstallationID: i.ID, Event: event, Action: action, Payload: payload(i), At: s.now()})
	}
	return send(ctx, tx, events)
}

// send writes what apps are told. A job sends whatever waits for the app of its event:
// one is enough for those that follow each other.
func send(ctx context.Context, tx *db.Tx, events []hooks.AppEvent) error {
	var b pgx.Batch
	var last int64
	for n := range events {
		job, err := hooks.Tell(&b, events[n])
		if err != nil {
			return err
		}
		if events[n].AppID == last {
			continue
		}
		last = events[n].AppID
		if err := jobs.Add(&b, job); err != nil {
			return err
		}
	}
	if b.Len() == 0 {
		return nil
	}
	if err := tx.Pgx.SendBatch(ctx, &b).Close(); err != nil {
		return fmt.Errorf("installs: follow: %w", err)
	}
	return nil
}

// tellOfRepository tells those that asked for the event repository.
func (s *Service) tellOfRepository(ctx context.Context, tx *db.Tx, actor models.Actor, to []*Standing, id int64, action string, was models.RepositoryWas) error {
	r, err := s.heard(ctx, tx, to, models.EventRepository, id)
	if err != nil || r == nil {
		return err
	}
	return s.tellEach(ctx, tx, to, models.EventRepository, action, func(i *Standing) any {
		return models.RepositoryPayloadOf(action, i.ID, r, was, actor.Sender(), s.site.Base)
	})
}

// heard is a repository, nil where nobody hears of the event.
func (s *Service) heard(ctx context.Context, tx *db.Tx, to []*Standing, event string, id int64) (*models.HookRepository, error) {
	if len(hearing(to, event)) == 0 {
		return nil, nil
	}
	all, err := repositories(ctx, tx.Pgx, `r.id = $1`, id)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// tellOfOrganization tells those that asked for the event organization.
func (s *Service) tellOfOrganization(ctx context.Context, tx *db.Tx, actor models.Actor, to []*Standing, action, from string, about *models.HookMembership) error {
	return s.tellEach(ctx, tx, to, models.EventOrganization, action, func(i *Standing) any {
		return models.OrganizationPayloadOf(action, i.ID, hookAccount(&i.Account), from, about, actor.Sender(), s.site.Base)
	})
}
