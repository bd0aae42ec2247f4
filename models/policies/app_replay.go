package policies

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// AppReplay is what a policy would make of the apps that reach an organization now.
type AppReplay struct {
	Installed  int // installations there are
	Authorized int // OAuth Apps that members let in
	Stops      int // of both, which work and would stop
	Works      int // which are stopped and would work again
	Stopped    int // which are stopped, and stay so
	Touched    []AppReplayed
}

// AppReplayed is an app that reaches an organization, and what two policies make of it:
// the one that holds, and the one that is tried.
type AppReplayed struct {
	Slug         string
	Name         string
	LogoHash     string
	Installation int64 // 0: an OAuth App
	All          bool  // it reaches all repositories
	Repositories int
	Members      int // who authorized the OAuth App, and are concerned
	Since        time.Time
	UsedAt       *time.Time
	Was, Verdict models.Verdict
}

// Change is what becomes of the app: "stops", "works", "stopped", "" for nothing.
func (r *AppReplayed) Change() string {
	was, is := r.Was.Decision == models.DecisionDeny, r.Verdict.Decision == models.DecisionDeny
	switch {
	case is && !was:
		return "stops"
	case was && !is:
		return "works"
	case was:
		return "stopped"
	}
	return ""
}

// ReplayApps judges what is installed on an organization, and what its members
// authorized there, by a policy and by the one that holds. Nothing is kept. It returns
// what SaveAppPolicy does, but for apps and categories that there aren't.
func (s *Service) ReplayApps(ctx context.Context, actor models.Actor, d *AppDesk, policy models.AppPolicy) (*AppReplay, error) {
	if err := actor.MaySeeInstallationsOf(d.ID); err != nil {
		return nil, err
	}
	policy, err := policy.Checked()
	if err != nil {
		return nil, err
	}
	saved := d.Policy
	policy.Organization, saved.Organization = d.ID, d.ID
	r := &AppReplay{}
	judge := judgement{tried: &policy, holds: &saved, into: r}
	if err := s.replayInstallations(ctx, d.ID, &judge); err != nil {
		return nil, err
	}
	if err := s.replayAuthorizations(ctx, d.ID, &judge); err != nil {
		return nil, err
	}
	slices.SortStableFunc(r.Touched, func(a, b AppReplayed) int { return weight(&a) - weight(&b) })
	return r, nil
}

// weight puts first what stops, then what works again.
func weight(r *AppReplayed) int {
	return slices.Index([]string{"stops", "works", "stopped"}, r.Change())
}

type judgement struct {
	tried, holds *models.AppPolicy
	into         *AppReplay
}

// add judges an app by its facts, with what it was granted, and notes what becomes of it.
func (j *judgement) add(one *AppReplayed, facts []byte, grants models.Grants, scopes []string) error {
	var f models.AppFacts
	if err := json.Unmarshal(facts, &f); err != nil {
		return fmt.Errorf("policies: replay: %w", err)
	}
	f.Grants, f.Scopes = grants, scopes
	one.Was, one.Verdict = j.holds.Judge(&f), j.tried.Judge(&f)
	if j.merged(one) {
		return nil
	}
	switch one.Change() {
	case "stops":
		j.into.Stops++
	case "works":
		j.into.Works++
	case "stopped":
		j.into.Stopped++
	default:
		return nil
	}
	j.into.Touched = append(j.into.Touched, *one)
	return nil
}

// merged reports whether the same becomes of an OAuth App by what other members let it
// do, and counts these among them.
func (j *judgement) merged(one *AppReplayed) bool {
	last := len(j.into.Touched) - 1
	if last < 0 || one.Installation != 0 || j.into.Touched[last].Installation != 0 {
		return false
	}
	t := &j.into.Touched[last]
	if t.Slug != one.Slug || t.Change() != one.Change() {
		return false
	}
	t.Members += one.Members
	if one.UsedAt != nil && (t.UsedAt == nil || one.UsedAt.After(*t.UsedAt)) {
		t.UsedAt = one.UsedAt
	}
	return true
}

func (s *Service) replayInstallations(ctx context.Context, organization int64, j *judgement) error {
	rows, err := s.db.Pool().Query(ctx, `SELECT a.slug, a.name, a.logo_hash, i.id, i.selection = 'all',
			CASE WHEN i.selection = 'selected' THEN (SELECT count(*) FROM installation_repositories r WHERE r.installation_id = i.id) ELSE 0 END,
			i.created_at, i.used_at, i.permissions, `+AppFactsJSON("a.id")+`
		FROM installations i JOIN apps a ON a.id = i.app_id WHERE i.account_id = $1 ORDER BY a.slug LIMIT $2`, organization, replayed)
	if err != nil {
		return fmt.Errorf("policies: replay: %w", err)
	}
	var one AppReplayed
	var grants models.Grants
	var facts []byte
	_, err = pgx.ForEachRow(rows, []any{&one.Slug, &one.Name, &one.LogoHash, &one.Installation, &one.All, &one.Repositories, &one.Since, &one.UsedAt, &grants, &facts}, func() error {
		j.into.Installed++
		err := j.add(&one, facts, grants, nil)
		one, grants = AppReplayed{}, nil
		return err
	})
	if err != nil {
		return fmt.Errorf("policies: replay: %w", err)
	}
	return nil
}

// replayAuthorizations judges the OAuth Apps that reach the organization in the name of
// its members, each by what its members let it do.
func (s *Service) replayAuthorizations(ctx context.Context, organization int64, j *judgement) error {
	rows, err := s.db.Pool().Query(ctx, `SELECT a.slug, a.name, a.logo_hash, count(*), min(g.created_at), max(g.used_at), g.scopes, `+AppFactsJSON("a.id")+`
		FROM memberships m JOIN organizations o ON o.account_id = m.organization_id JOIN authorizations g ON g.account_id = m.account_id
			JOIN apps a ON a.id = g.app_id LEFT JOIN oauth_approvals v ON v.organization_id = m.organization_id AND v.app_id = a.id
		WHERE m.organization_id = $1 AND a.kind = 'oauth_app' AND a.account_id IS DISTINCT FROM m.organization_id AND (o.oauth_policy = 'open' OR v.state = 'approved')
		GROUP BY a.id, g.scopes ORDER BY a.slug, g.scopes LIMIT $2`, organization, replayed)
	if err != nil {
		return fmt.Errorf("policies: replay: %w", err)
	}
	last := ""
	var one AppReplayed
	var scopes []string
	var facts []byte
	_, err = pgx.ForEachRow(rows, []any{&one.Slug, &one.Name, &one.LogoHash, &one.Members, &one.Since, &one.UsedAt, &scopes, &facts}, func() error {
		if one.Slug != last {
			j.into.Authorized++
			last = one.Slug
		}
		err := j.add(&one, facts, nil, append([]string{}, scopes...))
		one, scopes = AppReplayed{}, nil
		return err
	})
	if err != nil {
		return fmt.Errorf("policies: replay: %w", err)
	}
	return nil
}
