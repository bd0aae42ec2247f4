package catalog

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"souk/models"
)

// ImportOptions configure Import. Files is where screenshots are read from;
// without it an entry with a screenshot's file is bad. Progress is told how
// many bytes have been read and how many listings written.
type ImportOptions struct {
	Files     fs.FS
	BatchSize int // listings a transaction; 0 means 500
	Progress  func(bytes int64, listings int)
}

// Tally counts what became of the entries of one kind. Claimed are listings that
// an import leaves alone, since their integrator looks after them.
type Tally struct{ Added, Updated, Unchanged, Claimed, Bad int }

// ImportReport says what an import did. Problems are in the order of lines,
// Claimed the slugs of listings that were left alone.
type ImportReport struct {
	Categories, Publishers, Listings Tally
	Problems                         []Problem
	Claimed                          []string
}

// Changed reports whether anything was written.
func (r *ImportReport) Changed() bool {
	for _, t := range []Tally{r.Categories, r.Publishers, r.Listings} {
		if t.Added+t.Updated > 0 {
			return true
		}
	}
	return false
}

// maxLine bounds one line of a file.
const maxLine = 1 << 20

// ErrNotCatalogue means that a file's first line doesn't name the format.
var ErrNotCatalogue = errors.New(`the first line is not {"souk":"catalogue","version":1}`)

// Import reads entries in the exchange format and brings the database up to
// them. A bad entry is reported by line and skipped; the others go in, in
// batches of one transaction each that also queues their indexing. Importing
// the same entries again changes nothing. An error ends the import; batches
// before it stay.
func (s *Service) Import(ctx context.Context, r io.Reader, opts ImportOptions) (*ImportReport, error) {
	if opts.BatchSize <= 0 {
		opts.BatchSize = 500
	}
	im := &importer{s: s, opts: opts, report: &ImportReport{}, began: s.now(), seen: map[string]int{}}
	if err := im.load(ctx); err != nil {
		return im.report, fmt.Errorf("catalog: import: %w", err)
	}
	if err := im.read(ctx, r); err != nil {
		return im.report, fmt.Errorf("catalog: import: %w", err)
	}
	return im.report, nil
}

// importer is one run of Import.
type importer struct {
	s      *Service
	opts   ImportOptions
	report *ImportReport
	began  time.Time // what an import publishes is published at one moment

	accounts   map[string]*accountRow
	categories map[string]*categoryRow
	seen       map[string]int  // "listing slug" → line
	stored     map[string]bool // hashes that the batch names and that are here
	batch      []pendingListing
	bytes      int64
}

type pendingListing struct {
	line  int
	entry *ListingEntry
}

func (im *importer) read(ctx context.Context, r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64*1024), maxLine)
	for n := 1; lines.Scan(); n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		raw := lines.Bytes()
		im.bytes += int64(len(raw)) + 1
		if n == 1 {
			raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
			if err := checkHeader(raw); err != nil {
				return err
			}
			continue
		}
		if len(bytes.TrimSpace(raw)) == 0 {
			continue
		}
		if err := im.line(ctx, n, raw); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			return fmt.Errorf("a line is longer than %d bytes", maxLine)
		}
		return err
	}
	return im.flush(ctx)
}

func checkHeader(raw []byte) error {
	var head line
	if json.Unmarshal(raw, &head) != nil || head.Souk != "catalogue" {
		return ErrNotCatalogue
	}
	if head.Version < 1 || head.Version > FormatVersion {
		return fmt.Errorf("the file has version %d of the format; this Souk reads up to %d", head.Version, FormatVersion)
	}
	return nil
}

func (im *importer) line(ctx context.Context, n int, raw []byte) error {
	var l line
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&l); err != nil {
		im.report.Listings.Bad++
		im.report.Problems = append(im.report.Problems, Problem{Line: n, Why: jsonReason(err)})
		return nil
	}
	switch {
	case l.Category != nil:
		return im.category(ctx, n, l.Category)
	case l.Publisher != nil:
		return im.publisher(ctx, n, l.Publisher)
	case l.Listing != nil:
		return im.listing(ctx, n, l.Listing)
	default:
		im.report.Listings.Bad++
		im.report.Problems = append(im.report.Problems, Problem{Line: n, Why: "holds neither a category, a publisher nor a listing"})
		return nil
	}
}

