package localpg

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldest is the oldest major version that Souk's schema works with.
const oldest = 14

// programs is the folder with postgres and initdb.
type programs string

// places are where packages put Postgres, as patterns.
var places = []string{
	"/usr/lib/postgresql/*/bin",                               // Debian, Ubuntu
	"/usr/pgsql-*/bin",                                        // Red Hat, from postgresql.org
	"/usr/libexec/postgresql*",                                // Alpine
	"/opt/homebrew/opt/postgresql*/bin",                       // Homebrew, Apple silicon
	"/usr/local/opt/postgresql*/bin",                          // Homebrew, Intel
	"/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",          // Homebrew, Linux
	"/Applications/Postgres.app/Contents/Versions/[0-9]*/bin", // Postgres.app
}

// choosePrograms returns the programs that fit the data in dir: the first in
// PATH, else the newest found, else fetched ones. For existing data only its
// own major version fits.
func choosePrograms(ctx context.Context, cfg Config, dir string, who person) (programs, error) {
	want, err := dataVersion(dir)
	if err != nil {
		return "", err
	}
	var seen []string
	for _, bin := range candidates(who) {
		major := bin.major(ctx)
		if major < oldest {
			continue
		}
		if want == 0 || major == want {
			return bin, nil
		}
		seen = append(seen, strconv.Itoa(major))
	}
	if want == 0 || want == fetchedMajor {
		return fetchFor(ctx, cfg.Log, dir, cfg.Throwaway)
	}
	has := "none"
	if len(seen) > 0 {
		has = "only " + strings.Join(slices.Compact(seen), ", ")
	}
	return "", fmt.Errorf("the data in %s needs Postgres %d, and this machine has %s; install Postgres %d, or move the folder away to begin with an empty database",
		filepath.Join(dir, "data"), want, has, want)
}

// dataVersion is the major version that made the data in dir, 0 without data.
func dataVersion(dir string) (int, error) {
	text, err := os.ReadFile(filepath.Join(dir, "data", "PG_VERSION"))
	if os.IsNotExist(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("the data of the local Postgres can't be read: %w", err)
	}
	v, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("%s isn't a data folder of Postgres", filepath.Join(dir, "data"))
	}
	return v, nil
}

// candidates lists the folders on this machine that hold the programs and that
// who may run.
func candidates(who person) []programs {
	var found []programs
	if path, err := exec.LookPath("postgres"); err == nil {
		// Distributions link to it from a folder that lacks the rest.
		if path, err = filepath.EvalSymlinks(path); err == nil {
			found = append(found, programs(filepath.Dir(path)))
		}
	}
	var packaged []programs
	for _, pattern := range places {
		dirs, _ := filepath.Glob(pattern)
		for _, d := range dirs {
			packaged = append(packaged, programs(d))
		}
	}
	slices.SortStableFunc(packaged, func(a, b programs) int { return b.numberInPath() - a.numberInPath() })
	found = append(found, packaged...)
	return slices.DeleteFunc(found, func(p programs) bool { return !p.complete() || who.barrier(string(p)) != "" })
}

var number = regexp.MustCompile(`\d+`)

// numberInPath orders folders by version before any is asked.
func (p programs) numberInPath() int {
	n, _ := strconv.Atoi(number.FindString(string(p)))
	return n
}

func (p programs) complete() bool {
	for _, name := range []string{"postgres", "initdb"} {
		if st, err := os.Stat(filepath.Join(string(p), name)); err != nil || st.Mode()&0o111 == 0 {
			return false
		}
	}
	return true
}

// major asks the program for its version; 0 when it doesn't run.
func (p programs) major(ctx context.Context) int {
	out, err := exec.CommandContext(ctx, filepath.Join(string(p), "postgres"), "--version").Output()
	if err != nil {
		return 0
	}
	n, _ := strconv.Atoi(number.FindString(strings.TrimPrefix(string(out), "postgres (PostgreSQL) ")))
	return n
}
