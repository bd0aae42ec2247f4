package paths

import "net/url"

// Repositories.
const (
	NewRepository = "/new"
	RepositoryPat = "/:login/:repository"
)

// Repository is a repository's page.
func Repository(login, name string) string {
	return "/" + url.PathEscape(login) + "/" + url.PathEscape(name)
}
