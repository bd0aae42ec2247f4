package review

import (
	"context"
	"slices"
	"strings"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/notices"
)

// news is what people are told of each act. What moderation does it tells itself.
var news = map[models.ListingAct]models.NotificationKind{
	models.ActSubmit:         models.NoticeSubmitted,
	models.ActWithdraw:       models.NoticeWithdrawn,
	models.ActClaim:          models.NoticeInReview,
	models.ActRelease:        models.NoticeReleased,
	models.ActRequestChanges: models.NoticeChangesRequested,
	models.ActApprove:        models.NoticeApproved,
	models.ActReject:         models.NoticeRejected,
	models.ActEdit:           models.NoticeEdited,
	models.ActRollBack:       models.NoticeRolledBack,
	models.ActUnlist:         models.NoticeUnlisted,
	models.ActRelist:         models.NoticeRelisted,
	models.ActArchive:        models.NoticeArchived,
	models.ActRedraft:        models.NoticeRedrafted,
}

// tell tells those who stand for a listing of a step: its owners, and whoever
// handed it in.
func (s *Service) tell(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, done step, submitter *int64) error {
	kind, ok := news[done.act]
	if !ok || st.AccountID == nil {
		return nil
	}
	params := map[string]string{"listing": st.ListingName}
	for _, name := range models.NotificationParams()[kind] {
		switch name {
		case "login":
			params[name] = actor.Login
		case "reasons":
			params[name] = strings.Join(done.reasons, ",")
		case "words":
			params[name] = done.words
		}
	}
	people, err := apps.OwnersOf(ctx, tx, *st.AccountID)
	if err != nil {
		return err
	}
	if submitter != nil && !slices.Contains(people, *submitter) {
		people = append(people, *submitter)
	}
	return s.notices.Tell(ctx, tx, notices.Notice{Kind: kind, Params: params, Link: "/marketplace/manage/" + st.ListingSlug + "/review"}, people...)
}
