package paths

import (
	"net/url"
	"strconv"
)

// Pages on which people and organizations review what is installed and authorized.
const (
	Integrations              = "/settings/integrations"
	IntegrationsExport        = Integrations + "/export"
	IntegrationsRevoke        = Integrations + "/revoke"
	IntegrationReviews        = Integrations + "/reviews"
	IntegrationReviewPat      = IntegrationReviews + "/:id"
	IntegrationReviewFilePat  = IntegrationReviewPat + "/export"
	IntegrationReviewClosePat = IntegrationReviewPat + "/finish"
	IntegrationAskedPat       = Integrations + "/asked/:id"

	OrgIntegrationsPat           = orgSettings + "/integrations"
	OrgIntegrationsExportPat     = OrgIntegrationsPat + "/export"
	OrgIntegrationsRevokePat     = OrgIntegrationsPat + "/revoke"
	OrgIntegrationReviewsPat     = OrgIntegrationsPat + "/reviews"
	OrgIntegrationReviewPat      = OrgIntegrationReviewsPat + "/:id"
	OrgIntegrationReviewFilePat  = OrgIntegrationReviewPat + "/export"
	OrgIntegrationReviewClosePat = OrgIntegrationReviewPat + "/finish"
)

// IntegrationsOf is the list of what reaches an account, or a page below it: "export",
// "revoke", "reviews". The account is an organization, or one's own where it is "".
func IntegrationsOf(organization, page string) string {
	if organization == "" {
		return under(Integrations, page)
	}
	return under(OrgSettings(organization, "integrations"), page)
}

// IntegrationsWith is IntegrationsOf with a query.
func IntegrationsWith(organization, page string, q url.Values) string {
	return with(IntegrationsOf(organization, page), q)
}

// IntegrationReview is one review, or what is done with it: "finish", "export".
func IntegrationReview(organization string, id int64, act string) string {
	return under(IntegrationsOf(organization, "reviews")+"/"+strconv.FormatInt(id, 10), act)
}

// IntegrationReviewIn is a page of a view of a review.
func IntegrationReviewIn(organization string, id int64, view string, page int) string {
	return inView(IntegrationReview(organization, id, ""), view, page)
}

// IntegrationAsked is where somebody answers what owners asked about an app.
func IntegrationAsked(id int64) string {
	return Integrations + "/asked/" + strconv.FormatInt(id, 10)
}

// IntegrationReviewsIn is a page of an account's reviews.
func IntegrationReviewsIn(organization string, page int) string {
	return inView(IntegrationsOf(organization, "reviews"), "", page)
}
