package oversight

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/notices"
)

// Decided is what is decided about an item of a review. Whom is the login of the
// member who is asked, with the note as the question.
type Decided struct {
	Item     int64
	Decision models.ReviewDecision
	Note     string
	Whom     string
}

// Decide keeps what is decided about some items of a review, and takes in what has
// come since it began. Whoever is asked is told. It returns ErrReviewFinished, and
// Problems whose fields end in the item's number: ErrAskWords for a question without
// words, and ErrAskWhom for somebody who is no member.
func (s *Service) Decide(ctx context.Context, actor models.Actor, login string, review int64, decided []Decided) error {
	a, err := s.account(ctx, s.db.Pool(), actor, login)
	if err != nil {
		return err
	}
	if err := actor.MayReviewIntegrations(a.ID, a.Suspended); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := open(ctx, tx, a, review); err != nil {
			return err
		}
		changed, err := s.changed(ctx, tx, a, review, decided)
		if err != nil {
			return err
		}
		if err := s.keep(ctx, tx, actor, a, review, changed); err != nil {
			return err
		}
		_, err = s.takeIn(ctx, tx, a, review)
		return err
	})
}

// open locks a review of the account. It returns ErrReviewFinished for one that is
// over.
func open(ctx context.Context, tx *db.Tx, a *Account, review int64) error {
	var over bool
	err := tx.Pgx.QueryRow(ctx, `SELECT finished_at IS NOT NULL FROM integration_reviews WHERE id = $1 AND account_id = $2 FOR UPDATE`, review, a.ID).Scan(&over)
	switch {
	case err != nil:
		return missing(err)
	case over:
		return models.ErrReviewFinished
	}
	return nil
}

// change is a decision that isn't what stands there already.
type change struct {
	Decided
	item  *ReviewItem
	asked *int64 // nil: nobody is
	anew  bool   // somebody has to be told
}

// changed are the decisions that change something, checked.
func (s *Service) changed(ctx context.Context, tx *db.Tx, a *Account, review int64, decided []Decided) ([]change, error) {
	var ids []int64
	for _, d := range decided {
		ids = append(ids, d.Item)
	}
	list, err := items(ctx, tx.Pgx, `WHERE i.review_id = $1 AND i.id = ANY($2)`, review, ids)
	if err != nil {
		return nil, err
	}
	members, err := s.members(ctx, tx, a, decided)
	if err != nil {
		return nil, err
	}
	var out []change
	var problems models.Problems
	for _, d := range decided {
		at := slices.IndexFunc(list, func(i ReviewItem) bool { return i.ID == d.Item })
		if at < 0 {
			return nil, models.ErrNotFound
		}
		c, err := changeOf(a, &list[at], d, members)
		if err := problems.Add("", err); err != nil {
			return nil, err
		}
		if c != nil {
			out = append(out, *c)
		}
	}
	return out, problems.Err()
}

// members are the ids of the members who are asked, by their logins.
func (s *Service) members(ctx context.Context, tx *db.Tx, a *Account, decided []Decided) (map[string]int64, error) {
	logins, ids := []string{}, map[string]int64{}
	for _, d := range decided {
		if d.Decision == models.ReviewAsk && d.Whom != "" {
			logins = append(logins, strings.ToValidUTF8(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(d.Whom)), "\x00", ""), ""))
		}
	}
	if len(logins) == 0 {
		return ids, nil
	}
	rows, err := tx.Pgx.Query(ctx, `SELECT a.login, a.id FROM accounts a JOIN memberships m ON m.account_id = a.id AND m.organization_id = $1
		WHERE a.login = ANY($2) AND m.suspended_at IS NULL`, a.ID, logins)
	if err != nil {
		return nil, fmt.Errorf("oversight: members: %w", err)
	}
	var login string
	var id int64
	_, err = pgx.ForEachRow(rows, []any{&login, &id}, func() error { ids[login] = id; return nil })
	if err != nil {
		return nil, fmt.Errorf("oversight: members: %w", err)
	}
	return ids, nil
}

