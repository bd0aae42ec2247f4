package repos

import (
	"context"
	"fmt"
	"time"

	"souk/models"
	"souk/models/db"
)

// change does something with a repository that is locked meanwhile, once the
// actor may use it at a level. What is archived can't be changed.
func (s *Service) change(ctx context.Context, actor models.Actor, id int64, need models.RepositoryLevel, do func(*db.Tx, *Details) error) (*Details, error) {
	return s.changeAny(ctx, actor, id, need, func(tx *db.Tx, d *Details) error {
		if d.Repository.ArchivedAt != nil {
			return models.ErrRepositoryLocked
		}
		return do(tx, d)
	})
}

// changeAny is change for what can be done to an archived repository too.
func (s *Service) changeAny(ctx context.Context, actor models.Actor, id int64, need models.RepositoryLevel, do func(*db.Tx, *Details) error) (*Details, error) {
	if err := actor.MayAct(); err != nil {
		return nil, err
	}
	var d *Details
	err := s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		if d, err = s.lock(ctx, tx, actor, id); err != nil {
			return err
		}
		if err := actor.MayUseRepository(d.Level, need); err != nil {
			return err
		}
		if d.Owner.SuspendedAt != nil && !actor.Operator {
			return models.ErrSuspended
		}
		return do(tx, d)
	})
	return d, err
}

// reshape is changeAny for what a session must have been confirmed lately for.
func (s *Service) reshape(ctx context.Context, actor models.Actor, id int64, do func(*db.Tx, *Details) error) (*Details, error) {
	return s.changeAny(ctx, actor, id, models.LevelToManage, func(tx *db.Tx, d *Details) error {
		if err := actor.MayReshapeRepository(d.Level, s.now()); err != nil {
			return err
		}
		return do(tx, d)
	})
}

