package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/moderation"
	"souk/web/paths"
)

// moderationRoutes: Reports, taking down, appeals.
func moderationRoutes(e *echo.Echo, h *moderation.Moderation, b before) {
	e.GET(paths.ReportPat, h.Report, b.mine...)
	e.POST(paths.ReportPat, h.SendReport, b.mine...)
	e.GET(paths.AppealPat, h.Contest, b.mine...)
	e.POST(paths.AppealPat, h.Appeal, b.mine...)

	e.GET(paths.StaffReports, h.Reports, b.ours...)
	e.GET(paths.StaffAppeals, h.Appeals, b.ours...)
	e.GET(paths.StaffListingPat, h.Case, b.ours...)
	e.POST(paths.StaffListingNotePat, h.Note, b.ours...)
	e.POST(paths.StaffReportsPat, h.Decide, b.ourSure...)
	e.GET(paths.StaffTakeDownPat, h.TakingDown, b.ourSure...)
	e.POST(paths.StaffTakeDownPat, h.TakeDown, b.ourSure...)
	e.GET(paths.StaffRestorePat, h.Restoring, b.ourSure...)
	e.POST(paths.StaffRestorePat, h.Restore, b.ourSure...)
	e.GET(paths.StaffAppealDecidePat, h.Judging, b.ourSure...)
	e.POST(paths.StaffAppealDecidePat, h.Judge, b.ourSure...)
}
