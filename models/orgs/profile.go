package orgs

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/identity"
	"souk/models/jobs"
)

// Profile is what an organization says about itself.
type Profile struct {
	Name       string
	Bio        string
	Location   string
	WebsiteURL string
}

// SetProfile changes what an organization says about itself.
func (s *Service) SetProfile(ctx context.Context, actor models.Actor, login string, in Profile) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	in, err := in.checked()
	if err != nil {
		return err
	}
	return s.change(ctx, actor, login, func(tx *db.Tx, o *Organization) error {
		was := Profile{Name: o.Name, Bio: o.Bio, Location: o.Location, WebsiteURL: o.WebsiteURL}
		if was == in {
			return nil
		}
		err := tx.WithContext(ctx).Exec(`UPDATE accounts SET name = ?, bio = ?, location = ?, website_url = ?, updated_at = ? WHERE id = ?`,
			in.Name, in.Bio, in.Location, in.WebsiteURL, s.now(), o.ID).Error
		if err != nil {
			return fmt.Errorf("orgs: profile: %w", err)
		}
		e := event(o, "organization.update_profile")
		e.Before, e.After = was.details(), in.details()
		if err := audit.Record(ctx, tx, actor, e); err != nil {
			return err
		}
		return s.reindex(ctx, tx, o.ID)
	})
}

func (p Profile) checked() (Profile, error) {
	var problems models.Problems
	var err error
	p.Name, err = models.PlainText(p.Name, models.MaxAccountName, false)
	_ = problems.Add("name", err)
	p.Bio, err = models.PlainText(p.Bio, models.MaxBio, true)
	_ = problems.Add("bio", err)
	p.Location, err = models.PlainText(p.Location, models.MaxLocation, false)
	_ = problems.Add("location", err)
	p.WebsiteURL, err = models.WebAddress(p.WebsiteURL)
	_ = problems.Add("website_url", err)
	return p, problems.Err()
}

func (p Profile) details() map[string]any {
	return map[string]any{"name": p.Name, "bio": p.Bio, "location": p.Location, "website_url": p.WebsiteURL}
}

// SetMail changes the organization's address, "" for none. A new one isn't
// confirmed, until what is sent there comes back.
func (s *Service) SetMail(ctx context.Context, actor models.Actor, login, mail string) error {
	if err := actor.MayActWithMail(); err != nil {
		return err
	}
	if mail != "" {
		var err error
		if mail, err = models.ParseMail(mail); err != nil {
			return err
		}
	}
	if err := s.spendOf(ctx, actor, confirmations, "mail", login); err != nil {
		return err
	}
	return s.change(ctx, actor, login, func(tx *db.Tx, o *Organization) error {
		was := o.Mail
		if was == mail {
			return nil
		}
		o.Mail, o.MailVerifiedAt = mail, nil
		if err := tx.WithContext(ctx).Exec(`UPDATE organizations SET mail = ?, mail_verified_at = NULL WHERE account_id = ?`, mail, o.ID).Error; err != nil {
			return fmt.Errorf("orgs: mail: %w", err)
		}
		e := event(o, "organization.change_mail")
		e.Before, e.After = map[string]any{"mail": was}, map[string]any{"mail": mail}
		if err := audit.Record(ctx, tx, actor, e); err != nil {
			return err
		}
		if err := s.reckon(ctx, tx, actor, o.ID); err != nil {
			return err
		}
		return s.askMail(ctx, tx, o)
	})
}

// AskMail asks the organization's address once more to confirm itself.
func (s *Service) AskMail(ctx context.Context, actor models.Actor, login string) error {
	if err := actor.MayActWithMail(); err != nil {
		return err
	}
	if err := s.spendOf(ctx, actor, confirmations, "mail", login); err != nil {
		return err
	}
	return s.change(ctx, actor, login, func(tx *db.Tx, o *Organization) error { return s.askMail(ctx, tx, o) })
}

// mailSubject is what a token for an organization's address is good for: that
// address of that organization, and no other that it may have by then.
func mailSubject(id int64, mail string) string { return strconv.FormatInt(id, 10) + " " + mail }

