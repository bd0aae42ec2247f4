package factors

import (
	"context"
	"crypto/rand"
	"encoding/json"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// handleSize is how long the name is, in bytes, by which authenticators know a
// user; it says nothing about them.
const handleSize = 32

// BeginPasskey begins to add a passkey to the actor's account. It returns
// ErrTooManyItems, or ErrPasskey where the site's address can have none.
func (s *Service) BeginPasskey(ctx context.Context, actor models.Actor, at Browser) (c Challenge, err error) {
	if err := actor.MayManageSelfNow(s.now()); err != nil {
		return c, err
	}
	w, err := party(at.Base)
	if err != nil {
		return c, err
	}
	err = s.change(ctx, actor, func(tx *db.Tx, f *models.Factors) error {
		if len(f.Passkeys) >= models.MaxPasskeys {
			return models.ErrTooManyItems
		}
		handle := make([]byte, handleSize)
		_, _ = rand.Read(handle) // it never fails
		err := tx.WithContext(ctx).Exec(`UPDATE users SET passkey_handle = ? WHERE account_id = ? AND passkey_handle = ''`, handle, actor.UserID).Error
		if err != nil {
			return wrapped("passkey", err)
		}
		user, err := holderWhere(tx.WithContext(ctx), `a.id = ?`, actor.UserID)
		if err != nil {
			return err
		}
		have := webauthn.Credentials(user.credentials).CredentialDescriptors()
		options, data, err := w.BeginRegistration(user, webauthn.WithExclusions(have))
		if err != nil {
			return wrapped("passkey", err)
		}
		c, err = s.begin(ctx, tx.DB, at, registering, &actor.UserID, ceremony{Session: actor.SessionID, WebAuthn: *data}, options)
		return err
	})
	return c, err
}

// FinishPasskey adds the passkey that the browser made. Without a name it gets
// the device's. It returns ErrPasskey when the ceremony is over, or its result
// isn't what was asked for.
func (s *Service) FinishPasskey(ctx context.Context, actor models.Actor, at Browser, name string, answer []byte) error {
	if err := actor.MayManageSelfNow(s.now()); err != nil {
		return err
	}
	name, err := passkeyName(name, actor.Visit)
	if err != nil {
		return err
	}
	credential, err := s.register(ctx, actor, at, answer)
	if err != nil {
		return err
	}
	text, err := json.Marshal(credential)
	if err != nil {
		return wrapped("passkey", err)
	}
	return s.change(ctx, actor, func(tx *db.Tx, f *models.Factors) error {
		if len(f.Passkeys) >= models.MaxPasskeys {
			return models.ErrTooManyItems
		}
		var id int64
		err := tx.WithContext(ctx).Raw(`INSERT INTO passkeys (account_id, credential_id, credential, name, created_at)
			VALUES (?, ?, ?, ?, ?) RETURNING id`, actor.UserID, credential.ID, string(text), name, s.now()).Row().Scan(&id)
		switch {
		case db.Violates(err, "passkeys_credential_key"):
			return models.ErrPasskey.Because(err)
		case err != nil:
			return wrapped("passkey", err)
		}
		if err := s.settle(ctx, tx, actor); err != nil {
			return err
		}
		if err := recordPasskey(ctx, tx, actor, "passkey.add", id, name, nil); err != nil {
			return err
		}
		return s.warn(ctx, tx, actor, "passkey_added", "name", name)
	})
}

func (s *Service) register(ctx context.Context, actor models.Actor, at Browser, answer []byte) (*webauthn.Credential, error) {
	w, err := party(at.Base)
	if err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, models.ErrPasskey.Because(err)
	}
	data, err := s.take(ctx, at, registering, &actor.UserID, actor.SessionID, parsed.Response.CollectedClientData.Challenge)
	if err != nil {
		return nil, err
	}
	user, err := holderWhere(s.db.Read(ctx), `a.id = ?`, actor.UserID)
	if err != nil {
		return nil, err
	}
	credential, err := w.CreateCredential(user, data, parsed)
	if err != nil {
		return nil, models.ErrPasskey.Because(err)
	}
	return credential, nil
}

