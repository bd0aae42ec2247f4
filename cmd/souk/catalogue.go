package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"souk/models/catalog"
	"souk/models/jobs"
)

const migrateHelp = `
Applies the migrations that the database lacks, each in a transaction of its own.
Several may be started at once; one works and the others wait. "souk serve" does
the same when it starts. A database that a newer version has migrated is left
alone.`

func setUpMigrate(*flag.FlagSet) func(context.Context, *system, []string) error {
	return func(ctx context.Context, sys *system, args []string) error {
		if err := noArguments("migrate", args); err != nil {
			return err
		}
		cfg, log, err := configured(sys)
		if err != nil {
			return err
		}
		d, err := openDatabase(ctx, cfg, log)
		if err != nil {
			return err
		}
		defer d.Close()
		for _, name := range d.applied {
			fmt.Fprintln(sys.stdout, "applied", name)
		}
		if len(d.applied) == 0 {
			fmt.Fprintln(sys.stdout, "The database is up to date.")
		}
		return nil
	}
}

const importHelp = `
Reads categories, publishers and listings, one JSON object a line, as "souk
export" writes them (docs/catalogue-format.md describes the format). FILE may be
- for standard input.

Every field is checked. A bad entry is reported with its line and the reason and
left out; the others go in, and the exit status is 1. What is the same as before
is left as it is, so importing a file twice changes nothing the second time. So
are listings that their integrators have claimed, which the command names.
Indexing for the search follows in the background, done by "souk serve".`

func setUpImport(flags *flag.FlagSet) func(context.Context, *system, []string) error {
	files := flags.String("files", "", "`folder` that the paths of pictures in FILE start from (default: FILE's own)")
	batch := flags.Int("batch", 500, "listings written in one `transaction`")
	return func(ctx context.Context, sys *system, args []string) error {
		if len(args) != 1 {
			return usageError("import takes one FILE; see `souk import --help`")
		}
		in, size, err := openInput(sys, args[0])
		if err != nil {
			return err
		}
		defer in.Close()
		opts := catalog.ImportOptions{BatchSize: *batch, Files: pictures(*files, args[0])}
		return withCatalog(ctx, sys, func(s *catalog.Service) error {
			return importFrom(ctx, sys, s, interruptible(ctx, in), size, opts)
		})
	}
}

// importFrom imports in and prints what became of it.
func importFrom(ctx context.Context, sys *system, s *catalog.Service, in io.Reader, size int64, opts catalog.ImportOptions) error {
	bar := newProgress(sys.stderr, "Importing", size, true)
	opts.Progress = func(bytes int64, listings int) { bar.to(bytes, fmt.Sprintf("%d listings", listings)) }
	began := time.Now()
	report, err := s.Import(ctx, in, opts)
	bar.end()
	if report == nil {
		return err
	}
	for _, p := range report.Problems {
		fmt.Fprintln(sys.stderr, describeProblem(p))
	}
	for _, t := range []struct {
		kind  string
		tally catalog.Tally
	}{{"categories", report.Categories}, {"publishers", report.Publishers}, {"listings", report.Listings}} {
		if t.tally != (catalog.Tally{}) {
			fmt.Fprintf(sys.stdout, "%s: %d added, %d updated, %d unchanged, %d bad\n", t.kind, t.tally.Added, t.tally.Updated, t.tally.Unchanged, t.tally.Bad)
		}
	}
	sayClaimed(sys, report.Claimed)
	if err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "Imported in %s.\n", time.Since(began).Round(time.Millisecond))
	if bad := report.Categories.Bad + report.Publishers.Bad + report.Listings.Bad; bad > 0 {
		return fmt.Errorf("%d bad %s left out, as listed above", bad, plural(bad, "entry was", "entries were"))
	}
	return nil
}

// sayClaimed names the listings that the import left alone.
func sayClaimed(sys *system, slugs []string) {
	if len(slugs) == 0 {
		return
	}
	const most = 20
	text, n := strings.Join(slugs[:min(len(slugs), most)], ", "), len(slugs)
	if n > most {
		text += fmt.Sprintf(" and %d more", n-most)
	}
	fmt.Fprintf(sys.stdout, "Left alone, since %s: %s.\n", plural(n, "its integrator looks after it", "their integrators look after them"), text)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func describeProblem(p catalog.Problem) string {
	text := fmt.Sprintf("line %d", p.Line)
	if p.Entry != "" {
		text += " · " + p.Entry
	}
	if p.Field != "" {
		text += " · " + p.Field
	}
	return text + ": " + p.Why
}

// openInput opens a file or standard input; its size is 0 when unknown.
func openInput(sys *system, path string) (io.ReadCloser, int64, error) {
	if path == "-" {
		return io.NopCloser(sys.stdin), 0, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	st, err := f.Stat()
	if err == nil && st.IsDir() {
		err = usageError(path + " is a folder, not a file")
	}
	if err != nil {
		_ = f.Close()
		return nil, 0, err
	}
	return f, st.Size(), nil
}

// interruptible reads from in until ctx ends, even where a read waits for a
// person or a pipe.
func interruptible(ctx context.Context, in io.Reader) io.Reader {
	out, w := io.Pipe()
	context.AfterFunc(ctx, func() { w.CloseWithError(context.Cause(ctx)) })
	go func() {
		_, err := io.Copy(w, in)
		w.CloseWithError(err)
	}()
	return out
}

// pictures is the folder that paths in the file start from, nil for standard
// input without one.
func pictures(folder, file string) fs.FS {
	switch {
	case folder != "":
		return os.DirFS(folder)
	case file == "-":
		return nil
	default:
		return os.DirFS(filepath.Dir(file))
	}
}

const exportHelp = `
Writes categories, publishers and listings, one JSON object a line, so that "souk
import" reads them again (docs/catalogue-format.md describes the format). It sees
the database as it was when it began. Without FILE it writes to standard output;
a FILE appears, or is replaced, only when it is complete.`

func setUpExport(*flag.FlagSet) func(context.Context, *system, []string) error {
	return func(ctx context.Context, sys *system, args []string) error {
		if len(args) > 1 {
			return usageError("export takes at most one FILE; see `souk export --help`")
		}
		return withCatalog(ctx, sys, func(s *catalog.Service) error {
			if len(args) == 0 || args[0] == "-" {
				return s.Export(ctx, sys.stdout)
			}
			return exportTo(ctx, s, args[0])
		})
	}
}

func exportTo(ctx context.Context, s *catalog.Service, path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("%s can't be written: %w", path, rootCause(err))
	}
	defer os.Remove(f.Name()) // fails once it has got its name
	if err := errors.Join(s.Export(ctx, f), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// withCatalog does something with the catalogue of the configured database.
func withCatalog(ctx context.Context, sys *system, do func(*catalog.Service) error) error {
	cfg, log, err := configured(sys)
	if err != nil {
		return err
	}
	d, err := openDatabase(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer d.Close()
	s, err := openCatalog(d, log)
	if err != nil {
		return err
	}
	return do(s)
}

func openCatalog(d *database, _ *slog.Logger) (*catalog.Service, error) {
	queue, err := jobs.NewQueue(d.DB)
	if err != nil {
		return nil, err
	}
	return catalog.New(d.DB, queue, time.Now, nil), nil
}