// jsonReason says in plain words why a line can't be read.
func jsonReason(err error) string {
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return "field " + quote(t.Field) + " holds a " + t.Value + " where a " + t.Type.String() + " belongs"
	}
	if s, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("is not JSON at byte %d", s.Offset)
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// once refuses an entry that stood in the file already.
func (im *importer) once(name string, n int, problems []Problem) []Problem {
	if before, twice := im.seen[name]; twice {
		return append(problems, Problem{Why: "stands in the file already, in line " + itoa(before)})
	}
	im.seen[name] = n
	return problems
}

// bad records an entry's problems and reports whether it has any.
func (im *importer) bad(n int, name string, tally *Tally, problems []Problem) bool {
	if len(problems) == 0 {
		return false
	}
	tally.Bad++
	for _, p := range problems {
		p.Line, p.Entry = n, name
		im.report.Problems = append(im.report.Problems, p)
	}
	return true
}

func (im *importer) listing(ctx context.Context, n int, e *ListingEntry) error {
	e.normalize()
	name := "listing " + e.Slug
	problems := im.once(name, n, append(e.Check(), im.references(e)...))
	if im.bad(n, name, &im.report.Listings, problems) {
		return nil
	}
	im.batch = append(im.batch, pendingListing{n, e})
	if len(im.batch) < im.opts.BatchSize {
		return nil
	}
	return im.flush(ctx)
}

// references checks what the entry names against what exists.
func (im *importer) references(e *ListingEntry) []Problem {
	var c check
	if e.Publisher != "" && im.accounts[e.Publisher] == nil {
		c.fail("publisher", quote(e.Publisher)+" is neither in the marketplace nor earlier in the file")
	}
	for _, slug := range e.Categories {
		if im.categories[slug] == nil {
			c.fail("categories", quote(slug)+" is neither in the marketplace nor earlier in the file")
		}
	}
	return c.problems
}

// normalize makes entries that mean the same look the same: defaults are left
// out and texts trimmed, so that a digest tells whether anything changed.
func (e *ListingEntry) normalize() {
	if e.State == models.ListingPublished {
		e.State = ""
	}
	if e.AppSlug == e.Slug {
		e.AppSlug = ""
	}
	for _, t := range []*string{&e.Name, &e.Tagline, &e.Introduction, &e.Description} {
		*t = strings.TrimSpace(*t)
	}
	for i := range e.Plans {
		p := &e.Plans[i]
		if p.Audience == models.AudienceEveryone {
			p.Audience = ""
		}
		if p.State == models.PlanPublished {
			p.State = ""
		}
		if p.PricePolicy == models.PriceKeep {
			p.PricePolicy = ""
		}
		if p.NoticeDays != nil && *p.NoticeDays == models.DefaultNoticeDays {
			p.NoticeDays = nil
		}
		if p.Currency == "USD" || p.Kind == models.PlanFree {
			p.Currency = ""
		}
		if p.Kind == models.PlanFree {
			p.MonthlyMinor, p.YearlyMinor = noZero(p.MonthlyMinor), noZero(p.YearlyMinor)
		}
	}
	if len(e.Plans) == 0 {
		e.Plans = nil
	}
}

func noZero(v *int64) *int64 {
	if v != nil && *v == 0 {
		return nil
	}
	return v
}

func (im *importer) flush(ctx context.Context) error {
	if len(im.batch) > 0 {
		if err := im.write(ctx, im.batch); err != nil {
			return err
		}
		im.batch = im.batch[:0]
	}
	if im.opts.Progress != nil {
		t := im.report.Listings
		im.opts.Progress(im.bytes, t.Added+t.Updated+t.Unchanged+t.Claimed)
	}
	return nil
}
