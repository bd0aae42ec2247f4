// Package installrequests holds the requests to install, for those who ask and for those who answer.
package installrequests

import (
	installrequestverbs "souk/models/installrequests"
)

// InstallRequests answers for them.
type InstallRequests struct {
	installrequests *installrequestverbs.Service
}

// New makes the handlers.
func New(r *installrequestverbs.Service) *InstallRequests {
	return &InstallRequests{installrequests: r}
}
