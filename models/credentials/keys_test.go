package credentials_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/credentials/issue"
	"souk/models/db"
	"souk/models/db/dbtest"
)

func TestKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made, sealed, err := w.NewKey(t.Context(), w.as(w.bob), "hammer", "a")
	w.must(err)
	if got := w.Waiting(w.as(w.bob), sealed); got != made.Fingerprint {
		t.Errorf("%q waits", got)
	}
	name, file, err := w.Download(t.Context(), w.as(w.bob), "hammer", made.ID, sealed)
	w.must(err)
	if name != "hammer.2026-01-15.private-key.pem" {
		t.Errorf("it is called %s", name)
	}
	block, rest := pem.Decode(file)
	if block == nil || block.Type != "RSA PRIVATE KEY" || len(rest) != 0 {
		t.Fatalf("%s", file)
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	w.must(err)
	if key.N.BitLen() != 2048 {
		t.Errorf("%d bits", key.N.BitLen())
	}
	// What is kept is the public half, and named as everyone names it.
	kept, err := w.Keys(t.Context(), w.hammer.ID)
	w.must(err)
	sum := sha256.Sum256(kept[0].PublicKey)
	if len(kept) != 1 || kept[0].Fingerprint != "SHA256:"+base64.StdEncoding.EncodeToString(sum[:]) || kept[0].Creator != "bob" {
		t.Errorf("%+v", kept)
	}
	public, err := x509.ParsePKIXPublicKey(kept[0].PublicKey)
	w.must(err)
	digest := sha256.Sum256([]byte("signed"))
	signed, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	w.must(err)
	w.must(rsa.VerifyPKCS1v15(public.(*rsa.PublicKey), crypto.SHA256, digest[:], signed))

	// The same file comes again for a while, for the same person and key.
	w.now = w.now.Add(models.KeyDownloadLifetime)
	_, again, err := w.Download(t.Context(), w.as(w.bob), "hammer", made.ID, sealed)
	if err != nil || string(again) != string(file) {
		t.Errorf("%v", err)
	}
	_, _, err = w.Download(t.Context(), w.as(w.ada), "hammer", made.ID, sealed)
	w.refused("somebody else", err, models.ErrKeyGone)
	_, _, err = w.Download(t.Context(), w.as(w.bob), "hammer", made.ID+1, sealed)
	w.refused("another key", err, models.ErrKeyGone)
	_, _, err = w.Download(t.Context(), w.as(w.bob), "hammer", made.ID, sealed[:len(sealed)-2])
	w.refused("half of it", err, models.ErrKeyGone)
	stale := w.as(w.bob)
	stale.SudoUntil = w.now
	_, _, err = w.Download(t.Context(), stale, "hammer", made.ID, sealed)
	w.refused("an old session", err, models.ErrSudoNeeded)
	w.now = w.now.Add(time.Second)
	_, _, err = w.Download(t.Context(), w.as(w.bob), "hammer", made.ID, sealed)
	w.refused("too late", err, models.ErrKeyGone)
	if got := w.Waiting(w.as(w.bob), sealed); got != "" {
		t.Errorf("%q waits still", got)
	}
}

func TestNothingKeepsAPrivateKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made, sealed, err := w.NewKey(t.Context(), w.as(w.ada), "hammer", "a")
	w.must(err)
	_, file, err := w.Download(t.Context(), w.as(w.ada), "hammer", made.ID, sealed)
	w.must(err)
	block, _ := pem.Decode(file)
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	w.must(err)
	prime := key.Primes[0].Bytes()
	rows, err := w.db.Pool().Query(t.Context(), `SELECT format('%I', c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind = 'r' AND n.nspname = 'public'`)
	w.must(err)
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var name string
		w.must(rows.Scan(&name))
		tables = append(tables, name)
	}
	if len(tables) < 20 {
		t.Fatalf("only %v", tables)
	}
	for _, table := range tables {
		if n := w.count(`SELECT count(*) FROM ` + table + ` x WHERE strpos(x::text, '` + hexOf(prime[:12]) + `') > 0`); n != 0 {
			t.Errorf("%s holds a prime of it", table)
		}
	}
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return string(out)
}

