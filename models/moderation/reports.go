package moderation

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"souk/models"
	"souk/models/apps"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/notices"
)

// Reported is a listing with its reports.
type Reported struct {
	Slug      string                          `json:"slug"`
	Name      string                          `json:"name"`
	LogoHash  string                          `json:"logo_hash"`
	State     models.ListingState             `json:"state"`
	Publisher string                          `json:"publisher"` // "" for unknown
	Count     int                             `json:"count"`     // of this view
	All       int                             `json:"all"`
	Since     time.Time                       `json:"since"` // the oldest that waits, or when the last one was dealt with
	Reasons   map[models.ModerationReason]int `json:"reasons"`
}

// Reports is a page of listings that were reported.
type Reports struct {
	Waiting int // reports that wait, of all listings
	Total   int // listings in this view
	Items   []Reported
}

// reportsSQL reads a page of listings with reports in one statement: those whose
// reports wait, the longest waiting first, or those whose reports were dealt
// with, the last first.
func reportsSQL(condition, at, order string) string {
	return `WITH found AS (SELECT listing_id, count(*) AS count, ` + at + ` AS since FROM listing_reports WHERE ` + condition + ` GROUP BY listing_id),
		page AS (SELECT * FROM found ORDER BY ` + order + `, listing_id LIMIT $1 OFFSET $2)
	SELECT (SELECT count(*) FROM listing_reports WHERE decision = ''), (SELECT count(*) FROM found), coalesce((SELECT json_agg(i) FROM (
		SELECT l.slug, l.name, l.logo_hash, l.state, coalesce(o.login, '') AS publisher, f.count, f.since,
			(SELECT count(*) FROM listing_reports WHERE listing_id = l.id) AS all,
			(SELECT json_object_agg(reason, n) FROM (SELECT reason, count(*) n FROM listing_reports
				WHERE listing_id = l.id AND ` + condition + ` GROUP BY reason) r) AS reasons
		FROM page f JOIN listings l ON l.id = f.listing_id JOIN apps a ON a.id = l.app_id LEFT JOIN accounts o ON o.id = a.account_id
		ORDER BY f.` + order + `, l.id) i), '[]')`
}

var reportViews = map[models.ModerationView]string{
	models.ModerationWaiting: reportsSQL("decision = ''", "min(created_at)", "since"),
	models.ModerationHandled: reportsSQL("decision <> ''", "max(handled_at)", "since DESC"),
}

// Reports lists listings that were reported. It returns ErrUnknownChoice for a
// view that isn't one, and ErrPageOutOfRange.
func (s *Service) Reports(ctx context.Context, actor models.Actor, view models.ModerationView, page int) (*Reports, error) {
	if err := actor.MayReview(); err != nil {
		return nil, err
	}
	sql, ok := reportViews[view]
	if !ok {
		return nil, models.ErrUnknownChoice.On("view")
	}
	var r Reports
	var items []byte
	err := s.db.Pool().QueryRow(ctx, sql, PerPage, (max(page, 1)-1)*PerPage).Scan(&r.Waiting, &r.Total, &items)
	if err == nil {
		err = json.Unmarshal(items, &r.Items)
	}
	if err != nil {
		return nil, fmt.Errorf("moderation: reports: %w", err)
	}
	if err := models.CheckPage(page, PerPage, r.Total); err != nil {
		return nil, err
	}
	return &r, nil
}

// Decide deals with reports of the listing at slug, and answers those who wrote
// them. Of ids, those that somebody else has dealt with meanwhile are left
// alone. It returns ErrReportDecision, ErrAnswerNeeded, and ErrNoReports where
// none is left.
func (s *Service) Decide(ctx context.Context, actor models.Actor, slug string, ids []int64, decision models.ReportDecision, answer string) error {
	if err := actor.MayStaffNow(models.StaffReviewer, s.now()); err != nil {
		return err
	}
	var p models.Problems
	if decision != models.ReportActed && decision != models.ReportDismissed {
		_ = p.Add("", models.ErrReportDecision)
	}
	answer, err := models.Answer(answer, models.MaxAnswer, models.ErrAnswerNeeded)
	if err := p.Add("", err); err != nil {
		return err
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.locked(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		if err := actor.MayDecide(st.Rights(), s.now()); err != nil {
			return err
		}
		n, err := s.handle(ctx, tx, actor, st, ids, decision, answer)
		if err == nil && n == 0 {
			return models.ErrNoReports
		}
		return err
	})
}

// handle deals with reports that wait, all of the listing where ids is nil, and
// tells their reporters. It returns how many there were.
func (s *Service) handle(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, ids []int64, decision models.ReportDecision, answer string) (int, error) {
	rows, err := tx.Pgx.Query(ctx, `UPDATE listing_reports SET decision = $3, handler_id = $4, handled_at = $5, answer = $6
		WHERE listing_id = $1 AND decision = '' AND ($2::bigint[] IS NULL OR id = ANY($2)) RETURNING reporter_id`,
		st.ListingID, ids, decision, who(actor), s.now(), answer)
	reporters, err := collect(rows, err)
	if err != nil || len(reporters) == 0 {
		return 0, err
	}
	kind, action := models.NoticeReportActed, models.AuditAction("report.act")
	if decision == models.ReportDismissed {
		kind, action = models.NoticeReportDismissed, "report.dismiss"
	}
	err = audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: action, TargetKind: "listing", TargetID: &st.ListingID,
		TargetName: st.ListingSlug, Description: answer, After: map[string]any{"reports": len(reporters)}})
	if err != nil {
		return 0, err
	}
	return len(reporters), s.notices.Tell(ctx, tx, notices.Notice{Kind: kind, Link: "/marketplace/" + st.ListingSlug + "/report",
		Params: map[string]string{"listing": st.ListingName, "answer": answer}}, reporters...)
}