// MailConfirmed notes that a token for subject came back: whoever has it reads
// the organization's mail. It returns ErrLinkUsed where the organization has
// another address by now, and otherwise the organization's login.
func (s *Service) MailConfirmed(ctx context.Context, tx *db.Tx, actor models.Actor, subject string) (login string, err error) {
	number, mail, _ := strings.Cut(subject, " ")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return "", models.ErrLinkUsed.Because(err)
	}
	o, err := lockID(ctx, tx, id)
	if err != nil {
		return "", err
	}
	if o.Mail != mail {
		return "", models.ErrLinkUsed
	}
	if o.MailVerifiedAt != nil {
		return o.Login, nil
	}
	if err := tx.WithContext(ctx).Exec(`UPDATE organizations SET mail_verified_at = ? WHERE account_id = ?`, s.now(), o.ID).Error; err != nil {
		return "", fmt.Errorf("orgs: mail: %w", err)
	}
	e := event(o, "organization.confirm_mail")
	e.After = map[string]any{"mail": mail}
	if err := audit.Record(ctx, tx, actor, e); err != nil {
		return "", err
	}
	return o.Login, s.reckon(ctx, tx, actor, o.ID)
}

// Rename gives an organization another login. The old one redirects, and nobody
// else can have it.
func (s *Service) Rename(ctx context.Context, actor models.Actor, login, to string) (string, error) {
	if err := actor.MayAct(); err != nil {
		return "", err
	}
	to, err := models.NewLogin(to)
	if err != nil {
		return "", err
	}
	if err := s.spendOf(ctx, actor, renames, "rename", login); err != nil {
		return "", err
	}
	return to, s.reshape(ctx, actor, login, func(tx *db.Tx, o *Organization) error {
		if o.Login == to {
			return nil
		}
		if err := s.moveLogin(ctx, tx, o, to); err != nil {
			return err
		}
		e := event(o, "organization.rename")
		e.TargetName, e.Before, e.After = to, map[string]any{"login": o.Login}, map[string]any{"login": to}
		if err := audit.Record(ctx, tx, actor, e); err != nil {
			return err
		}
		if err := s.follow(func(i Installations) error { return i.AccountRenamed(ctx, tx, actor, o.ID, o.Login) }); err != nil {
			return err
		}
		return s.reindex(ctx, tx, o.ID)
	})
}

func (s *Service) moveLogin(ctx context.Context, tx *db.Tx, o *Organization, to string) error {
	if _, err := s.identity.ClaimLogin(ctx, tx, to, o.ID); err != nil {
		return err
	}
	q, now := tx.WithContext(ctx), s.now()
	if err := q.Exec(`DELETE FROM account_redirects WHERE login = ? AND account_id = ?`, to, o.ID).Error; err != nil {
		return fmt.Errorf("orgs: rename: %w", err)
	}
	err := q.Exec(`UPDATE accounts SET login = ?, updated_at = ? WHERE id = ?`, to, now, o.ID).Error
	if err = identity.TakenLogin(err); err != nil {
		return fmt.Errorf("orgs: rename: %w", err)
	}
	err = q.Exec(`INSERT INTO account_redirects (login, account_id, created_at) VALUES (?, ?, ?)`, o.Login, o.ID, now).Error
	if err != nil {
		return fmt.Errorf("orgs: rename: %w", err)
	}
	return nil
}

// reindex queues the indexing of what an account publishes.
func (s *Service) reindex(ctx context.Context, tx *db.Tx, account int64) error {
	var ids []int64
	err := tx.WithContext(ctx).Raw(`SELECT l.id FROM listings l JOIN apps a ON a.id = l.app_id WHERE a.account_id = ? ORDER BY l.id`, account).Scan(&ids).Error
	if err != nil {
		return fmt.Errorf("orgs: reindex: %w", err)
	}
	if len(ids) == 0 {
		return nil
	}
	return s.queue.Enqueue(ctx, tx, jobs.IndexListings{IDs: ids})
}
