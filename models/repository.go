package models

import (
	"regexp"
	"strings"
	"time"
)

// RepositoryLevel is what an account may do with a repository, in rising
// order, so that levels compare.
type RepositoryLevel int

// The levels, as GitHub has them.
const (
	NoAccess RepositoryLevel = iota
	RepositoryRead
	RepositoryTriage
	RepositoryWrite
	RepositoryMaintain
	RepositoryAdmin
)

var repositoryLevels = []string{"none", "read", "triage", "write", "maintain", "admin"}

func (l RepositoryLevel) String() string {
	if l < NoAccess || l > RepositoryAdmin {
		return "none"
	}
	return repositoryLevels[l]
}

// ParseRepositoryLevel reads a level by its name.
func ParseRepositoryLevel(s string) (RepositoryLevel, error) {
	for i, name := range repositoryLevels {
		if s == name {
			return RepositoryLevel(i), nil
		}
	}
	return NoAccess, ErrUnknownLevel
}

// Repository is what installations select. Its contents come with the platform
// API.
type Repository struct {
	ID          int64
	AccountID   int64
	Name        string
	Description string
	Private     bool
	ArchivedAt  *time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

var repositoryName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,100}$`)

// ValidRepositoryName follows GitHub's rule: letters, digits, ".", "-" and "_",
// at most 100, neither "." nor ".." nor ending in ".git" or ".wiki".
func ValidRepositoryName(s string) bool {
	lower := strings.ToLower(s)
	return repositoryName.MatchString(s) && s != "." && s != ".." && !strings.HasSuffix(lower, ".git") && !strings.HasSuffix(lower, ".wiki")
}

// Errors of repositories.
var (
	ErrRepositoryName   = &Error{Kind: Invalid, Code: "repository_name", Field: "name"}
	ErrRepositoryTaken  = &Error{Kind: Invalid, Code: "repository_taken", Field: "name"}
	ErrRepositoryLocked = &Error{Kind: Conflict, Code: "repository_archived"}
	ErrUnknownLevel     = &Error{Kind: Invalid, Code: "unknown_level", Field: "level"}
	ErrCollaborator     = &Error{Kind: Invalid, Code: "bad_collaborator", Field: "login"}
	ErrTransferTarget   = &Error{Kind: Invalid, Code: "transfer_target", Field: "account"}
	ErrNameMismatch     = &Error{Kind: Invalid, Code: "name_mismatch", Field: "confirm_name"}
	ErrBulk             = &Error{Kind: Invalid, Code: "bad_bulk_file", Field: "file"}
)

var repositoryErrors = []*Error{
	ErrRepositoryName, ErrRepositoryTaken, ErrRepositoryLocked, ErrUnknownLevel, ErrCollaborator, ErrTransferTarget, ErrNameMismatch, ErrBulk,
}
