package localpg

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestArchiveIsUnpackedWithModesAndLinks(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "home")
	err := unpack(archive(t, map[string]string{
		"package/native/bin/postgres":     "program",
		"package/native/lib/libpq.so.5.1": "library",
		"package/native/pg-symlinks.json": `[{"source":"native/lib/libpq.so.5.1","target":"native/lib/libpq.so"}]`,
		"elsewhere/file":                  "not of the package",
	}), dir)
	if err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(filepath.Join(dir, "native/bin/postgres"))
	if err != nil || st.Mode() != 0o755 {
		t.Errorf("the program has mode %v (%v)", st.Mode(), err)
	}
	if to, err := os.Readlink(filepath.Join(dir, "native/lib/libpq.so")); err != nil || to != "libpq.so.5.1" {
		t.Errorf("the link leads to %q (%v)", to, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "file")); !os.IsNotExist(err) {
		t.Error("a file outside of the package was unpacked")
	}
}

func TestArchiveCannotWriteElsewhere(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"path": {"package/../../evil": "x"},
		"link": {"package/native/pg-symlinks.json": `[{"source":"x","target":"../evil"}]`},
		"none": {"package/readme": "without the list of links"},
	} {
		t.Run(name, func(t *testing.T) {
			base := t.TempDir()
			if err := unpack(archive(t, files), filepath.Join(base, "a", "home")); err == nil {
				t.Error("the archive was unpacked")
			}
			if _, err := os.Lstat(filepath.Join(base, "a", "evil")); !os.IsNotExist(err) {
				t.Error("something was written outside")
			}
		})
	}
}

func TestFetchSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir) // no npm
	_, err := fetch(context.Background(), slog.New(slog.DiscardHandler), dir)
	if err == nil || !strings.Contains(err.Error(), "no npm to fetch it with") {
		t.Errorf("without npm: %v", err)
	}

	program(t, dir, "npm", "echo 'npm error network unreachable' >&2; exit 1")
	_, err = fetch(context.Background(), slog.New(slog.DiscardHandler), dir)
	if err == nil || !strings.Contains(err.Error(), "network unreachable") || !strings.Contains(err.Error(), "DATABASE_URL") {
		t.Errorf("without network: %v", err)
	}

	program(t, dir, "npm", `while [ $# -gt 0 ]; do [ "$1" = --pack-destination ] && echo forged >"$2/x.tgz"; shift; done`)
	_, err = fetch(context.Background(), slog.New(slog.DiscardHandler), dir)
	if err == nil || !strings.Contains(err.Error(), "checksum differs") {
		t.Errorf("with a forged archive: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "fetch-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func program(t *testing.T, dir, name, script string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

func archive(t *testing.T, files map[string]string) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	tw := tar.NewWriter(zw)
	for name, text := range files {
		mode := fs.FileMode(0o640)
		if strings.Contains(name, "/bin/") {
			mode = 0o750
		}
		if err := tw.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: int64(mode), Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}
