package localpg

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// ensureCluster makes the data directory, unless it exists. An attempt that was
// cut short leaves nothing that a later one would take for data.
func ensureCluster(ctx context.Context, cfg Config, dir string, bin programs, who person) error {
	data := filepath.Join(dir, "data")
	if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); err == nil {
		return nil
	}
	leftOver, _ := filepath.Glob(filepath.Join(dir, "new-*"))
	for _, d := range leftOver {
		_ = os.RemoveAll(d)
	}
	tmp, err := os.MkdirTemp(dir, "new-")
	if err != nil {
		return fmt.Errorf("the data of the local Postgres can't be made: %w", err)
	}
	defer os.RemoveAll(tmp)
	if err := who.own(tmp); err != nil {
		return err
	}
	cfg.Log.Debug("making the data folder of the local Postgres", "folder", data, "programs", string(bin))
	if err := initdb(ctx, cfg, bin, tmp, who); err != nil {
		return err
	}
	// Fails when data exists and holds anything, which isn't ours to remove.
	if err := os.Rename(tmp, data); err != nil {
		return fmt.Errorf("%s is in the way of the local Postgres: %w", data, err)
	}
	return nil
}

func initdb(ctx context.Context, cfg Config, bin programs, data string, who person) error {
	// Words in any script are words to Postgres only in a UTF-8 locale; the
	// order of bytes is quicker and the same on every machine.
	ctype := "C.UTF-8"
	if runtime.GOOS == "darwin" {
		ctype = "en_US.UTF-8"
	}
	args := []string{"-D", data, "-U", role, "--auth=trust", "--encoding=UTF8",
		"--lc-collate=C", "--lc-ctype=" + ctype, "--lc-messages=C", "--no-instructions"}
	if cfg.Throwaway {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, filepath.Join(string(bin), "initdb"), args...)
	cmd.Dir, cmd.Env = data, environ()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: who.credential()}
	if out, err := cmd.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("making the data of the local Postgres was cut short: %w", context.Cause(ctx))
		}
		return fmt.Errorf("the data of the local Postgres can't be made (%w): %s", err, initdbReason(out))
	}
	return nil
}

// initdbReason is the line of initdb's output that says what went wrong.
func initdbReason(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	for _, l := range lines {
		if _, reason, ok := strings.Cut(l, "error: "); ok {
			return reason
		}
	}
	return lines[len(lines)-1]
}
