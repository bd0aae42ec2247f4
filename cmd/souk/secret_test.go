package main

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"souk/models/db/dbtest"
)

func TestTheSecretIsMadeOnceAndKept(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	texts := make([]string, 8)
	var all sync.WaitGroup
	for i := range texts {
		all.Go(func() {
			var err error
			if texts[i], err = secretFromFile(dir); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, text := range texts {
		if text != texts[0] || len(strings.TrimSpace(text)) < 50 {
			t.Errorf("the secrets are %q", texts)
		}
	}
	info, err := os.Stat(filepath.Join(dir, secretFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("drafts are left behind: %v, %v", left, err)
	}
}

func TestADatabaseIsOpenedWithItsOwnSecretOnly(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	dir := t.TempDir()
	short := t.TempDir()
	if err := os.WriteFile(filepath.Join(short, secretFile), []byte("short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openSecret(t.Context(), Config{DataDir: dir}, d); err != nil {
		t.Fatal(err)
	}
	if _, err := openSecret(t.Context(), Config{DataDir: dir}, d); err != nil {
		t.Errorf("the second time: %v", err)
	}
	for name, c := range map[string]struct {
		cfg  Config
		want string
	}{
		"another file":     {Config{DataDir: t.TempDir()}, "the second factors in this database are encrypted with another secret than the one in "},
		"another variable": {Config{DataDir: dir, Secret: strings.Repeat("x", 40)}, "the second factors in this database are encrypted with another secret than the one in SOUK_SECRET; "},
		"too short":        {Config{DataDir: short}, "the secret in " + filepath.Join(short, secretFile) + " is too short"},
		"nowhere to write": {Config{DataDir: filepath.Join(file, "below")}, "no secret can be kept in " + filepath.Join(file, "below") + " (not a directory); set SOUK_SECRET"},
		"no home":          {Config{}, "no home folder is known to keep a secret in; set SOUK_SECRET, or SOUK_DATA_DIR"},
	} {
		_, err := openSecret(t.Context(), c.cfg, d)
		if err == nil || !strings.HasPrefix(sentence(err), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
