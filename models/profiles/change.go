package profiles

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// Profile is what people say of themselves to everyone.
type Profile struct{ Name, Bio, Location, WebsiteURL string }

// clean checks all of it at once.
func (p Profile) clean() (Profile, error) {
	var problems models.Problems
	text := func(field string, value *string, limit int, lines bool) {
		kept, err := models.PlainText(*value, limit, lines)
		if err = problems.Add(field, err); err == nil {
			*value = kept
		}
	}
	text("name", &p.Name, models.MaxAccountName, false)
	text("bio", &p.Bio, models.MaxBio, true)
	text("location", &p.Location, models.MaxLocation, false)
	website, err := models.WebAddress(p.WebsiteURL)
	if err := problems.Add("website_url", err); err != nil {
		return p, err
	}
	p.WebsiteURL = website
	return p, problems.Err()
}

func (p Profile) details() map[string]any {
	return map[string]any{"name": p.Name, "bio": p.Bio, "location": p.Location, "website_url": p.WebsiteURL}
}

// ChangeProfile sets the actor's profile. It returns Problems.
func (s *Service) ChangeProfile(ctx context.Context, actor models.Actor, in Profile) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	p, err := in.clean()
	if err != nil {
		return err
	}
	return s.change(ctx, actor, "profile.change", func(tx *db.Tx, o *Own) (before, after map[string]any, err error) {
		had := Profile{Name: o.Account.Name, Bio: o.Account.Bio, Location: o.Account.Location, WebsiteURL: o.Account.WebsiteURL}
		if had == p {
			return nil, nil, errSame
		}
		return had.details(), p.details(), tx.WithContext(ctx).Exec(`UPDATE accounts SET name = ?, bio = ?, location = ?, website_url = ?, updated_at = ?
			WHERE id = ?`, p.Name, p.Bio, p.Location, p.WebsiteURL, s.now(), actor.UserID).Error
	})
}

// Appearance is how a person wants pages, dates and mail.
type Appearance struct{ Language, TimeZone, Theme string }

// Themes lists the themes; "" follows the system.
func Themes() []string { return []string{"", "light", "dark"} }

func (a Appearance) check() error {
	var problems models.Problems
	if !models.IsLanguage(a.Language) {
		problems = append(problems, models.ErrUnknownChoice.On("language"))
	}
	_, err := models.ParseTimeZone(a.TimeZone)
	if err := problems.Add("time_zone", err); err != nil {
		return err
	}
	if !slices.Contains(Themes(), a.Theme) {
		problems = append(problems, models.ErrUnknownChoice.On("theme"))
	}
	return problems.Err()
}

func (a Appearance) details() map[string]any {
	return map[string]any{"language": a.Language, "time_zone": a.TimeZone, "theme": a.Theme}
}

// ChangeAppearance sets the actor's language, time zone and theme. It returns
// Problems.
func (s *Service) ChangeAppearance(ctx context.Context, actor models.Actor, in Appearance) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	return s.change(ctx, actor, "appearance.change", func(tx *db.Tx, o *Own) (before, after map[string]any, err error) {
		had := Appearance{Language: o.User.Language, TimeZone: o.User.TimeZone, Theme: o.User.Theme}
		if had == in {
			return nil, nil, errSame
		}
		return had.details(), in.details(), tx.WithContext(ctx).Exec(`UPDATE users SET language = ?, time_zone = ?, theme = ? WHERE account_id = ?`,
			in.Language, in.TimeZone, in.Theme, actor.UserID).Error
	})
}

// ChangeTheme sets the actor's theme alone, as the menu on every page does.
func (s *Service) ChangeTheme(ctx context.Context, actor models.Actor, theme string) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	if !slices.Contains(Themes(), theme) {
		return models.ErrUnknownChoice.On("theme")
	}
	return s.change(ctx, actor, "appearance.change", func(tx *db.Tx, o *Own) (before, after map[string]any, err error) {
		if o.User.Theme == theme {
			return nil, nil, errSame
		}
		return map[string]any{"theme": o.User.Theme}, map[string]any{"theme": theme},
			tx.WithContext(ctx).Exec(`UPDATE users SET theme = ? WHERE account_id = ?`, theme, actor.UserID).Error
	})
}

// ChangeNotifications sets how the actor is told of each topic. A topic that is
// missing is told in neither way; what is said of security is left aside, since
// that is always told in both.
func (s *Service) ChangeNotifications(ctx context.Context, actor models.Actor, in map[models.Topic]models.NotificationChoice) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	chosen := map[models.Topic]models.NotificationChoice{}
	for _, t := range models.Topics() {
		if t != models.TopicSecurity {
			chosen[t] = in[t]
		}
	}
	text, err := json.Marshal(chosen)
	if err != nil {
		return fmt.Errorf("profiles: %w", err)
	}
	return s.change(ctx, actor, "notifications.change", func(tx *db.Tx, o *Own) (before, after map[string]any, err error) {
		before, after = map[string]any{}, map[string]any{}
		for t, choice := range chosen {
			if had := o.Choice(t); had != choice {
				before[string(t)], after[string(t)] = had, choice
			}
		}
		if len(after) == 0 {
			return nil, nil, errSame
		}
		return before, after, tx.WithContext(ctx).Exec(`UPDATE users SET notifications = ?::jsonb WHERE account_id = ?`, string(text), actor.UserID).Error
	})
}

// Choice is how the person is told of a topic: both ways unless they said
// otherwise.
func (o *Own) Choice(t models.Topic) models.NotificationChoice {
	if c, said := o.User.Notifications[t]; said && t != models.TopicSecurity {
		return c
	}
	return models.NotificationChoice{App: true, Mail: true}
}

// errSame ends a change that changes nothing.
var errSame = errors.New("nothing changes")

// change carries out a change of the actor's own account and records what it
// was before and after. Nothing is recorded of what was so already.
func (s *Service) change(ctx context.Context, actor models.Actor, action models.AuditAction, do func(*db.Tx, *Own) (before, after map[string]any, err error)) error {
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		o, err := locked(ctx, tx, actor)
		if err != nil {
			return err
		}
		before, after, err := do(tx, o)
		if err != nil {
			return fmt.Errorf("profiles: %s: %w", action, err)
		}
		return audit.Record(ctx, tx, actor, o.event(action, before, after))
	})
	if errors.Is(err, errSame) {
		return nil
	}
	return err
}

// event is a line in the person's log about the person.
func (o *Own) event(action models.AuditAction, before, after map[string]any) models.AuditEvent {
	id := o.Account.ID
	return models.AuditEvent{Action: action, AccountID: &id, TargetKind: "account", TargetID: &id, TargetName: o.Account.Login, Before: before, After: after}
}
