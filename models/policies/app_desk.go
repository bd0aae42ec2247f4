package policies

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/notices"
)

// Tells says who hears of changes of which apps an organization lets in. It is called
// before the service is used.
func (s *Service) Tells(n *notices.Service) { s.notices = n }

// AppDesk is what an organization has set about apps, for its owners and for staff.
type AppDesk struct {
	Policy     models.AppPolicy
	Version    int
	ID         int64
	Login      string
	Name       string
	Owner      bool // the actor is
	MayChange  bool
	Categories []models.Category
	Apps       []NamedApp // that the rules name, and those that are installed
}

// NamedApp is an app that a rule may be about.
type NamedApp struct {
	ID   int64
	Slug string
	Name string
}

// AppDesk is an organization's policy about apps, in one statement. It returns
// ErrNotFound where there is no organization that the actor may look into.
func (s *Service) AppDesk(ctx context.Context, actor models.Actor, login string) (*AppDesk, error) {
	if !db.Sayable(login) {
		return nil, models.ErrNotFound
	}
	var d AppDesk
	var suspended bool
	var rules, categories, apps []byte
	err := s.db.Pool().QueryRow(ctx, `SELECT o.id, o.login, coalesce(nullif(o.name, ''), o.login), o.suspended_at IS NOT NULL,
			p.rules, coalesce(p.version, 0), (SELECT json_agg(json_build_object('Slug', slug, 'Names', names) ORDER BY position, id) FROM categories),
			(SELECT json_agg(json_build_object('ID', a.id, 'Slug', a.slug, 'Name', a.name) ORDER BY a.slug) FROM (`+near("o.id", "p.rules")+`) a)
		FROM accounts o JOIN organizations g ON g.account_id = o.id LEFT JOIN app_policies p ON p.organization_id = o.id WHERE o.login = $1`, strings.ToLower(login)).
		Scan(&d.ID, &d.Login, &d.Name, &suspended, &rules, &d.Version, &categories, &apps)
	if err != nil {
		return nil, missing(err)
	}
	if err := actor.MaySeeInstallationsOf(d.ID); err != nil {
		return nil, err
	}
	for _, part := range []struct {
		text []byte
		into any
	}{{rules, &d.Policy}, {categories, &d.Categories}, {apps, &d.Apps}} {
		if len(part.text) == 0 {
			continue
		}
		if err := json.Unmarshal(part.text, part.into); err != nil {
			return nil, fmt.Errorf("policies: desk of apps: %w", err)
		}
	}
	d.Owner, d.MayChange = actor.RoleIn(d.ID) == models.RoleOwner, actor.MaySetAppPolicy(d.ID, suspended) == nil
	return &d, nil
}

// suggested bounds the apps that a desk suggests.
const suggested = 200

// near are apps that an organization knows: those that its rules name, and some of
// those that are installed there.
func near(organization, rules string) string {
	return `SELECT id, slug, name FROM apps WHERE id IN (SELECT (r ->> 'app_id')::bigint FROM jsonb_array_elements(coalesce(nullif(` + rules + ` -> 'rules', 'null'), '[]')) r)
		UNION (SELECT b.id, b.slug, b.name FROM installations i JOIN apps b ON b.id = i.app_id WHERE i.account_id = ` + organization + ` ORDER BY b.slug LIMIT ` + fmt.Sprint(suggested) + `)`
}

// SaveAppPolicy sets which apps an organization lets in. Version is that of the policy
// which was changed: where somebody else has set another one meanwhile it returns
// ErrStale. It returns Problems for what can't be kept. Installations wait for the
// policy, and the policy for them.
func (s *Service) SaveAppPolicy(ctx context.Context, actor models.Actor, login string, policy models.AppPolicy, version int) error {
	policy, err := policy.Checked()
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		id, name, err := ownedForApps(ctx, tx, actor, login)
		if err != nil {
			return err
		}
		was, at, err := readApps(ctx, tx.Pgx, id)
		if err != nil {
			return err
		}
		if at != version {
			return models.ErrStale
		}
		if err := known(ctx, tx, policy.Categories()...); err != nil {
			return err
		}
		if err := identify(ctx, tx.Pgx, id, &policy, was); err != nil {
			return err
		}
		if err := s.putAppPolicy(ctx, tx, id, &policy); err != nil {
			return err
		}
		err = audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "app_policy.change", AccountID: &id, TargetKind: "organization", TargetID: &id,
			TargetName: login, Before: map[string]any{"policy": was}, After: map[string]any{"policy": policy, "version": version + 1}})
		if err != nil || was.Same(&policy) {
			return err
		}
		return s.tellOwners(ctx, tx, actor, id, login, name)
	})
}

func (s *Service) putAppPolicy(ctx context.Context, tx *db.Tx, id int64, policy *models.AppPolicy) error {
	rules, err := json.Marshal(policy)
	if err != nil {
		return fmt.Errorf("policies: save: %w", err)
	}
	_, err = tx.Pgx.Exec(ctx, `INSERT INTO app_policies (organization_id, rules, version, updated_at) VALUES ($1, $2::jsonb, 1, $3)
		ON CONFLICT ON CONSTRAINT app_policies_pkey DO UPDATE SET rules = excluded.rules, version = app_policies.version + 1, updated_at = excluded.updated_at`,
		id, string(rules), s.now())
	if err != nil {
		return fmt.Errorf("policies: save: %w", err)
	}
	return nil
}

