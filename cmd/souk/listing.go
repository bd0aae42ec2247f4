package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"souk/models"
	"souk/models/listingfile"
	"souk/web/i18n"
)

const listingHelp = `
  souk listing lint FILE
  souk listing pull SLUG [FILE] [--force]
  souk listing push FILE [--app SLUG] [--force] [--submit [--note TEXT]]

Keeps a marketplace listing as a file beside the app's code: YAML (or JSON) with
the fields of docs/listing-fields.md, pictures as files in the same folder.

lint says what is wrong, as FILE:LINE: SEVERITY RULE: text — how to mend it. It
works without a server; with --url it also asks the server whether categories
exist. pull writes the draft of a listing to FILE, or to standard output. push
uploads the pictures, writes the file into the draft, and says what changed; an
app without a listing gets one. What others have changed since the file was
pulled is merged, and nothing is overwritten, unless --force says that the file
alone is right, as in a pipeline. --submit then hands the draft in for review,
which says that you agree to the rules of the marketplace.

The server is --url or SOUK_URL, the token --token or SOUK_TOKEN: a personal
access token with the scope marketplace, from /settings/tokens. The exit status
is 0 when all is well, 1 when there are errors or the server refuses, 2 when the
command was called wrongly. Warnings and hints don't change it, unless --strict
says that warnings do.`

// listingOptions are the options of the command.
type listingOptions struct {
	url, token, app, note       string
	force, submit, json, strict bool
}

func setUpListing(flags *flag.FlagSet) func(context.Context, *system, []string) error {
	var o listingOptions
	flags.StringVar(&o.url, "url", "", "`address` of the marketplace (default: SOUK_URL, or http://localhost:8080)")
	flags.StringVar(&o.token, "token", "", "personal access `token` (default: SOUK_TOKEN, which other users of this machine can't see)")
	flags.StringVar(&o.app, "app", "", "`slug` of the app whose listing is pushed (default: app_slug or slug of the file)")
	flags.BoolVar(&o.force, "force", false, "the file alone is right: replace what it would otherwise be merged with")
	flags.BoolVar(&o.submit, "submit", false, "hand the draft in for review, and agree to the rules of the marketplace")
	flags.StringVar(&o.note, "note", "", "`text` to the reviewer, with --submit")
	flags.BoolVar(&o.strict, "strict", false, "fail for warnings too")
	flags.BoolVar(&o.json, "json", false, "print one JSON object instead of lines")
	return func(ctx context.Context, sys *system, args []string) error {
		if len(args) < 2 {
			return usageError("listing takes lint, pull or push, and what to work on; see `souk listing --help`")
		}
		l := &listingCommand{sys: sys, opts: o}
		switch verb, rest := args[0], args[1:]; {
		case verb == "lint" && len(rest) == 1:
			return l.lint(ctx, rest[0])
		case verb == "pull" && len(rest) <= 2:
			return l.pull(ctx, rest)
		case verb == "push" && len(rest) == 1:
			return l.push(ctx, rest[0])
		case verb == "lint" || verb == "pull" || verb == "push":
			return usageError(fmt.Sprintf("listing %s was given %q too many; see `souk listing --help`", verb, rest[len(rest)-1]))
		default:
			return usageError(fmt.Sprintf("listing has no action %q, only lint, pull and push", verb))
		}
	}
}

type listingCommand struct {
	sys  *system
	opts listingOptions
}

func (l *listingCommand) client() (*client, error) {
	url, token := l.opts.url, l.opts.token
	if url == "" {
		url = l.sys.getenv("SOUK_URL")
	}
	if url == "" {
		url = "http://localhost:8080"
	}
	if token == "" {
		token = l.sys.getenv("SOUK_TOKEN")
	}
	if token == "" {
		return nil, usageError("there is no token; set SOUK_TOKEN to one with the scope marketplace, from " + strings.TrimSuffix(url, "/") + "/settings/tokens")
	}
	return newClient(url, token)
}

// read reads a file and what is wrong with it by itself.
func (l *listingCommand) read(ctx context.Context, name string) (text []byte, f *listingfile.File, found []models.Finding, err error) {
	in, _, err := openInput(l.sys, name)
	if err != nil {
		return nil, nil, nil, err
	}
	defer in.Close()
	text, err = io.ReadAll(io.LimitReader(interruptible(ctx, in), listingfile.MaxBytes+1))
	if err != nil {
		return nil, nil, nil, err
	}
	f, found = listingfile.Read(text)
	return text, f, found, nil
}

func (l *listingCommand) lint(ctx context.Context, name string) error {
	text, f, found, err := l.read(ctx, name)
	if err != nil {
		return err
	}
	told, err := l.judge(ctx, text, f, found)
	if err != nil {
		return err
	}
	if f != nil {
		told = append(told, missingFiles(name, &f.Content)...)
	}
	if err := l.print(name, told, nil); err != nil {
		return err
	}
	return l.verdict(told)
}

// judge says what is wrong with a file, by the server where one is named.
func (l *listingCommand) judge(ctx context.Context, text []byte, f *listingfile.File, found []models.Finding) ([]toldFinding, error) {
	if l.opts.url != "" {
		c, err := l.client()
		if err != nil {
			return nil, err
		}
		return c.lint(ctx, text)
	}
	if f != nil {
		found = append(append(found, f.Lint()...), f.WithoutAccess()...)
	}
	listingfile.Sort(found)
	return tell(found), nil
}

