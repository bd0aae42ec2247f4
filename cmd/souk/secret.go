package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"souk/models/db"
	"souk/models/secretbox"
)

// secretFile is where Souk keeps a secret that nobody gave it, in DataDir.
const secretFile = "secret"

// openSecret makes the box that encrypts second factors, and checks that the
// database knows no other. The error is a sentence for a person.
func openSecret(ctx context.Context, cfg Config, d *db.DB) (*secretbox.Box, error) {
	text, from := cfg.Secret, "SOUK_SECRET"
	if text == "" {
		from = filepath.Join(cfg.DataDir, secretFile)
		var err error
		if text, err = secretFromFile(cfg.DataDir); err != nil {
			return nil, err
		}
	}
	box, err := secretbox.New(text)
	if err != nil {
		return nil, fmt.Errorf("the secret in %s is too short to be one of Souk's; put the right one back", from)
	}
	err = box.Claim(ctx, d, time.Now())
	if errors.Is(err, secretbox.ErrOtherSecret) {
		return nil, fmt.Errorf("the second factors in this database are encrypted with another secret than the one in %s; give SOUK_SECRET the one that this database was first used with", from)
	}
	return box, err
}

// secretFromFile reads the secret that is kept in dir, and makes it the first
// time.
func secretFromFile(dir string) (string, error) {
	if dir == "" {
		return "", usageError("no home folder is known to keep a secret in; set SOUK_SECRET, or SOUK_DATA_DIR")
	}
	file := filepath.Join(dir, secretFile)
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		if err := makeSecret(dir, file); err != nil {
			return "", fmt.Errorf("no secret can be kept in %s (%s); set SOUK_SECRET", dir, rootCause(err))
		}
		b, err = os.ReadFile(file)
	}
	if err != nil {
		return "", err
	}
	return string(b), nil
}

// makeSecret writes a new secret that only this user may read. Of several that
// do so at once one wins, and no one ever reads half of it.
func makeSecret(dir, file string) error {
	// Root's Postgres runs as somebody else, who must get through to its folder.
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	draft, err := os.CreateTemp(dir, ".secret-") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name())
	_, err = draft.WriteString(rand.Text() + rand.Text() + "\n")
	if err = errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return err
	}
	if err := os.Link(draft.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
