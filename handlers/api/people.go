package api

import (
	"context"
	"fmt"
	"time"

	"souk/models"
	"souk/models/profiles"
	"souk/web/paths"
	"souk/web/view"
)

// People is what the API asks about whoever has a token; profiles.Service is
// one.
type People interface {
	Me(ctx context.Context, actor models.Actor) (*profiles.Me, error)
	MyOrganizations(ctx context.Context, actor models.Actor) ([]profiles.MyOrganization, error)
}

// Account is an account as everyone may see it.
type Account struct {
	Login      string    `json:"login"`
	Kind       string    `json:"kind" enum:"user,organization"`
	Name       string    `json:"name" description:"Empty when none was given."`
	Bio        string    `json:"bio"`
	Location   string    `json:"location"`
	WebsiteURL string    `json:"website_url" description:"Empty when there is none."`
	CreatedAt  time.Time `json:"created_at" format:"date-time"`
	URL        string    `json:"url" format:"uri"`
}

func accountOf(v *view.Request, a *models.Account) Account {
	return Account{Login: a.Login, Kind: string(a.Kind), Name: a.Name, Bio: a.Bio, Location: a.Location, WebsiteURL: a.WebsiteURL,
		CreatedAt: a.CreatedAt.UTC(), URL: v.Base + paths.Localized(v.Lang, paths.Account(a.Login))}
}

// User is whoever has the token. What the token doesn't reach is null.
type User struct {
	Account
	Mail         *string  `json:"mail" nullable:"true" description:"With the scope user:email, read:user or user."`
	MailVerified *bool    `json:"mail_verified" nullable:"true" description:"With the scope user:email, read:user or user."`
	Language     *string  `json:"language" nullable:"true" description:"With the scope read:user or user."`
	TimeZone     *string  `json:"time_zone" nullable:"true" description:"IANA name. With the scope read:user or user."`
	Scopes       []string `json:"scopes" description:"What the token may do."`
}

// User shows whose token it is.
func (a *API) User(ctx context.Context, actor models.Actor, _ nothing) (User, error) {
	me, err := a.people.Me(ctx, actor)
	if err != nil {
		return User{}, fmt.Errorf("api: user: %w", err)
	}
	u := User{Account: accountOf(view.From(ctx), &me.Account), Scopes: append([]string{}, actor.Scopes...)}
	if me.Mail {
		u.Mail, u.MailVerified = &me.User.Mail, new(me.User.MailVerifiedAt != nil)
	}
	if me.Private {
		u.Language, u.TimeZone = &me.User.Language, &me.User.TimeZone
	}
	return u, nil
}

// Organizations is every organization of a person.
type Organizations struct {
	TotalCount int            `json:"total_count" minimum:"0"`
	Items      []Organization `json:"items"`
}

// Organization is one that a person belongs to.
type Organization struct {
	Account
	Verified  bool   `json:"verified" description:"Whether it is a verified publisher."`
	Role      string `json:"role" enum:"owner,member,billing_manager" description:"Of the person in it."`
	Suspended bool   `json:"suspended" description:"Whether the membership rests until the person has a second factor."`
}

// Organizations lists the organizations of whose token it is.
func (a *API) Organizations(ctx context.Context, actor models.Actor, _ nothing) (Organizations, error) {
	mine, err := a.people.MyOrganizations(ctx, actor)
	if err != nil {
		return Organizations{}, fmt.Errorf("api: organizations: %w", err)
	}
	v := view.From(ctx)
	out := Organizations{TotalCount: len(mine), Items: make([]Organization, len(mine))}
	for i := range mine {
		m := &mine[i]
		out.Items[i] = Organization{Account: accountOf(v, &m.Account), Verified: m.Account.Verified(), Role: string(m.Role), Suspended: m.Suspended}
	}
	return out, nil
}
