package paths

import (
	"net/url"
	"strconv"
)

// Repositories.
const (
	NewRepository       = "/new"
	ImportRepositories  = "/new/import"
	RepositoryPat       = "/:login/:repository"
	RepositoryLeavePat  = "/:login/:repository/leave"
	RepositoryTakePat   = "/:login/:repository/transfer"
	RepositoryAcceptPat = "/:login/:repository/transfer/accept"
	RepositoryRefusePat = "/:login/:repository/transfer/decline"

	APIUserRepositories = "/api/v1/user/repositories"

	repositorySettings      = "/:login/:repository/settings"
	RepositorySettingsPat   = repositorySettings
	RepositoryRenamePat     = repositorySettings + "/rename"
	RepositoryArchivePat    = repositorySettings + "/archive"
	RepositoryUnarchivePat  = repositorySettings + "/unarchive"
	RepositoryVisibilityPat = repositorySettings + "/visibility"
	RepositoryTransferPat   = repositorySettings + "/transfer"
	RepositoryCancelPat     = repositorySettings + "/transfer/cancel"
	RepositoryDeletePat     = repositorySettings + "/delete"
	RepositoryAccessPat     = repositorySettings + "/access"
	CollaboratorPat         = repositorySettings + "/access/:id"
	CollaboratorRemovePat   = repositorySettings + "/access/:id/remove"
)

// Repository is a repository's page.
func Repository(login, name string) string {
	return "/" + url.PathEscape(login) + "/" + url.PathEscape(name)
}

// RepositoryLeave gives up what one was granted on a repository.
func RepositoryLeave(login, name string) string { return Repository(login, name) + "/leave" }

// RepositoryTake is where an offered repository is accepted ("accept") or
// declined ("decline"); "" is the page that asks.
func RepositoryTake(login, name, answer string) string {
	if answer == "" {
		return Repository(login, name) + "/transfer"
	}
	return Repository(login, name) + "/transfer/" + answer
}

// RepositorySettings is a page of a repository's settings: "" for the first,
// "rename", "archive", "unarchive", "visibility", "transfer",
// "transfer/cancel", "delete", "access".
func RepositorySettings(login, name, page string) string {
	if page == "" {
		return Repository(login, name) + "/settings"
	}
	return Repository(login, name) + "/settings/" + page
}

// Collaborator is where a collaborator's level is changed.
func Collaborator(login, name string, id int64) string {
	return RepositorySettings(login, name, "access") + "/" + strconv.FormatInt(id, 10)
}

// CollaboratorRemove is where a collaborator is removed.
func CollaboratorRemove(login, name string, id int64) string {
	return Collaborator(login, name, id) + "/remove"
}

// NewRepositoryOf is where a repository of an account is made.
func NewRepositoryOf(login string) string { return NewRepository + "?owner=" + url.QueryEscape(login) }

// ImportRepositoriesOf is where many are made at once.
func ImportRepositoriesOf(login string) string {
	return ImportRepositories + "?owner=" + url.QueryEscape(login)
}