// lock waits until nobody else changes the repository, and reads it as it is by
// then.
func (s *Service) lock(ctx context.Context, tx *db.Tx, actor models.Actor, id int64) (*Details, error) {
	err := tx.WithContext(ctx).Raw(`SELECT id FROM repositories WHERE id = ? FOR UPDATE`, id).Row().Scan(&id)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("repos: lock: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	return s.byID(ctx, tx.Pgx, actor, id)
}

// Describe changes the description.
func (s *Service) Describe(ctx context.Context, actor models.Actor, id int64, description string) error {
	text, err := models.PlainText(description, models.MaxRepositoryDescription, false)
	if err != nil {
		var problems models.Problems
		if err := problems.Add("description", err); err != nil {
			return err
		}
		return problems
	}
	_, err = s.change(ctx, actor, id, models.LevelToDescribe, func(tx *db.Tx, d *Details) error {
		was := d.Repository.Description
		if was == text {
			return nil
		}
		err := tx.WithContext(ctx).Exec(`UPDATE repositories SET description = ?, updated_at = ? WHERE id = ?`, text, s.now(), id).Error
		if err != nil {
			return fmt.Errorf("repos: describe: %w", err)
		}
		return s.record(ctx, tx, actor, "repository.describe", d, map[string]any{"description": was}, map[string]any{"description": text})
	})
	return err
}

// Rename gives a repository another name and lets the old one lead to it. It
// returns the repository as it is afterwards.
func (s *Service) Rename(ctx context.Context, actor models.Actor, id int64, name string) (*Details, error) {
	if !models.ValidRepositoryName(name) {
		return nil, models.ErrRepositoryName
	}
	d, err := s.change(ctx, actor, id, models.LevelToManage, func(tx *db.Tx, d *Details) error {
		was := d.Repository.Name
		if was == name {
			return nil
		}
		err := tx.WithContext(ctx).Exec(`UPDATE repositories SET name = ?, updated_at = ? WHERE id = ?`, name, s.now(), id).Error
		if err != nil {
			return fmt.Errorf("repos: rename: %w", err)
		}
		if err := s.leaveName(ctx, tx, d.Owner.ID, was, id); err != nil {
			return err
		}
		if err := takeName(ctx, tx, d.Owner.ID, name); err != nil {
			return err
		}
		d.Repository.Name = name
		if err := s.record(ctx, tx, actor, "repository.rename", d, map[string]any{"name": was}, map[string]any{"name": name}); err != nil {
			return err
		}
		return s.changed(ctx, tx, actor, id, models.RepositoryRenamed, was)
	})
	if db.Violates(err, "repositories_name_key") {
		return nil, models.ErrRepositoryTaken
	}
	return d, err
}

// changed lets installations follow a repository that is changed.
func (s *Service) changed(ctx context.Context, tx *db.Tx, actor models.Actor, id int64, action, from string) error {
	return s.follow(func(i Installations) error { return i.RepositoryChanged(ctx, tx, actor, id, action, from) })
}

// SetVisibility makes a repository private or public. Confirm is its full name,
// typed by whoever has read what follows; else it returns ErrNameMismatch.
func (s *Service) SetVisibility(ctx context.Context, actor models.Actor, id int64, private bool, confirm string) error {
	_, err := s.reshape(ctx, actor, id, func(tx *db.Tx, d *Details) error {
		switch {
		case d.Repository.ArchivedAt != nil:
			return models.ErrRepositoryLocked
		case confirm != d.FullName():
			return models.ErrNameMismatch
		case d.Repository.Private == private:
			return nil
		}
		err := tx.WithContext(ctx).Exec(`UPDATE repositories SET private = ?, updated_at = ? WHERE id = ?`, private, s.now(), id).Error
		if err != nil {
			return fmt.Errorf("repos: visibility: %w", err)
		}
		err = s.record(ctx, tx, actor, "repository.visibility", d,
			map[string]any{"visibility": visibility(!private)}, map[string]any{"visibility": visibility(private)})
		if err != nil {
			return err
		}
		if private {
			return s.changed(ctx, tx, actor, id, models.RepositoryPrivatized, "")
		}
		return s.changed(ctx, tx, actor, id, models.RepositoryPublicized, "")
	})
	return err
}

// Archive makes a repository read-only, or usable again.
func (s *Service) Archive(ctx context.Context, actor models.Actor, id int64, archived bool) error {
	_, err := s.changeAny(ctx, actor, id, models.LevelToManage, func(tx *db.Tx, d *Details) error {
		if (d.Repository.ArchivedAt != nil) == archived {
			return nil
		}
		now, action, told := s.now(), models.AuditAction("repository.unarchive"), models.RepositoryUnarchived
		var at *time.Time
		if archived {
			at, action, told = &now, "repository.archive", models.RepositoryArchived
		}
		if err := tx.WithContext(ctx).Exec(`UPDATE repositories SET archived_at = ?, updated_at = ? WHERE id = ?`, at, now, id).Error; err != nil {
			return fmt.Errorf("repos: archive: %w", err)
		}
		if err := s.record(ctx, tx, actor, action, d, map[string]any{"archived": !archived}, map[string]any{"archived": archived}); err != nil {
			return err
		}
		return s.changed(ctx, tx, actor, id, told, "")
	})
	return err
}

// Delete deletes a repository with everything about it. Confirm is its full
// name, as for SetVisibility.
func (s *Service) Delete(ctx context.Context, actor models.Actor, id int64, confirm string) error {
	_, err := s.reshape(ctx, actor, id, func(tx *db.Tx, d *Details) error {
		if confirm != d.FullName() {
			return models.ErrNameMismatch
		}
		if err := s.follow(func(i Installations) error { return i.RepositoryDeleting(ctx, tx, actor, id) }); err != nil {
			return err
		}
		if err := tx.WithContext(ctx).Exec(`DELETE FROM repositories WHERE id = ?`, id).Error; err != nil {
			return fmt.Errorf("repos: delete: %w", err)
		}
		return s.record(ctx, tx, actor, "repository.delete", d, map[string]any{
			"name": d.Repository.Name, "description": d.Repository.Description, "visibility": visibility(d.Repository.Private)}, nil)
	})
	return err
}
