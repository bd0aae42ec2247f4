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

// What an act on a repository needs at least.
const (
	LevelToSee      = RepositoryRead
	LevelToDescribe = RepositoryMaintain
	LevelToManage   = RepositoryAdmin // rename, show, hide, archive, transfer, delete, collaborators
)

// RepositoryLevels lists the levels that can be granted, the lowest first.
func RepositoryLevels() []RepositoryLevel {
	return []RepositoryLevel{RepositoryRead, RepositoryTriage, RepositoryWrite, RepositoryMaintain, RepositoryAdmin}
}

// MaxRepositoryDescription bounds a description, in characters.
const MaxRepositoryDescription = 350

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
	ErrRepositoryName      = &Error{Kind: Invalid, Code: "repository_name", Field: "name"}
	ErrRepositoryTaken     = &Error{Kind: Invalid, Code: "repository_taken", Field: "name"}
	ErrRepositoryLocked    = &Error{Kind: Conflict, Code: "repository_archived"}
	ErrUnknownLevel        = &Error{Kind: Invalid, Code: "unknown_level", Field: "level"}
	ErrCollaborator        = &Error{Kind: Invalid, Code: "bad_collaborator", Field: "login"}
	ErrAlreadyCollaborator = &Error{Kind: Invalid, Code: "already_collaborator", Field: "login"}
	ErrTransferTarget      = &Error{Kind: Invalid, Code: "transfer_target", Field: "account"}
	ErrTransferTaken       = &Error{Kind: Invalid, Code: "transfer_name_taken", Field: "account"}
	ErrTransferClosed      = &Error{Kind: Gone, Code: "transfer_closed"}
	ErrNameMismatch        = &Error{Kind: Invalid, Code: "name_mismatch", Field: "confirm_name"}
	ErrBulk                = &Error{Kind: Invalid, Code: "bad_bulk_file", Field: "file"}
	ErrBulkSize            = &Error{Kind: Invalid, Code: "bulk_too_many", Field: "file"}
	ErrBulkLines           = &Error{Kind: Invalid, Code: "bulk_bad_lines"}
	ErrBulkLine            = &Error{Kind: Invalid, Code: "bulk_unreadable_line"}
	ErrBulkVisibility      = &Error{Kind: Invalid, Code: "bulk_visibility", Field: "visibility"}
	ErrBulkTwice           = &Error{Kind: Invalid, Code: "bulk_twice", Field: "name"}
)

var repositoryErrors = []*Error{
	ErrRepositoryName, ErrRepositoryTaken, ErrRepositoryLocked, ErrUnknownLevel, ErrCollaborator, ErrAlreadyCollaborator,
	ErrTransferTarget, ErrTransferTaken, ErrTransferClosed, ErrNameMismatch, ErrBulk, ErrBulkSize, ErrBulkLines, ErrBulkLine,
	ErrBulkVisibility, ErrBulkTwice,
}