// ownedForApps locks an organization of which the actor says what apps it lets in.
func ownedForApps(ctx context.Context, tx *db.Tx, actor models.Actor, login string) (id int64, name string, err error) {
	if err := actor.MayAct(); err != nil {
		return 0, "", err
	}
	if !db.Sayable(login) {
		return 0, "", models.ErrNotFound
	}
	var suspended bool
	err = tx.Pgx.QueryRow(ctx, `SELECT o.id, coalesce(nullif(o.name, ''), o.login), o.suspended_at IS NOT NULL
		FROM organizations g JOIN accounts o ON o.id = g.account_id WHERE o.login = $1 FOR NO KEY UPDATE OF g`, strings.ToLower(login)).Scan(&id, &name, &suspended)
	if err != nil {
		return 0, "", missing(err)
	}
	return id, name, actor.MaySetAppPolicy(id, suspended)
}

// readApps is an organization's policy about apps, and its version: 0 while there is
// none.
func readApps(ctx context.Context, q Querier, organization int64) (*models.AppPolicy, int, error) {
	var p models.AppPolicy
	var text []byte
	var version int
	err := q.QueryRow(ctx, `SELECT rules, version FROM app_policies WHERE organization_id = $1`, organization).Scan(&text, &version)
	if found, err := db.Found(err); err != nil {
		return nil, 0, fmt.Errorf("policies: read: %w", err)
	} else if !found {
		return &p, 0, nil
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return nil, 0, fmt.Errorf("policies: read: %w", err)
	}
	return &p, version, nil
}

// identify finds the apps that the rules name: those that the organization can know of.
// One that was named before, and is gone since, stays.
func identify(ctx context.Context, q interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}, organization int64, policy, was *models.AppPolicy) error {
	ids, slugs := []int64{}, []string{}
	for _, r := range policy.Rules {
		if r.App != "" && !db.Sayable(r.App) {
			return models.Problems{models.ErrRuleApp}
		}
		if r.AppID != 0 {
			ids = append(ids, r.AppID)
		} else if r.App != "" {
			slugs = append(slugs, r.App)
		}
	}
	if len(ids)+len(slugs) == 0 {
		return nil
	}
	rows, err := q.Query(ctx, `SELECT a.id, a.slug, a.name FROM apps a WHERE (a.id = ANY ($1) OR a.slug = ANY ($2))
		AND (a.public OR a.account_id = $3 OR EXISTS (SELECT FROM installations i WHERE i.app_id = a.id AND i.account_id = $3)
			OR EXISTS (SELECT FROM listings l WHERE l.app_id = a.id AND l.public))`, ids, slugs, organization)
	if err != nil {
		return fmt.Errorf("policies: apps: %w", err)
	}
	apps, err := pgx.CollectRows(rows, pgx.RowToStructByPos[NamedApp])
	if err != nil {
		return fmt.Errorf("policies: apps: %w", err)
	}
	for i := range policy.Rules {
		r := &policy.Rules[i]
		if r.App == "" && r.AppID == 0 {
			continue
		}
		at := slices.IndexFunc(apps, func(a NamedApp) bool { return r.AppID == a.ID || r.AppID == 0 && r.App == a.Slug })
		if at >= 0 {
			r.AppID, r.App = apps[at].ID, apps[at].Slug
		} else if !slices.ContainsFunc(was.Rules, func(o models.AppRule) bool { return o.App == r.App && o.AppID == r.AppID }) {
			return models.Problems{models.ErrRuleApp}
		}
	}
	return nil
}

// tellOwners tells the other owners that the policy is another one.
func (s *Service) tellOwners(ctx context.Context, tx *db.Tx, actor models.Actor, id int64, login, name string) error {
	if s.notices == nil {
		return nil
	}
	rows, err := tx.Pgx.Query(ctx, `SELECT account_id FROM memberships WHERE organization_id = $1 AND role = 'owner' AND account_id <> $2`, id, actor.UserID)
	if err != nil {
		return fmt.Errorf("policies: owners: %w", err)
	}
	owners, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(owners) == 0 {
		return err
	}
	return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeAppPolicy, Link: "/organizations/" + login + "/settings/app_policy",
		Params: map[string]string{"login": actor.Login, "organization": name}}, owners...)
}

// Written is a rule as it is kept, with the app that it names. It returns Problems for
// what can't be kept.
func (s *Service) Written(ctx context.Context, d *AppDesk, r models.AppRule) (models.AppRule, error) {
	r.AppID = 0
	var problems models.Problems
	r, err := r.Checked()
	if err := problems.Add("", err); err != nil {
		return r, err
	}
	if r.Category != "" && !slices.ContainsFunc(d.Categories, func(c models.Category) bool { return c.Slug == r.Category }) {
		problems = append(problems, models.ErrUnknownChoice.On("category"))
	}
	one := models.AppPolicy{Rules: []models.AppRule{r}}
	if err := problems.Add("", identify(ctx, s.db.Pool(), d.ID, &one, &models.AppPolicy{})); err != nil {
		return r, err
	}
	return one.Rules[0], problems.Err()
}
