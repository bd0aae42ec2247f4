package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"regexp"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"

	"souk/models"
	"souk/models/db"
	"souk/web/i18n"
)

// Exit statuses, as shells know them.
const (
	exitFailure     = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// usageError is a mistake in how the program was called, in a sentence.
type usageError string

func (e usageError) Error() string { return string(e) }

// unfinishedError tells what was cut off at the end.
type unfinishedError string

func (e unfinishedError) Error() string { return string(e) }

// errInterrupted ends a command that was told to stop before it had finished.
var errInterrupted = errors.New("stopped before it had finished")

// status is the exit status for err.
func status(err error) int {
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		return exitUsage
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	default:
		return exitFailure
	}
}

// sentence turns err into one sentence for a person: what went wrong and what
// to do about it, without the names of packages.
func sentence(err error) string {
	var file *fs.PathError
	switch {
	case errors.Is(err, db.ErrNewerSchema):
		return "the database has a newer schema than this version of Souk knows; start the newer version"
	case isConnect(err):
		return connectSentence(err)
	case errors.Is(err, fs.ErrNotExist) && errors.As(err, &file):
		return "there is no file " + file.Path
	case errors.Is(err, fs.ErrPermission) && errors.As(err, &file):
		return "this user may not open " + file.Path
	}
	if text := inWords(err); text != "" {
		return text
	}
	return tidy(err.Error())
}

// inWords says what is wrong with what was asked for in the words of the pages;
// "" for an error that is of another kind.
func inWords(err error) string {
	problems, ok := errors.AsType[models.Problems](err)
	if one, single := errors.AsType[*models.Error](err); !ok && single {
		problems = models.Problems{one}
	}
	var texts []string
	for _, p := range problems {
		text := i18n.T(context.Background(), "error."+p.Code, "field", p.Field)
		if p.Field != "" {
			text = p.Field + ": " + text
		}
		if p.Unwrap() != nil {
			text += " (" + tidy(p.Unwrap().Error()) + ")"
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, " ")
}

var (
	space         = regexp.MustCompile(`\s+`)
	packagePrefix = regexp.MustCompile(`^(?:[a-z]+: )+`)
)

// tidy makes one line of a text and takes package names off its beginning.
func tidy(text string) string {
	text = space.ReplaceAllString(strings.TrimSpace(text), " ")
	if rest := packagePrefix.ReplaceAllString(text, ""); rest != "" {
		return rest
	}
	return text
}

func isConnect(err error) bool {
	_, ok := errors.AsType[*pgconn.ConnectError](err)
	return ok
}

// connectSentence explains why there is no connection to the database.
func connectSentence(err error) string {
	var refused *pgconn.PgError
	var lookup *net.DNSError
	connect, _ := errors.AsType[*pgconn.ConnectError](err)
	where := fmt.Sprintf("%s:%d", connect.Config.Host, connect.Config.Port)
	if strings.HasPrefix(connect.Config.Host, "/") {
		where = connect.Config.Host
	}
	switch {
	case errors.As(err, &refused):
		return fmt.Sprintf("the database at %s refuses: %s; check DATABASE_URL", where, refused.Message)
	case errors.As(err, &lookup):
		return fmt.Sprintf("the database can't be reached, because there is no host %s; check DATABASE_URL", connect.Config.Host)
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ENOENT):
		return fmt.Sprintf("no database answers at %s; is it running, and is DATABASE_URL right?", where)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("the database at %s doesn't answer in time; is it running, and is DATABASE_URL right?", where)
	default:
		return fmt.Sprintf("the database at %s can't be reached (%s); check DATABASE_URL", where, tidy(rootCause(err).Error()))
	}
}

func rootCause(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}

// nearest is the word most like the misspelt one, or "" when none is like it.
func nearest(misspelt string, words []string) string {
	best, least := "", len(misspelt)/3+1
	for _, w := range words {
		if d := distance(misspelt, w); d <= least && (best == "" || d < least) {
			best, least = w, d
		}
	}
	return best
}

// distance counts the letters to add, drop, change or swap with a neighbour to
// make b of a.
func distance(a, b string) int {
	var before, above []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, above, row = above, row, make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