// RenamePasskey calls a passkey of the actor otherwise. It returns ErrNotFound,
// or ErrMissing, ErrTooLong and ErrControl for the name.
func (s *Service) RenamePasskey(ctx context.Context, actor models.Actor, id int64, name string) error {
	if err := actor.MayManageSelf(); err != nil {
		return err
	}
	name, err := plainName(name)
	if err == nil && name == "" {
		err = models.ErrMissing.On("name")
	}
	if err != nil {
		return err
	}
	return s.change(ctx, actor, func(tx *db.Tx, f *models.Factors) error {
		was := f.Passkey(id)
		if was == nil {
			return models.ErrNotFound
		}
		err := tx.WithContext(ctx).Exec(`UPDATE passkeys SET name = ? WHERE id = ? AND account_id = ?`, name, id, actor.UserID).Error
		if err != nil {
			return wrapped("passkey", err)
		}
		return recordPasskey(ctx, tx, actor, "passkey.rename", id, name, map[string]any{"name": was.Name})
	})
}

// RemovePasskey removes a passkey of the actor. It returns what
// models.Factors.MayRemovePasskey does.
func (s *Service) RemovePasskey(ctx context.Context, actor models.Actor, id int64) error {
	if err := actor.MayManageSelfNow(s.now()); err != nil {
		return err
	}
	return s.change(ctx, actor, func(tx *db.Tx, f *models.Factors) error {
		if err := f.MayRemovePasskey(id); err != nil {
			return err
		}
		name := f.Passkey(id).Name
		if err := tx.WithContext(ctx).Exec(`DELETE FROM passkeys WHERE id = ? AND account_id = ?`, id, actor.UserID).Error; err != nil {
			return wrapped("passkey", err)
		}
		if err := s.settle(ctx, tx, actor); err != nil {
			return err
		}
		if err := recordPasskey(ctx, tx, actor, "passkey.remove", id, name, map[string]any{"name": name}); err != nil {
			return err
		}
		return s.warn(ctx, tx, actor, "passkey_removed", "name", name)
	})
}

// RemovePassword lets the actor sign in by passkey alone. It returns
// ErrLastFactor where there is no passkey, and does nothing where there is no
// password.
func (s *Service) RemovePassword(ctx context.Context, actor models.Actor) error {
	if err := actor.MayManageSelfNow(s.now()); err != nil {
		return err
	}
	return s.change(ctx, actor, func(tx *db.Tx, f *models.Factors) error {
		if !f.Password {
			return nil
		}
		if err := f.MayRemovePassword(); err != nil {
			return err
		}
		if err := s.identity.SetPassword(ctx, tx, actor.UserID, "", actor.SessionID); err != nil {
			return err
		}
		if err := record(ctx, tx, actor, "password.remove"); err != nil {
			return err
		}
		return s.warn(ctx, tx, actor, "password_removed")
	})
}

func recordPasskey(ctx context.Context, tx *db.Tx, actor models.Actor, action models.AuditAction, id int64, name string, before map[string]any) error {
	e := models.AuditEvent{Action: action, AccountID: &actor.UserID, TargetKind: "passkey", TargetID: &id, TargetName: name, Before: before}
	if action != "passkey.remove" {
		e.After = map[string]any{"name": name}
	}
	return audit.Record(ctx, tx, actor, e)
}

// passkeyName is the name that a new passkey gets.
func passkeyName(name string, visit models.Visit) (string, error) {
	name, err := plainName(name)
	if err != nil || name != "" {
		return name, err
	}
	if name = models.Device(visit.UserAgent); name == "" {
		name = "1"
	}
	return name, nil
}

func plainName(name string) (string, error) {
	name, err := models.PlainText(name, models.MaxPasskeyName, false)
	var p models.Problems
	if err := p.Add("name", err); err != nil {
		return "", err
	}
	return name, p.Err()
}
