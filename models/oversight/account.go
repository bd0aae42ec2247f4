package oversight

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"souk/models"
	"souk/models/policies"
)

// Account is whose integrations are looked at.
type Account struct {
	ID           int64
	Login        string
	Name         string
	Kind         models.AccountKind
	Suspended    bool
	Repositories int        // that it has, in all
	OpenReview   int64      // that isn't finished; 0: none
	ReviewedAt   *time.Time // when the last one was finished
	Owner        bool       // the actor may decide about them
	MayRevoke    bool

	oauthPolicy string
	policy      *models.AppPolicy
}

// Due is when the next review is: nil if there was none.
func (a *Account) Due() *time.Time {
	if a.ReviewedAt == nil {
		return nil
	}
	at := a.ReviewedAt.Add(models.ReviewEvery)
	return &at
}

var accountSQL = `SELECT a.id, a.login, coalesce(nullif(a.name, ''), a.login), a.kind, a.suspended_at IS NOT NULL,
		(SELECT count(*) FROM repositories r WHERE r.account_id = a.id),
		coalesce((SELECT r.id FROM integration_reviews r WHERE r.account_id = a.id AND r.finished_at IS NULL), 0),
		(SELECT r.finished_at FROM integration_reviews r WHERE r.account_id = a.id AND r.finished_at IS NOT NULL ORDER BY r.id DESC LIMIT 1),
		coalesce(g.oauth_policy, ''), ` + policies.AppPolicyJSON("a.id") + `
	FROM accounts a LEFT JOIN organizations g ON g.account_id = a.id WHERE `

// account is the organization at a login, or, for "", the actor's own account, for
// whoever may see what is installed there.
func (s *Service) account(ctx context.Context, q querier, actor models.Actor, login string) (*Account, error) {
	where, of := `a.id = $1 AND a.kind = 'user'`, any(actor.UserID)
	switch {
	case login == "" && actor.UserID == 0:
		return nil, models.ErrSignInNeeded
	case strings.ContainsRune(login, 0):
		return nil, models.ErrNotFound
	case login != "":
		where, of = `a.login = $1 AND a.kind = 'organization'`, strings.ToLower(strings.ToValidUTF8(login, ""))
	}
	var a Account
	var policy []byte
	err := q.QueryRow(ctx, accountSQL+where, of).Scan(&a.ID, &a.Login, &a.Name, &a.Kind, &a.Suspended, &a.Repositories, &a.OpenReview, &a.ReviewedAt,
		&a.oauthPolicy, &policy)
	if err != nil {
		return nil, missing(err)
	}
	if len(policy) > 0 {
		if err := json.Unmarshal(policy, &a.policy); err != nil {
			return nil, fmt.Errorf("oversight: policy: %w", err)
		}
	}
	if err := actor.MaySeeInstallationsOf(a.ID); err != nil {
		return nil, err
	}
	a.Owner = actor.MayReviewIntegrations(a.ID, a.Suspended) == nil
	a.MayRevoke = actor.MayRunInstallation(a.ID) == nil
	return &a, nil
}
