package repos

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"souk/models"
)

// BulkRow is one repository to be made. Without a word about it, a repository
// is private.
type BulkRow struct {
	Line        int // of a CSV file, or the number of the entry in a JSON array; from 1
	Name        string
	Description string
	Private     bool
	Problem     *models.Error // why the row can't be used; nil if it can
}

// ReadBulk reads a list of repositories: a JSON array of objects, or CSV whose
// first line names the columns. Both know name, description and visibility
// (public or private); JSON knows private (true or false) too. CSV may be
// separated by commas, semicolons or tabs. Rows that can't be read come with
// their Problem. It returns ErrBulk for what is neither, with the reason, and
// ErrBulkSize for more than MaxBulk rows.
func ReadBulk(text []byte) ([]BulkRow, error) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	switch trimmed := bytes.TrimSpace(text); {
	case len(trimmed) == 0:
		return nil, models.ErrBulk.Because(errors.New("it is empty"))
	case !utf8.Valid(text):
		return nil, models.ErrBulk.Because(errors.New("it is not UTF-8"))
	case trimmed[0] == '[' || trimmed[0] == '{':
		return readJSON(trimmed)
	}
	return readCSV(text)
}

// jsonRow has pointers for what may be left out.
type jsonRow struct {
	Name        string  `json:"name"`
	Description string  `json:"description"`
	Visibility  *string `json:"visibility"`
	Private     *bool   `json:"private"`
}

func readJSON(text []byte) ([]BulkRow, error) {
	var entries []json.RawMessage
	if err := json.Unmarshal(text, &entries); err != nil {
		return nil, models.ErrBulk.Because(fmt.Errorf("it is not a JSON array: %w", err))
	}
	if len(entries) > MaxBulk {
		return nil, models.ErrBulkSize
	}
	rows := make([]BulkRow, len(entries))
	for i, entry := range entries {
		rows[i] = jsonEntry(i+1, entry)
	}
	return rows, nil
}

func jsonEntry(number int, entry json.RawMessage) BulkRow {
	row := BulkRow{Line: number, Private: true}
	var in jsonRow
	dec := json.NewDecoder(bytes.NewReader(entry))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil || string(entry) == "null" {
		row.Name, row.Problem = in.Name, models.ErrBulkLine.Because(err)
		return row
	}
	row.Name, row.Description = strings.TrimSpace(in.Name), in.Description
	if in.Private != nil {
		row.Private = *in.Private
	}
	if in.Visibility != nil {
		row.see(*in.Visibility)
		if in.Private != nil && *in.Private != row.Private {
			row.Problem = models.ErrBulkVisibility
		}
	}
	return row
}

// see reads a visibility.
func (r *BulkRow) see(visibility string) {
	switch strings.ToLower(strings.TrimSpace(visibility)) {
	case "public":
		r.Private = false
	case "private", "":
		r.Private = true
	default:
		r.Problem = models.ErrBulkVisibility
	}
}

func readCSV(text []byte) ([]BulkRow, error) {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma = separator(text)
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if err != nil {
		return nil, models.ErrBulk.Because(fmt.Errorf("its first line can't be read: %w", err))
	}
	columns, err := columnsOf(header)
	if err != nil {
		return nil, models.ErrBulk.Because(err)
	}
	var rows []BulkRow
	for {
		record, err := r.Read()
		if err == io.EOF {
			return rows, nil
		}
		if len(rows) == MaxBulk {
			return nil, models.ErrBulkSize
		}
		rows = append(rows, csvRow(r, columns, record, err))
	}
}

// separator is the first of comma, semicolon and tab in the first line: which
// of them spreadsheets write depends on where they are.
func separator(text []byte) rune {
	line, _, _ := bytes.Cut(bytes.TrimLeft(text, "\r\n"), []byte("\n"))
	if i := bytes.IndexAny(line, ",;\t"); i >= 0 {
		return rune(line[i])
	}
	return ','
}

// columns are where each value stands in a record; -1 is nowhere.
type columns struct{ name, description, visibility, n int }

func columnsOf(header []string) (columns, error) {
	c := columns{name: -1, description: -1, visibility: -1, n: len(header)}
	for i, title := range header {
		var to *int
		switch title = strings.ToLower(strings.TrimSpace(title)); title {
		case "name":
			to = &c.name
		case "description":
			to = &c.description
		case "visibility":
			to = &c.visibility
		default:
			return c, fmt.Errorf("its first line has the column %q", cut(title, 40))
		}
		if *to >= 0 {
			return c, fmt.Errorf("its first line has the column %q twice", title)
		}
		*to = i
	}
	if c.name < 0 {
		return c, errors.New(`its first line has no column "name"`)
	}
	return c, nil
}

func csvRow(r *csv.Reader, c columns, record []string, err error) BulkRow {
	row := BulkRow{Private: true}
	if bad, ok := errors.AsType[*csv.ParseError](err); ok {
		row.Line, row.Problem = bad.StartLine, models.ErrBulkLine.Because(bad.Err)
		return row
	}
	row.Line, _ = r.FieldPos(0)
	value := func(at int) string {
		if at < 0 || at >= len(record) {
			return ""
		}
		return record[at]
	}
	row.Name, row.Description = strings.TrimSpace(value(c.name)), value(c.description)
	row.see(value(c.visibility))
	if len(record) > c.n {
		row.Problem = models.ErrBulkLine.Because(fmt.Errorf("%d values under %d columns", len(record), c.n))
	}
	return row
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
