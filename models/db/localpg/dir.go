package localpg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// chooseDir returns the absolute path of the directory to work in. A
// throw-away server gets a fresh one, in memory where there is room.
func chooseDir(cfg Config) (string, error) {
	if cfg.Dir != "" {
		dir, err := filepath.Abs(cfg.Dir)
		if err != nil {
			return "", fmt.Errorf("%s can't be used: %w", cfg.Dir, err)
		}
		return dir, nil
	}
	if !cfg.Throwaway {
		return "", errors.New("localpg: Config.Dir is empty")
	}
	for _, base := range []string{memoryDir(), os.TempDir(), "/tmp"} {
		if base == "" {
			continue
		}
		if dir, err := os.MkdirTemp(base, "souk-postgres-"); err == nil {
			return dir, nil
		}
	}
	return "", errors.New("there is no folder for temporary files to run Postgres in; set TMPDIR")
}

// memoryDir is a folder in memory with room for a few hundred test databases,
// or "".
func memoryDir() string {
	const dir, room = "/dev/shm", 1 << 30
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil || st.Bavail*uint64(st.Bsize) < room {
		return ""
	}
	return dir
}

// prepareDir makes dir for who, and says what is wrong when it can't be used.
func prepareDir(dir string, who person) error {
	if err := makeWay(filepath.Dir(dir)); err != nil {
		return err
	}
	if b := who.barrier(filepath.Dir(dir)); b != "" {
		return fmt.Errorf("root may not run Postgres, and %s, who runs it instead, can't enter %s; choose another place with SOUK_DATA_DIR", who.name, b)
	}
	if uid, _, ok := owner(dir); ok && !who.drop && uid != who.uid {
		return fmt.Errorf("%s belongs to another user; choose another place with SOUK_DATA_DIR", dir)
	}
	return who.mkdir(dir, 0o700)
}

// makeWay makes the directories down to dir that don't exist, open to pass
// through for root's stand-in and private otherwise.
func makeWay(dir string) error {
	if st, err := os.Stat(dir); err == nil {
		if !st.IsDir() {
			return fmt.Errorf("%s is not a folder", dir)
		}
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s can't be used: %w", dir, err)
	}
	if err := makeWay(filepath.Dir(dir)); err != nil {
		return err
	}
	mode := fs.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o755
	}
	if err := os.Mkdir(dir, mode); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s can't be made: %w", dir, err)
	}
	return os.Chmod(dir, mode)
}
