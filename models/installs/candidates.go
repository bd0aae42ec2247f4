package installs

import (
	"context"

	"souk/models"
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

// Candidates lists the repositories of an account that the actor can see, by name:
// those whose name has query in it. Chosen ones are listed beside, up to a hundred. It
// is one statement.
func (s *Service) Candidates(ctx context.Context, actor models.Actor, account int64, query string, page int, chosen []int64) (*CandidateList, error) {
	return nil, models.ErrNotFound
}

// Matching are the ids of all repositories that Candidates lists for a query, up to
// models.MaxSelected of them.
func (s *Service) Matching(ctx context.Context, actor models.Actor, account int64, query string) ([]int64, error) {
	return nil, models.ErrNotFound
}