// changeOf is what a decision changes about an item; nil if nothing.
func changeOf(a *Account, i *ReviewItem, d Decided, members map[string]int64) (*change, error) {
	number := "-" + strconv.FormatInt(i.ID, 10)
	if !d.Decision.Valid() {
		return nil, models.ErrUnknownChoice.On("decision" + number)
	}
	note, err := models.PlainText(d.Note, models.MaxIntegrationNote, true)
	if err != nil {
		return nil, asField(err, "note"+number)
	}
	d.Note, d.Whom = note, strings.ToLower(strings.TrimSpace(d.Whom))
	c := &change{Decided: d, item: i}
	if d.Decision == models.ReviewAsk && a.Kind == models.KindOrganization {
		id, ok := members[d.Whom]
		switch {
		case !ok:
			return nil, models.ErrAskWhom.On("whom" + number)
		case note == "":
			return nil, models.ErrAskWords.On("note" + number)
		}
		c.asked, c.anew = &id, i.Decision != models.ReviewAsk || i.Asked != d.Whom || i.Note != note
		if !c.anew {
			return nil, nil
		}
	}
	if c.asked == nil && i.Decision == d.Decision && i.Note == note {
		return nil, nil
	}
	return c, nil
}

// keep writes decisions down, and asks those who are to be asked.
func (s *Service) keep(ctx context.Context, tx *db.Tx, actor models.Actor, a *Account, review int64, changed []change) error {
	by := map[models.ReviewDecision][]audit.Target{}
	for _, c := range changed {
		var decider, at = nobodyIs(actor.UserID), new(s.now())
		if c.Decision == models.ReviewUndecided {
			decider, at = nil, nil
		}
		_, err := tx.Pgx.Exec(ctx, `UPDATE integration_review_items SET decision = $2, note = $3, decider_id = $4, decided_at = $5,
				asked_id = CASE WHEN $6 THEN $7 ELSE asked_id END, answer = CASE WHEN $6 THEN '' ELSE answer END,
				answer_words = CASE WHEN $6 THEN '' ELSE answer_words END, answered_at = CASE WHEN $6 THEN NULL ELSE answered_at END
			WHERE id = $1`, c.Item, c.Decision, c.Note, decider, at, c.anew, c.asked)
		if err != nil {
			return fmt.Errorf("oversight: decide: %w", err)
		}
		if c.anew {
			if err := s.ask(ctx, tx, actor, a, review, &c); err != nil {
				return err
			}
			continue
		}
		by[c.Decision] = append(by[c.Decision], audit.Target{ID: c.item.AppID, Name: c.item.Slug})
	}
	for _, d := range append(models.ReviewDecisions(), models.ReviewUndecided) {
		err := audit.RecordEach(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "integration_review.decide", AccountID: &a.ID, TargetKind: "app",
			After: map[string]any{"review": review, "decision": d}}, by[d])
		if err != nil {
			return err
		}
	}
	return nil
}

// ask tells somebody that owners want to know whether something is needed.
func (s *Service) ask(ctx context.Context, tx *db.Tx, actor models.Actor, a *Account, review int64, c *change) error {
	err := audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "integration_review.ask", AccountID: &a.ID, TargetKind: "app",
		TargetID: &c.item.AppID, TargetName: c.item.Slug, After: map[string]any{"review": review, "asked": c.Whom}, Description: c.Note})
	if err != nil {
		return err
	}
	return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeReviewAsked, Link: "/settings/integrations/asked/" + strconv.FormatInt(c.Item, 10),
		Params: map[string]string{"organization": a.Name, "login": actor.Login, "app": c.item.Name, "words": c.Note}}, *c.asked)
}

// asField names the field of what is wrong with what was typed.
func asField(err error, field string) error {
	if known, ok := errors.AsType[*models.Error](err); ok {
		return known.On(field)
	}
	return err
}
