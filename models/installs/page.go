package installs

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/policies"
)

// Page is an installation as its account sees it.
type Page struct {
	Item
	Role         models.OrganizationRole // of the actor; "" for staff, and on one's own account
	MayRun       bool                    // the actor may change it
	Administers  bool                    // the actor administers a repository that it reaches
	People       People
	Verdict      models.Verdict // of the organization's policy, on what it may do
	Subscription *Subscription  // nil: none, or none that the actor may know of
	Chosen       []int64        // repositories that are selected, for whoever may change them
	Repositories []Candidate    // else a page of those that it reaches and the actor can see
	Number       int            // of that page, from 1
	Total        int            // of them
}

// Subscription is what an account has bought of an app that is installed there. Neither
// ends with the other.
type Subscription struct {
	ID    int64                    `json:"id"`
	Plan  string                   `json:"plan"`
	Kind  models.PlanKind          `json:"kind"`
	State models.SubscriptionState `json:"state"`
	Ends  *time.Time               `json:"ends"` // what is paid for, or tried
}

// People are the logins of who did what with an installation; "" where nobody is known.
type People struct {
	Installer string `json:"installer"`
	Requester string `json:"requester"`
	Agreed    string `json:"agreed"`
	Suspended string `json:"suspended"`
}

var pageSQL = `SELECT ` + itemColumns + `,
		json_build_object('installer', (SELECT login FROM accounts WHERE id = i.installer_id), 'requester', (SELECT login FROM accounts WHERE id = i.requester_id),
			'agreed', (SELECT login FROM accounts WHERE id = i.agreed_by), 'suspended', (SELECT login FROM accounts WHERE id = i.suspended_by)),
		` + policies.AppPolicyJSON("i.account_id") + `, ` + policies.AppFactsJSON("i.app_id") + `,
		(SELECT json_build_object('id', s.id, 'plan', p.name, 'kind', p.kind, 'state', s.state, 'ends', s.period_end)
			FROM subscriptions s JOIN plans p ON p.id = s.plan_id WHERE s.listing_id = l.id AND s.account_id = i.account_id AND s.state <> 'ended'
			ORDER BY s.id DESC LIMIT 1),
		coalesce(` + administersSQL + `, false)
	FROM` + standingTables + ` LEFT JOIN organizations o ON o.account_id = i.account_id
		LEFT JOIN memberships m ON m.organization_id = i.account_id AND m.account_id = $2 AND m.organization_id = ANY ($3)
	WHERE i.id = $1`

// Page is the installation with an id, and its repositories. It takes two statements. It returns ErrNotFound for whoever may not see it, and ErrPageOutOfRange.
func (s *Service) Page(ctx context.Context, actor models.Actor, id int64, number int) (*Page, error) {
	if actor.Anonymous() {
		return nil, models.ErrSignInNeeded
	}
	if number < 1 || number > 1_000_000 {
		return nil, models.ErrPageOutOfRange
	}
	p := &Page{Number: number}
	if err := p.load(ctx, s.db.Pool(), actor, id); err != nil {
		return nil, err
	}
	if err := actor.MaySeeInstallation(p.AccountID, p.Administers); err != nil {
		return nil, err
	}
	p.Role, p.MayRun = actor.RoleIn(p.AccountID), actor.MayRunInstallation(p.AccountID) == nil
	if actor.MaySeeBilling(p.AccountID) != nil {
		p.Subscription = nil
	}
	return p, s.reaches(ctx, actor, p)
}

// Ending is Page for whoever may suspend an installation, and end it.
func (s *Service) Ending(ctx context.Context, actor models.Actor, id int64) (*Page, error) {
	p, err := s.Page(ctx, actor, id, 1)
	if err != nil {
		return nil, err
	}
	return p, actor.MayRunInstallation(p.AccountID)
}

func (p *Page) load(ctx context.Context, q Querier, actor models.Actor, id int64) error {
	var people, policy, facts, subscription []byte
	row := q.QueryRow(ctx, pageSQL, id, actor.UserID, organizations(actor))
	if err := p.scan(row, &p.LogoHash, &p.LogoBackdrop, &p.Shown, &people, &policy, &facts, &subscription, &p.Administers); err != nil {
		return missing(err)
	}
	for into, text := range map[any][]byte{&p.People: people, &p.Subscription: subscription} {
		if len(text) > 0 {
			if err := json.Unmarshal(text, into); err != nil {
				return fmt.Errorf("installs: page: %w", err)
			}
		}
	}
	var err error
	p.Verdict, err = policies.Judged(policy, facts, p.Permissions)
	p.Stopped = p.Verdict.Decision == models.DecisionDeny
	return err
}

// organizations are those that an actor is known to belong to.
func organizations(actor models.Actor) []int64 {
	ids := []int64{}
	for _, m := range actor.Memberships {
		ids = append(ids, m.OrganizationID)
	}
	return ids
}

// reaches reads the page of repositories.
func (s *Service) reaches(ctx context.Context, actor models.Actor, p *Page) (err error) {
	switch {
	case p.MayRun && p.Selection == models.SelectSelected:
		p.Chosen, err = ids(ctx, s.db.Pool(), `SELECT repository_id FROM installation_repositories WHERE installation_id = $1 ORDER BY 1`, p.ID)
		return err
	case p.MayRun, p.Selection == models.SelectNone:
		return nil
	}
	sql := `SELECT *, count(*) OVER () FROM (` + candidatesOf
	args := append(levelArgs(actor, p.AccountID), CandidatesPerPage, (p.Number-1)*CandidatesPerPage)
	if p.Selection == models.SelectSelected {
		sql += ` AND r.id IN (SELECT repository_id FROM installation_repositories WHERE installation_id = $7)`
		args = append(args, p.ID)
	}
	rows, err := s.db.Pool().Query(ctx, sql+`) r ORDER BY lower(name) LIMIT $5 OFFSET $6`, args...)
	if err != nil {
		return fmt.Errorf("installs: page: %w", err)
	}
	p.Repositories, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Candidate, err error) {
		return c, row.Scan(&c.ID, &c.Name, &c.Private, &c.Archived, &c.Administer, &p.Total)
	})
	if err != nil {
		return fmt.Errorf("installs: page: %w", err)
	}
	if p.Number > 1 && len(p.Repositories) == 0 {
		return models.ErrPageOutOfRange
	}
	return nil
}
