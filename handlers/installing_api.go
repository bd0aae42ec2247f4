package handlers

import "souk/handlers/api"

// InstallingAPI is what the API asks about installations.
func (v *Verbs) InstallingAPI() api.Installing {
	return api.Installing{Tokens: v.InstallTokens, Installs: v.Installs, Requests: v.InstallRequests, Users: v.InstallTokens, OAuth: v.OAuth, Repos: v.Repos}
}
