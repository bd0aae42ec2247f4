package api

import (
	"context"
	"time"

	"souk/models"
	"souk/models/ownership"
	"souk/web/view"
)

// Ledgers tells what apps asked for since when; ownership.Service does.
type Ledgers interface {
	Ledger(ctx context.Context, lang, slug string, page int) (*ownership.Ledger, error)
}

// LedgerQuery asks for a page of a listing's permission history.
type LedgerQuery struct {
	Slug string `path:"slug" maxLength:"100"`
	Page int    `query:"page" default:"1" minimum:"1" maximum:"10000" description:"Which page, from 1; each has 30 entries."`
}

// LedgerEntry is one entry of it: what the app asked for from then on, or whose
// it became.
type LedgerEntry struct {
	At       time.Time      `json:"at" format:"date-time"`
	Kind     string         `json:"kind" enum:"access,transferred,claimed,imported" description:"What the app asks for, or a change of the account that it belongs to: handed on, claimed by its integrator, or told by an import."`
	Imported bool           `json:"imported" description:"It comes from an import: nobody had registered the app."`
	From     string         `json:"from" description:"Login of the account that it belonged to, as it was then; empty for nobody, and for access."`
	To       string         `json:"to" description:"Login of the account that it belongs to since."`
	Asked    *AccessAsked   `json:"asked" description:"Everything that it asks for from then on; null for a change of owner."`
	Changes  []LedgerChange `json:"changes" description:"What differs from the entry before."`
}

// AccessAsked is what an app asks for.
type AccessAsked struct {
	Permissions map[string]string `json:"permissions" nullable:"true" description:"By key: read, write or admin. Null when unknown, and for OAuth Apps."`
	Events      []string          `json:"events" nullable:"true" description:"Webhook events; null when unknown."`
	Scopes      []string          `json:"scopes" nullable:"true" description:"OAuth scopes; null when unknown, and for GitHub Apps."`
}

// LedgerChange is one thing that an app asks for otherwise than before.
type LedgerChange struct {
	Change string `json:"change" enum:"added,raised,lowered,removed"`
	What   string `json:"what" enum:"permission,event,scope"`
	Name   string `json:"name"`
	Before string `json:"before" description:"The level of a permission; empty for none."`
	After  string `json:"after" description:"The level of a permission; empty for none."`
}

// ListingLedger is a page of a listing's permission history, the newest first.
type ListingLedger struct {
	Page[LedgerEntry]
}

// Ledger answers with a listing's permission history.
func (a *API) Ledger(ctx context.Context, q LedgerQuery) (ListingLedger, error) {
	l, err := a.ledgers.Ledger(ctx, view.From(ctx).Lang, q.Slug, q.Page)
	if err != nil {
		return ListingLedger{}, err
	}
	out := ListingLedger{Page[LedgerEntry]{TotalCount: l.Total, Items: make([]LedgerEntry, len(l.Lines)), page: l.Page, perPage: ownership.LinesPerPage, reachable: l.Total}}
	for i := range l.Lines {
		out.Items[i] = ledgerEntry(&l.Lines[i])
	}
	return out, nil
}

func ledgerEntry(l *ownership.Line) LedgerEntry {
	if l.Cause != "" {
		return LedgerEntry{At: l.At.UTC(), Kind: string(l.Cause), Imported: l.Cause == models.OwnerImported, From: l.From, To: l.To, Changes: []LedgerChange{}}
	}
	e := LedgerEntry{At: l.At.UTC(), Kind: "access", Imported: l.Imported, Changes: ledgerChanges(&l.Change)}
	e.Asked = &AccessAsked{Events: l.Asked.Events, Scopes: l.Asked.Scopes}
	if l.Asked.Permissions != nil {
		e.Asked.Permissions = map[string]string{}
		for key, level := range l.Asked.Permissions {
			e.Asked.Permissions[key] = string(level)
		}
	}
	return e
}

func ledgerChanges(c *models.AskedChange) []LedgerChange {
	out := []LedgerChange{}
	for _, kind := range []struct {
		change string
		grants []models.GrantChange
	}{{"added", c.Added}, {"raised", c.Raised}, {"lowered", c.Lowered}, {"removed", c.Removed}} {
		for _, g := range kind.grants {
			out = append(out, LedgerChange{Change: kind.change, What: "permission", Name: g.Key, Before: string(g.From), After: string(g.To)})
		}
	}
	for _, kind := range []struct {
		change, what string
		names        []string
	}{{"added", "scope", c.ScopesAdded}, {"removed", "scope", c.ScopesRemoved}, {"added", "event", c.EventsAdded}, {"removed", "event", c.EventsRemoved}} {
		for _, name := range kind.names {
			out = append(out, LedgerChange{Change: kind.change, What: kind.what, Name: name})
		}
	}
	return out
}
