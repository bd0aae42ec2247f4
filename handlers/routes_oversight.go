package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/oversight"
	"souk/web/paths"
)

// oversightRoutes: pages on which people and organizations review what is installed and authorized.
func oversightRoutes(e *echo.Echo, h *oversight.Oversight, b before) {
	e.GET(paths.Integrations, h.List, b.mine...)
	e.GET(paths.IntegrationsExport, h.Export, b.mine...)
	e.GET(paths.IntegrationsRevoke, h.Ending, b.mine...)
	e.POST(paths.IntegrationsRevoke, h.Revoke, b.mine...)
	e.GET(paths.IntegrationReviews, h.Reviews, b.mine...)
	e.POST(paths.IntegrationReviews, h.Begin, b.mine...)
	e.GET(paths.IntegrationReviewPat, h.Checklist, b.mine...)
	e.POST(paths.IntegrationReviewPat, h.Decide, b.mine...)
	e.GET(paths.IntegrationReviewFilePat, h.ExportReview, b.mine...)
	e.GET(paths.IntegrationReviewClosePat, h.Finishing, b.mine...)
	e.POST(paths.IntegrationReviewClosePat, h.Finish, b.mine...)
	e.GET(paths.IntegrationAskedPat, h.Asked, b.mine...)
	e.POST(paths.IntegrationAskedPat, h.Answer, b.mine...)

	e.GET(paths.OrgIntegrationsPat, h.List, b.theirs...)
	e.GET(paths.OrgIntegrationsExportPat, h.Export, b.theirs...)
	e.GET(paths.OrgIntegrationsRevokePat, h.Ending, b.theirs...)
	e.POST(paths.OrgIntegrationsRevokePat, h.Revoke, b.theirs...)
	e.GET(paths.OrgIntegrationReviewsPat, h.Reviews, b.theirs...)
	e.POST(paths.OrgIntegrationReviewsPat, h.Begin, b.theirs...)
	e.GET(paths.OrgIntegrationReviewPat, h.Checklist, b.theirs...)
	e.POST(paths.OrgIntegrationReviewPat, h.Decide, b.theirs...)
	e.GET(paths.OrgIntegrationReviewFilePat, h.ExportReview, b.theirs...)
	e.GET(paths.OrgIntegrationReviewClosePat, h.Finishing, b.theirs...)
	e.POST(paths.OrgIntegrationReviewClosePat, h.Finish, b.theirs...)
}
