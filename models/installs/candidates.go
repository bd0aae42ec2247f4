package installs

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// CandidatesPerPage is how many repositories a page of Candidates has.
const CandidatesPerPage = 50

// Candidate is a repository that one may choose.
type Candidate struct {
	ID         int64
	Name       string
	Private    bool
	Archived   bool
	Administer bool // the actor does
}

// CandidateList is a page of Candidates.
type CandidateList struct {
	Items  []Candidate
	Total  int // that fit the query
	Page   int
	Chosen []Candidate // the first of those that were asked about by id
}

// candidatesOf are the repositories of the account $1 that the actor sees, and whether
// it administers them.
const candidatesOf = `SELECT r.id, r.name, r.private, r.archived_at IS NOT NULL archived, level.n = 5 administer
	FROM` + levelTables + ` JOIN repositories r ON r.account_id = t.id CROSS JOIN LATERAL (SELECT ` + levelSQL + ` n) level
	WHERE t.id = $1 AND level.n >= 1`

const candidateJSON = `json_build_object('ID', id, 'Name', name, 'Private', private, 'Archived', archived, 'Administer', administer)`

// Candidates lists the repositories of an account that the actor can see, by name:
// those whose name has query in it. Chosen ones are listed beside, up to a hundred. It
// is one statement. It returns ErrPageOutOfRange.
func (s *Service) Candidates(ctx context.Context, actor models.Actor, account int64, query string, page int, chosen []int64) (*CandidateList, error) {
	pattern, err := likely(actor, query)
	if err != nil {
		return nil, err
	}
	if page < 1 || page > 1_000_000 {
		return nil, models.ErrPageOutOfRange
	}
	if chosen == nil {
		chosen = []int64{}
	}
	l := &CandidateList{Page: page}
	var items, kept []byte
	err = s.db.Pool().QueryRow(ctx, `WITH seen AS NOT MATERIALIZED (`+candidatesOf+`)
		SELECT (SELECT count(*) FROM seen WHERE name ILIKE $5),
			(SELECT json_agg(`+candidateJSON+` ORDER BY lower(name))
				FROM (SELECT * FROM seen WHERE name ILIKE $5 ORDER BY lower(name) LIMIT $7 OFFSET $8) p),
			(SELECT json_agg(`+candidateJSON+` ORDER BY lower(name)) FROM (SELECT * FROM seen WHERE id = ANY ($6) ORDER BY lower(name) LIMIT 100) k)`,
		append(levelArgs(actor, account), pattern, chosen, CandidatesPerPage, (page-1)*CandidatesPerPage)...).Scan(&l.Total, &items, &kept)
	if err != nil {
		return nil, fmt.Errorf("installs: candidates: %w", err)
	}
	for into, text := range map[*[]Candidate][]byte{&l.Items: items, &l.Chosen: kept} {
		if len(text) > 0 {
			if err := json.Unmarshal(text, into); err != nil {
				return nil, fmt.Errorf("installs: candidates: %w", err)
			}
		}
	}
	if page > 1 && len(l.Items) == 0 {
		return nil, models.ErrPageOutOfRange
	}
	return l, nil
}

// Matching are the ids of all repositories that Candidates lists for a query, up to
// models.MaxSelected of them.
func (s *Service) Matching(ctx context.Context, actor models.Actor, account int64, query string) ([]int64, error) {
	pattern, err := likely(actor, query)
	if err != nil {
		return nil, err
	}
	rows, err := s.db.Pool().Query(ctx, candidatesOf+` AND r.name ILIKE $5 ORDER BY lower(r.name) LIMIT $6`,
		append(levelArgs(actor, account), pattern, models.MaxSelected)...)
	if err != nil {
		return nil, fmt.Errorf("installs: candidates: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (id int64, err error) { return id, row.Scan(&id, nil, nil, nil, nil) })
	if err != nil {
		return nil, fmt.Errorf("installs: candidates: %w", err)
	}
	return all, nil
}

// likely checks who asks, and is what LIKE takes for a query.
func likely(actor models.Actor, query string) (pattern string, err error) {
	if actor.Anonymous() {
		return "", models.ErrSignInNeeded
	}
	query = strings.TrimSpace(query)
	if !utf8.ValidString(query) || strings.Contains(query, "\x00") || len(query) > 200 {
		return "", models.ErrBadParameter.On("q")
	}
	return "%" + db.Literal(query) + "%", nil
}
