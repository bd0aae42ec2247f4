package paths

import (
	"slices"
	"strconv"
	"strings"
)

// What apps ask GitHub's API about themselves and their installations, and what
// their users do.
const (
	V3App                 = APIv3 + "/app"
	V3AppPat              = APIv3 + "/apps/:slug"
	V3AppInstallations    = V3App + "/installations"
	V3AppInstallationPat  = V3AppInstallations + "/:id"
	V3AppTokensPat        = V3AppInstallationPat + "/access_tokens"
	V3AppSuspendedPat     = V3AppInstallationPat + "/suspended"
	V3AppRequests         = V3App + "/installation-requests"
	V3OrgInstallationPat  = APIv3 + "/orgs/:org/installation"
	V3OrgInstallationsPat = APIv3 + "/orgs/:org/installations"
	V3UserInstallationPat = APIv3 + "/users/:login/installation"
	V3RepoInstallationPat = APIv3 + "/repos/:login/:repository/installation"
	V3RepoIDInstallPat    = APIv3 + "/repositories/:id/installation"
	V3Installation        = APIv3 + "/installation"
	V3Reached             = V3Installation + "/repositories"
	V3Token               = V3Installation + "/token"
	V3Mine                = APIv3 + "/user/installations"
	V3MineRepositoriesPat = V3Mine + "/:id/repositories"
	V3MineRepositoryPat   = V3MineRepositoriesPat + "/:repository"
)

// Where apps and people make repositories.
const (
	V3UserRepos   = APIv3 + "/user/repos"
	V3OrgReposPat = APIv3 + "/orgs/:org/repos"
)

// V3RepoInstallation is where an app asks for its installation on a repository by the
// repository's id.
func V3RepoInstallation(repository int64) string {
	return APIv3 + "/repositories/" + strconv.FormatInt(repository, 10) + "/installation"
}

// signed reports whether apps come to an address of GitHub's API with a token of
// their own: one that they sign, or one of an installation.
func signed(path string) bool {
	path, ok := strings.CutPrefix(path, APIv3+"/")
	if !ok {
		return false
	}
	parts := strings.Split(path, "/")
	switch parts[0] {
	case "app", "installation":
		return true
	case "orgs", "users", "repositories":
		return slices.Equal(parts[min(2, len(parts)):], []string{"installation"})
	case "repos":
		return slices.Equal(parts[min(3, len(parts)):], []string{"installation"})
	}
	return false
}

// OpenToApps reports whether apps, too, come to an address with tokens of their own,
// beside people.
func OpenToApps(path string) bool {
	return strings.HasPrefix(path, APIv3+"/apps/") || MakesRepositories(path)
}

// MakesRepositories reports whether an address is one where repositories are made.
func MakesRepositories(path string) bool {
	org, ok := strings.CutPrefix(path, APIv3+"/orgs/")
	_, rest, _ := strings.Cut(org, "/")
	return path == V3UserRepos || ok && rest == "repos"
}

// SignedToken reports whether a token has the form of a JSON web token.
func SignedToken(token string) bool { return strings.Count(token, ".") == 2 }
