package api

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/hooks"
	"souk/web"
	"souk/web/paths"
)

// Callers says for which app a program speaks; credentials.Service is one.
type Callers interface {
	Caller(ctx context.Context, token string) (appID int64, err error)
	CheckSecret(ctx context.Context, clientID, secret string) (appID int64, err error)
}

// Purchases is what apps ask about their customers; hooks.Service is one.
type Purchases interface {
	After(ctx context.Context, appID, after int64, most int) (events []models.HookEvent, more bool, err error)
	Plans(ctx context.Context, appID int64, p hooks.Page) ([]models.Plan, int, error)
	Accounts(ctx context.Context, appID, plan int64, p hooks.Page) ([]models.Customer, int, error)
	Account(ctx context.Context, appID, account int64) (*models.Customer, error)
	Mine(ctx context.Context, actor models.Actor, p hooks.Page) ([]models.Customer, int, error)
}

// caller finds the app in whose name a request comes: by a JSON web token that it
// signed, or by its client id and secret.
func (a *API) caller(c echo.Context) (appID int64, err error) {
	r := c.Request()
	header := r.Header.Get("Authorization")
	if header == "" {
		return 0, models.ErrSignInNeeded
	}
	if id, secret, ok := r.BasicAuth(); ok {
		return a.callers.CheckSecret(r.Context(), strings.ToValidUTF8(strings.ReplaceAll(id, "\x00", ""), ""), secret)
	}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return 0, models.ErrAppToken
	}
	return a.callers.Caller(r.Context(), strings.TrimSpace(token))
}

// handleApp is Handle for an endpoint that answers an app about itself.
func handleApp[In, Out any](a *API, f func(context.Context, int64, In) (Out, error)) echo.HandlerFunc {
	read := readerOf[In]()
	return func(c echo.Context) error {
		web.NoStore(c)
		c.Response().Header().Set("Cache-Control", "private, no-cache")
		c.Response().Header().Set("Vary", "Accept-Encoding, Accept-Language, Authorization")
		app, err := a.caller(c)
		if err != nil {
			return err
		}
		in, err := read(c)
		if err != nil {
			return err
		}
		out, err := f(c.Request().Context(), app, in)
		if err != nil {
			return err
		}
		return answer(c, out)
	}
}

// byApp is an endpoint for apps.
func byApp[In, Out any](a *API, pattern, id, summary string, f func(context.Context, int64, In) (Out, error)) route {
	return route{pattern: pattern, id: id, summary: summary, in: new(In), out: new(Out), app: true, handler: handleApp(a, f)}
}

// EventsQuery asks for the events after one that is known.
type EventsQuery struct {
	After   int `query:"after" default:"0" minimum:"0" maximum:"9007199254740991" description:"The cursor of the last event that you have; 0 for the first one."`
	PerPage int `query:"per_page" default:"30" minimum:"1" maximum:"100" description:"How many events a page has at most."`
}

// Events is a part of the list of everything that an app was to be told.
type Events struct {
	Items []Event `json:"items"`
	Next  string  `json:"next" format:"uri" description:"Where the events after these are: read them now if more is true, else whenever you like."`
	More  bool    `json:"more" description:"There are events after these already."`
}

// Event is one webhook that was sent, or is to be sent.
type Event struct {
	Cursor         int             `json:"cursor" minimum:"1" description:"Its place in the list of your listing; each is larger than the one before."`
	GUID           string          `json:"guid" description:"The X-GitHub-Delivery header, the same each time that it is sent."`
	Event          string          `json:"event" enum:"marketplace_purchase" description:"The X-GitHub-Event header."`
	Action         string          `json:"action" enum:"purchased,changed,pending_change,pending_change_cancelled,cancelled"`
	SubscriptionID *int64          `json:"subscription_id" nullable:"true" description:"Whose it is: the same for everything that happens to one subscription."`
	CreatedAt      time.Time       `json:"created_at" format:"date-time"`
	State          string          `json:"state" enum:"waiting,delivered,failed,nowhere" description:"Of the webhook: waiting for its next attempt, taken, given up after three days, or there was no address."`
	DeliveredAt    *time.Time      `json:"delivered_at" format:"date-time" nullable:"true"`
	Payload        json.RawMessage `json:"payload" description:"The body of the webhook."`
}

// Events answers with what an app was to be told.
func (a *API) Events(ctx context.Context, app int64, q EventsQuery) (Events, error) {
	list, more, err := a.purchases.After(ctx, app, int64(q.After), q.PerPage)
	if err != nil {
		return Events{}, err
	}
	out := Events{Items: make([]Event, len(list)), More: more}
	last := q.After
	for i := range list {
		e := &list[i]
		last = int(e.Position)
		out.Items[i] = Event{Cursor: last, GUID: e.GUID, Event: e.Event, Action: string(e.Action), SubscriptionID: e.SubscriptionID,
			CreatedAt: e.CreatedAt.UTC(), State: string(e.State), Payload: e.Payload}
		if e.DeliveredAt != nil {
			out.Items[i].DeliveredAt = new(e.DeliveredAt.UTC())
		}
	}
	out.Next = base(ctx) + paths.APIEvents + "?after=" + strconv.Itoa(last) + "&per_page=" + strconv.Itoa(q.PerPage)
	return out, nil
}