// toldFinding is a finding in words, as the API gives it.
type toldFinding struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Field    string `json:"field"`
	Line     int    `json:"line"`
	Text     string `json:"text"`
	Mend     string `json:"mend"`
}

func tell(found []models.Finding) []toldFinding {
	told := make([]toldFinding, len(found))
	for i := range found {
		f, ctx := &found[i], context.Background()
		told[i] = toldFinding{Rule: f.Rule, Severity: string(f.Severity), Field: f.Field, Line: f.Line,
			Text: i18n.T(ctx, "lint."+f.Rule, f.Args()...), Mend: i18n.T(ctx, "lint."+f.Rule+".mend", f.Args()...)}
	}
	return told
}

// print prints findings by line, or all as one JSON object with more beside.
func (l *listingCommand) print(name string, told []toldFinding, more map[string]any) error {
	if l.opts.json {
		out := map[string]any{"file": name, "findings": told}
		for k, v := range more {
			out[k] = v
		}
		return json.NewEncoder(l.sys.stdout).Encode(out)
	}
	for _, f := range told {
		where := ""
		if f.Field != "" {
			where = " [" + f.Field + "]"
		}
		fmt.Fprintf(l.sys.stdout, "%s:%d: %s %s: %s — %s%s\n", name, max(f.Line, 1), f.Severity, f.Rule, f.Text, f.Mend, where)
	}
	return nil
}

// verdict is an error where findings forbid to hand in.
func (l *listingCommand) verdict(told []toldFinding) error {
	var bad, warned int
	for _, f := range told {
		switch f.Severity {
		case string(models.SeverityError):
			bad++
		case string(models.SeverityWarning):
			warned++
		}
	}
	switch {
	case bad > 0:
		return fmt.Errorf("%d %s to mend", bad, plural(bad, "error is", "errors are"))
	case warned > 0 && l.opts.strict:
		return fmt.Errorf("%d %s, and --strict was given", warned, plural(warned, "warning", "warnings"))
	}
	if !l.opts.json {
		fmt.Fprintln(l.sys.stdout, "Nothing keeps it from being handed in.")
	}
	return nil
}

// missingFiles are the pictures that a file names and that aren't beside it.
func missingFiles(name string, c *models.ListingContent) []toldFinding {
	var told []toldFinding
	for _, p := range picturesOf(c) {
		if p.picture.File == "" || !filepath.IsLocal(p.picture.File) {
			continue
		}
		if st, err := os.Stat(filepath.Join(filepath.Dir(name), p.picture.File)); err != nil || st.IsDir() {
			told = append(told, toldFinding{Rule: "picture_unread", Severity: "error", Field: p.field + ".file", Line: 1,
				Text: fmt.Sprintf("There is no picture %q beside the file.", p.picture.File), Mend: "Put it there, or correct its name."})
		}
	}
	return told
}

// The first line of a pulled file names the version that it was made of.
var (
	baseLine   = regexp.MustCompile(`(?m)^# souk draft version (\d+) of (\S+)\r?$`)
	baseFormat = "# souk draft version %d of %s\n"
)

// baseOf is the version that a file was made of, and whether it says so.
func baseOf(text []byte) (version int, ok bool) {
	m := baseLine.FindSubmatch(text)
	if m == nil {
		return 0, false
	}
	version, err := strconv.Atoi(string(m[1]))
	return version, err == nil
}

// withBase makes a file say which version it is now.
func withBase(text []byte, version int, slug string) []byte {
	line := []byte(fmt.Sprintf(baseFormat, version, slug))
	if at := baseLine.FindIndex(text); at != nil {
		end := at[1]
		if end < len(text) && text[end] == '\n' {
			end++
		}
		return bytes.Join([][]byte{text[:at[0]], line, text[end:]}, nil)
	}
	return append(line, text...)
}

func (l *listingCommand) pull(ctx context.Context, args []string) error {
	c, err := l.client()
	if err != nil {
		return err
	}
	d, err := c.draft(ctx, args[0])
	if err != nil {
		return err
	}
	text, err := listingfile.Write(&d.Content)
	if err != nil {
		return err
	}
	text = withBase(text, d.Version, d.Slug)
	if len(args) == 1 || args[1] == "-" {
		_, err := l.sys.stdout.Write(text)
		return err
	}
	if err := writeListing(args[1], text, l.opts.force); err != nil {
		return err
	}
	if l.opts.json {
		return json.NewEncoder(l.sys.stdout).Encode(map[string]any{"file": args[1], "slug": d.Slug, "version": d.Version})
	}
	fmt.Fprintf(l.sys.stdout, "Wrote version %d of the draft of %s to %s.\n", d.Version, d.Slug, args[1])
	return nil
}

// writeListing writes a file that appears only when it is complete, and replaces
// none unless it may.
func writeListing(name string, text []byte, replace bool) error {
	if _, err := os.Stat(name); err == nil && !replace {
		return fmt.Errorf("%s is there already; --force replaces it, with its comments", name)
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return fmt.Errorf("%s can't be written: %w", name, rootCause(err))
	}
	defer os.Remove(f.Name()) // fails once it has got its name
	_, err = f.Write(text)
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
