package review

import (
	"context"
	"fmt"

	"souk/models"
	"souk/models/apps"
	"souk/models/drafts"
)

// written is a listing's draft as it would be handed in: with what the app asks
// for, or is to ask for.
func written(ctx context.Context, q apps.Querier, st *apps.Standing) (models.ListingContent, int, error) {
	c, version, err := drafts.Read(ctx, q, st.ListingID)
	if err != nil {
		return c, 0, err
	}
	want, _, err := apps.Wanted(ctx, q, st.ID)
	if err != nil {
		return c, 0, err
	}
	return with(c, st, want), version, nil
}

// live is what visitors see of a listing, or will again without another review;
// nil where there is no such thing.
func live(ctx context.Context, q apps.Querier, st *apps.Standing) (*models.ListingContent, error) {
	if !st.Live() {
		return nil, nil
	}
	c, err := drafts.Live(ctx, q, st.ListingID)
	if err != nil {
		return nil, err
	}
	c = with(c, st, asked(st))
	return &c, nil
}

// asked is what an app asks for now.
func asked(st *apps.Standing) apps.Access {
	return apps.Access{Permissions: st.Permissions, Events: st.Events, Scopes: st.Scopes, SingleFilePaths: st.SingleFilePaths}
}

func with(c models.ListingContent, st *apps.Standing, a apps.Access) models.ListingContent {
	c.Slug, c.AppSlug, c.Type, c.Publisher = st.ListingSlug, st.Slug, st.Kind, st.Owner
	c.Permissions, c.Events, c.Scopes, c.SingleFilePaths = a.Permissions, a.Events, a.Scopes, a.SingleFilePaths
	return c
}

func accessOf(c *models.ListingContent) apps.Access {
	return apps.Access{Permissions: c.Permissions, Events: c.Events, Scopes: c.Scopes, SingleFilePaths: c.SingleFilePaths}
}

// submission is what was handed in.
type submission struct {
	models.Submission
	Content models.ListingContent
	Live    *models.ListingContent // what was public when it was handed in
}

const submissionColumns = `b.id, b.listing_id, b.state, b.afterwards, b.note, b.submitter_id, b.submitted_at, b.checked_at, b.reviewer_id,
	b.claimed_at, b.decider_id, b.decided_at, b.reasons, b.words, b.revision, b.content, b.live`

// one loads the submission that a condition names.
func one(ctx context.Context, q apps.Querier, where string, args ...any) (*submission, error) {
	var b submission
	err := q.QueryRow(ctx, `SELECT `+submissionColumns+` FROM listing_submissions b WHERE `+where, args...).Scan(
		&b.ID, &b.ListingID, &b.State, &b.Afterwards, &b.Note, &b.SubmitterID, &b.SubmittedAt, &b.CheckedAt, &b.ReviewerID,
		&b.ClaimedAt, &b.DeciderID, &b.DecidedAt, &b.Reasons, &b.Words, &b.Revision, &b.Content, &b.Live)
	if err != nil {
		return nil, fmt.Errorf("review: %w", err)
	}
	return &b, nil
}