func TestKeysEndButTheLast(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, _, err := w.NewKey(t.Context(), w.as(w.ada), "hammer", "a")
	w.must(err)
	w.refused("the last", w.DeleteKey(t.Context(), w.as(w.ada), "hammer", first.ID), models.ErrLastKey)
	second, _, err := w.NewKey(t.Context(), w.as(w.ada), "hammer", "b")
	w.must(err)
	both := make([]error, 2)
	var all sync.WaitGroup
	for i, id := range []int64{first.ID, second.ID} {
		all.Go(func() { both[i] = w.DeleteKey(t.Context(), w.as(w.ada), "hammer", id) })
	}
	all.Wait()
	if (both[0] == nil) == (both[1] == nil) || !errors.Is(errors.Join(both...), models.ErrLastKey) || w.count(`SELECT count(*) FROM app_keys`) != 1 {
		t.Errorf("%v, %v", both[0], both[1])
	}
	w.refused("one that isn't there", w.DeleteKey(t.Context(), w.as(w.ada), "hammer", 0), models.ErrNotFound)
	for who, id := range map[string]int64{"ada": w.ada.ID, "bob": w.bob.ID} {
		if n := w.count(`SELECT count(*) FROM notifications WHERE account_id = ? AND kind IN ('app_key_made', 'app_key_deleted')`, id); n != 3 {
			t.Errorf("%s was told %d times", who, n)
		}
	}
}

func TestTheSameFormMakesOneKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lost, sealed, err := w.NewKey(t.Context(), w.as(w.ada), "hammer", "form")
	w.must(err)
	kept, _, err := w.NewKey(t.Context(), w.as(w.ada), "hammer", "form")
	w.must(err)
	all, err := w.Keys(t.Context(), w.hammer.ID)
	w.must(err)
	if len(all) != 1 || all[0].ID != kept.ID {
		t.Errorf("%+v", all)
	}
	_, _, err = w.Download(t.Context(), w.as(w.ada), "hammer", lost.ID, sealed)
	w.refused("what the first click made", err, models.ErrKeyGone)
}

func TestKeysAreCountedAndForGitHubApps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.App(t, w.db, w.tools, "saw", dbtest.OAuth)
	_, _, err := w.NewKey(t.Context(), w.as(w.ada), "saw", "a")
	w.refused("an OAuth App", err, models.ErrKeysForGitHub)
	_, _, err = w.KeysOf(t.Context(), w.as(w.ada), "saw")
	w.refused("its page", err, models.ErrKeysForGitHub)
	w.must(w.db.Read(t.Context()).Exec(`INSERT INTO app_keys (app_id, public_key, fingerprint, created_at)
		SELECT ?, 'x', 'SHA256:' || n, now() FROM generate_series(1, ?) n`, w.hammer.ID, models.MaxAppKeys-1).Error)
	_, _, err = w.NewKey(t.Context(), w.as(w.ada), "hammer", "a")
	w.must(err)
	_, _, err = w.NewKey(t.Context(), w.as(w.ada), "hammer", "b")
	w.refused("one too many", err, models.ErrTooManyKeys)
}

func TestUsedKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, _, err := w.NewKey(t.Context(), w.as(w.ada), "hammer", "a")
	w.must(err)
	start := w.now
	for _, step := range []struct{ after, want time.Duration }{{0, 0}, {time.Second, 0}, {time.Minute, time.Minute}} {
		w.now = start.Add(step.after)
		all, err := w.Keys(t.Context(), w.hammer.ID)
		w.must(err)
		w.must(w.UsedKey(t.Context(), &all[0]))
		all, err = w.Keys(t.Context(), w.hammer.ID)
		w.must(err)
		if at := all[0].UsedAt; at == nil || !at.Equal(start.Add(step.want)) {
			t.Errorf("after %s: %v", step.after, at)
		}
	}
}

// What others issue in their own transaction is gone with it.
func TestIssue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var secret string
	var file []byte
	give := func(end error) error {
		return w.db.Tx(t.Context(), func(tx *db.Tx) (err error) {
			if secret, err = issue.IssueSecret(t.Context(), tx, &w.hammer, w.ada.ID, w.now); err != nil {
				return err
			}
			if file, err = issue.IssueKey(t.Context(), tx, &w.hammer, 0, w.now); err != nil {
				return err
			}
			return end
		})
	}
	failed := errors.New("failed")
	w.refused("a transaction that fails", give(failed), failed)
	_, err := w.CheckSecret(t.Context(), *w.hammer.ClientID, secret)
	w.refused("its secret", err, models.ErrBadClient)
	w.must(give(nil))
	if id, err := w.CheckSecret(t.Context(), *w.hammer.ClientID, secret); err != nil || id != w.hammer.ID {
		t.Error(err)
	}
	block, _ := pem.Decode(file)
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	w.must(err)
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	w.must(err)
	all, err := w.Keys(t.Context(), w.hammer.ID)
	w.must(err)
	if len(all) != 1 || all[0].Fingerprint != models.KeyFingerprint(der) || all[0].Creator != "" {
		t.Errorf("%+v", all)
	}
}
