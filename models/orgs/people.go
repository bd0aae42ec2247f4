package orgs

import (
	"context"
	"fmt"
	"strings"
	"time"

	"souk/models"
	"souk/models/db"
)

// PeoplePage is how many people a page shows.
const PeoplePage = 50

// PeopleQuery says which people to show.
type PeopleQuery struct {
	Text  string // in login or name
	Role  models.OrganizationRole
	State PeopleState // for owners alone
	Page  int         // from 1
}

// PeopleState is how people stand with what the organization requires.
type PeopleState string

// The states.
const (
	AnyState        PeopleState = ""
	StateSuspended  PeopleState = "suspended"
	StateNoFactor   PeopleState = "no_factor"
	StateWithFactor PeopleState = "factor"
)

// PeopleStates lists the states.
func PeopleStates() []PeopleState {
	return []PeopleState{StateSuspended, StateNoFactor, StateWithFactor}
}

// Person is a member. TwoFactor and Suspended are told to owners alone.
type Person struct {
	ID        int64
	Login     string
	Name      string
	Role      models.OrganizationRole
	JoinedAt  time.Time
	TwoFactor bool
	Suspended bool
}

// People are some of an organization's members.
type People struct {
	List  []Person
	Total int  // that the query finds
	Owner bool // the actor owns the organization
}

// People lists an organization's members, for those who belong to it. It returns
// ErrPageOutOfRange behind the last page, and ErrUnknownChoice for what is no
// role or state.
func (s *Service) People(ctx context.Context, actor models.Actor, login string, q PeopleQuery) (*Organization, People, error) {
	var p People
	o, err := s.Seen(ctx, actor, login)
	if err != nil {
		return nil, p, err
	}
	p.Owner = actor.MayOwnOrganization(o.ID) == nil
	if err := q.check(p.Owner); err != nil {
		return nil, p, err
	}
	var rows []struct {
		Person Person `gorm:"embedded"`
		Total  int
	}
	err = s.db.Read(ctx).Raw(`SELECT a.id, a.login, a.name, m.role, m.created_at joined_at, m.suspended_at IS NOT NULL suspended,
			u.two_factor_at IS NOT NULL two_factor, count(*) OVER () total
		FROM memberships m JOIN accounts a ON a.id = m.account_id JOIN users u ON u.account_id = a.id
		WHERE m.organization_id = @id AND (@text = '' OR a.login LIKE @like OR a.name ILIKE @like) AND (@role = '' OR m.role = @role)
			AND CASE @state WHEN 'suspended' THEN m.suspended_at IS NOT NULL WHEN 'no_factor' THEN u.two_factor_at IS NULL
				WHEN 'factor' THEN u.two_factor_at IS NOT NULL ELSE true END
		ORDER BY a.login LIMIT @limit OFFSET @offset`, map[string]any{
		"id": o.ID, "text": q.Text, "like": containing(q.Text), "role": string(q.Role), "state": string(q.State),
		"limit": PeoplePage, "offset": (q.Page - 1) * PeoplePage}).Scan(&rows).Error
	if err != nil {
		return nil, p, fmt.Errorf("orgs: people: %w", err)
	}
	if len(rows) == 0 && q.Page > 1 {
		return nil, p, models.ErrPageOutOfRange
	}
	for _, r := range rows {
		if !p.Owner {
			r.Person.TwoFactor, r.Person.Suspended = false, false
		}
		p.List, p.Total = append(p.List, r.Person), r.Total
	}
	return o, p, nil
}

func (q *PeopleQuery) check(owner bool) error {
	q.Text = strings.TrimSpace(q.Text)
	q.Page = max(q.Page, 1)
	if !owner {
		q.State = AnyState
	}
	switch {
	case len(q.Text) > 200:
		return models.ErrTooLong.On("query")
	case q.Role != "" && !q.Role.Valid():
		return models.ErrUnknownChoice.On("role")
	case q.Page > 1_000_000:
		return models.ErrPageOutOfRange
	}
	switch q.State {
	case AnyState, StateSuspended, StateNoFactor, StateWithFactor:
		return nil
	}
	return models.ErrUnknownChoice.On("state")
}

// containing is a pattern for what contains text, in lower case as logins are.
func containing(text string) string { return "%" + db.Literal(strings.ToLower(text)) + "%" }

// Person is a member as an owner sees them who is about to change something.
func (s *Service) Person(ctx context.Context, actor models.Actor, login, member string) (*Organization, *Person, error) {
	o, err := s.Owned(ctx, actor, login)
	if err != nil {
		return nil, nil, err
	}
	var p Person
	err = s.db.Read(ctx).Raw(personSQL+`a.login = lower(?)`, o.ID, member).Take(&p).Error
	if found, err := db.Found(err); err != nil {
		return nil, nil, fmt.Errorf("orgs: person: %w", err)
	} else if !found {
		return nil, nil, models.ErrNotFound
	}
	return o, &p, nil
}

const personSQL = `SELECT a.id, a.login, a.name, m.role, m.created_at joined_at, m.suspended_at IS NOT NULL suspended,
		u.two_factor_at IS NOT NULL two_factor
	FROM memberships m JOIN accounts a ON a.id = m.account_id JOIN users u ON u.account_id = a.id WHERE m.organization_id = ? AND `

// Belonging is one organization of a person.
type Belonging struct {
	Login       string
	Name        string
	Role        models.OrganizationRole
	Suspended   bool // until the person has a second factor
	LastOwner   bool // can't leave
	Verified    bool
	People      int
	TwoFactorAt *time.Time // since when a second factor is required
}

// Mine lists the actor's organizations.
func (s *Service) Mine(ctx context.Context, actor models.Actor) ([]Belonging, error) {
	if actor.Anonymous() {
		return nil, models.ErrSignInNeeded
	}
	var list []Belonging
	err := s.db.Read(ctx).Raw(`SELECT a.login, a.name, m.role, m.suspended_at IS NOT NULL suspended, a.verified_at IS NOT NULL verified,
			o.two_factor_required_at two_factor_at, (SELECT count(*) FROM memberships p WHERE p.organization_id = a.id) people,
			m.role = 'owner' AND NOT EXISTS (`+otherOwnerSQL("m.organization_id", "m.account_id")+`) last_owner
		FROM memberships m JOIN accounts a ON a.id = m.organization_id JOIN organizations o ON o.account_id = a.id
		WHERE m.account_id = ? ORDER BY a.login`, actor.UserID).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("orgs: mine: %w", err)
	}
	return list, nil
}

// Belonging is one of the actor's organizations, or ErrNotFound.
func (s *Service) Belonging(ctx context.Context, actor models.Actor, login string) (*Belonging, error) {
	list, err := s.Mine(ctx, actor)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Login == strings.ToLower(login) {
			return &list[i], nil
		}
	}
	return nil, models.ErrNotFound
}
