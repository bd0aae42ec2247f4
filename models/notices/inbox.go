package notices

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"souk/models"
	"souk/models/db"
)

// PerPage is how many notifications a page of the inbox holds.
const PerPage = 25

// Inbox is one page of a person's notifications, the newest first.
type Inbox struct {
	Items    []models.Notification `gorm:"-"`
	TimeZone string                // the reader's, an IANA name
	Open     int                   // how many wait
	Unread   int                   // how many of those are unread
	Done     int
	Newest   int64 // id of the newest of all, 0 where there is none
}

// Total is how many notifications a view has.
func (i *Inbox) Total(v models.NotificationView) int {
	switch v {
	case models.NotificationsUnread:
		return i.Unread
	case models.NotificationsDone:
		return i.Done
	default:
		return i.Open
	}
}

// conditions are the views in SQL.
var conditions = map[models.NotificationView]string{
	models.NotificationsOpen:   "done_at IS NULL",
	models.NotificationsUnread: "done_at IS NULL AND read_at IS NULL",
	models.NotificationsDone:   "done_at IS NOT NULL",
}

// List returns a page of the actor's own notifications, the first being 1. It
// returns ErrUnknownChoice for a view that isn't one, and ErrPageOutOfRange.
func (s *Service) List(ctx context.Context, actor models.Actor, view models.NotificationView, page int) (*Inbox, error) {
	if err := actor.MayReadInbox(); err != nil {
		return nil, err
	}
	where, ok := conditions[view]
	if !ok {
		return nil, models.ErrUnknownChoice.On("view")
	}
	var in Inbox
	err := s.db.Read(ctx).Raw(`SELECT u.time_zone,
			count(n.id) FILTER (WHERE n.done_at IS NULL) open,
			count(n.id) FILTER (WHERE n.done_at IS NULL AND n.read_at IS NULL) unread,
			count(n.id) FILTER (WHERE n.done_at IS NOT NULL) done,
			coalesce(max(n.id), 0) newest
		FROM users u LEFT JOIN notifications n ON n.account_id = u.account_id
		WHERE u.account_id = ? GROUP BY u.time_zone`, actor.UserID).Take(&in).Error
	if err != nil {
		return nil, fmt.Errorf("notices: counts: %w", err)
	}
	if page < 1 || (page > 1 && (page-1)*PerPage >= in.Total(view)) {
		return nil, models.ErrPageOutOfRange
	}
	in.Items, err = s.items(ctx, where, actor.UserID, page)
	return &in, err
}

func (s *Service) items(ctx context.Context, where string, account int64, page int) ([]models.Notification, error) {
	var rows []struct {
		ID        int64
		Kind      models.NotificationKind
		Params    string
		Link      string
		CreatedAt time.Time
		ReadAt    *time.Time
		DoneAt    *time.Time
	}
	err := s.db.Read(ctx).Raw(`SELECT id, kind, params::text params, link, created_at, read_at, done_at FROM notifications
		WHERE account_id = ? AND `+where+` ORDER BY id DESC LIMIT ? OFFSET ?`, account, PerPage, (page-1)*PerPage).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("notices: list: %w", err)
	}
	items := make([]models.Notification, len(rows))
	for i, r := range rows {
		items[i] = models.Notification{ID: r.ID, AccountID: account, Kind: r.Kind, Link: r.Link, CreatedAt: r.CreatedAt, ReadAt: r.ReadAt, DoneAt: r.DoneAt}
		if err := json.Unmarshal([]byte(r.Params), &items[i].Params); err != nil {
			return nil, fmt.Errorf("notices: %d: %w", r.ID, err)
		}
	}
	return items, nil
}

// Follow returns where one of the actor's own notifications leads to, and notes
// that it was read, unless it is staff who looks in the person's name. It
// returns ErrNotFound for anyone else's.
func (s *Service) Follow(ctx context.Context, actor models.Actor, id int64) (link string, err error) {
	if err := actor.MayReadInbox(); err != nil {
		return "", err
	}
	var read *time.Time
	if actor.ActingFor == nil {
		read = new(s.now())
	}
	err = s.db.Read(ctx).Raw(`UPDATE notifications SET read_at = coalesce(read_at, ?::timestamptz) WHERE id = ? AND account_id = ? RETURNING link`,
		read, id, actor.UserID).Row().Scan(&link)
	return link, foundUnless(err)
}

// Finish marks one of the actor's own notifications as done, and so as read. It
// returns ErrNotFound for anyone else's; one that is done stays so.
func (s *Service) Finish(ctx context.Context, actor models.Actor, id int64) error {
	if err := actor.MayTidyInbox(); err != nil {
		return err
	}
	now := s.now()
	return s.changeOne(ctx, `UPDATE notifications SET done_at = coalesce(done_at, ?), read_at = coalesce(read_at, ?)
		WHERE id = ? AND account_id = ?`, now, now, id, actor.UserID)
}

// Restore moves one of the actor's own notifications back to what waits.
func (s *Service) Restore(ctx context.Context, actor models.Actor, id int64) error {
	if err := actor.MayTidyInbox(); err != nil {
		return err
	}
	return s.changeOne(ctx, `UPDATE notifications SET done_at = NULL WHERE id = ? AND account_id = ?`, id, actor.UserID)
}

// FinishAll marks all of the actor's notifications up to one as done: what came
// after the page was shown, nobody has seen.
func (s *Service) FinishAll(ctx context.Context, actor models.Actor, upTo int64) error {
	if err := actor.MayTidyInbox(); err != nil {
		return err
	}
	now := s.now()
	_, err := s.change(ctx, `UPDATE notifications SET done_at = ?, read_at = coalesce(read_at, ?)
		WHERE account_id = ? AND id <= ? AND done_at IS NULL`, now, now, actor.UserID, upTo)
	return err
}

// ReadAll marks all of the actor's notifications up to one as read.
func (s *Service) ReadAll(ctx context.Context, actor models.Actor, upTo int64) error {
	if err := actor.MayTidyInbox(); err != nil {
		return err
	}
	_, err := s.change(ctx, `UPDATE notifications SET read_at = ?
		WHERE account_id = ? AND id <= ? AND read_at IS NULL AND done_at IS NULL`, s.now(), actor.UserID, upTo)
	return err
}

// change returns how many notifications a statement changed. None of it goes
// into the audit log: it is nobody's business what someone has read.
func (s *Service) change(ctx context.Context, sql string, args ...any) (int64, error) {
	r := s.db.Read(ctx).Exec(sql, args...)
	if r.Error != nil {
		return 0, fmt.Errorf("notices: %w", r.Error)
	}
	return r.RowsAffected, nil
}

func (s *Service) changeOne(ctx context.Context, sql string, args ...any) error {
	n, err := s.change(ctx, sql, args...)
	if err == nil && n == 0 {
		return models.ErrNotFound
	}
	return err
}

func foundUnless(err error) error {
	switch found, err := db.Found(err); {
	case err != nil:
		return fmt.Errorf("notices: %w", err)
	case !found:
		return models.ErrNotFound
	}
	return nil
}
