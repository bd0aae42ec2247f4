package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/apps"
	"souk/models/drafts"
	"souk/models/filing"
	"souk/models/listingfile"
	"souk/models/review"
	"souk/templates/words"
	"souk/web"
	"souk/web/paths"
	"souk/web/view"
)

// Filing is what the API asks about listings as files; filing.Service is one.
type Filing interface {
	Draft(ctx context.Context, actor models.Actor, slug string) (*drafts.Draft, *apps.Standing, error)
	Push(ctx context.Context, actor models.Actor, slug string, base int, text []byte) (*filing.Pushed, error)
	PushApp(ctx context.Context, actor models.Actor, app string, base int, text []byte) (*filing.Pushed, error)
	Lint(ctx context.Context, actor models.Actor, text []byte) ([]models.Finding, error)
	Submit(ctx context.Context, actor models.Actor, slug string, in review.Handing) (afterwards bool, err error)
	Upload(ctx context.Context, actor models.Actor, use models.PictureUse, r io.Reader) (models.Image, error)
}

// Finding is what the linter says of one place.
type Finding struct {
	Rule     string `json:"rule" description:"Stable name of the rule; docs/listing-fields.md lists them."`
	Severity string `json:"severity" enum:"error,warning,hint" description:"An error keeps the listing from being handed in."`
	Field    string `json:"field" description:"A path, such as plans[0].name; empty for the whole."`
	Line     int    `json:"line" minimum:"0" description:"Of the file that was sent, from 1; 0 where there is none."`
	Text     string `json:"text" description:"What it is about, in the reader's language."`
	Mend     string `json:"mend" description:"How to mend it, in the reader's language."`
}

func findingsOf(ctx context.Context, found []models.Finding) []Finding {
	out := make([]Finding, len(found))
	for i := range found {
		f := &found[i]
		out[i] = Finding{Rule: f.Rule, Severity: string(f.Severity), Field: f.Field, Line: f.Line}
		out[i].Text, out[i].Mend = words.Finding(ctx, f)
	}
	return out
}

// FileLint is a file to lint.
type FileLint struct {
	File []byte `body:"file"`
}

// Lint is what the linter says of a file.
type Lint struct {
	Ready    bool      `json:"ready" description:"Whether the listing could be handed in: no finding is an error."`
	Findings []Finding `json:"findings" description:"By line."`
}

// Lint says what is wrong with a file, and keeps nothing of it.
func (a *API) Lint(ctx context.Context, actor models.Actor, in FileLint) (Lint, error) {
	found, err := a.filing.Lint(ctx, actor, in.File)
	if err != nil {
		return Lint{}, err
	}
	return Lint{Ready: !models.Blocking(found), Findings: findingsOf(ctx, found)}, nil
}

// DraftQuery names a listing.
type DraftQuery struct {
	Slug string `path:"slug" maxLength:"100" description:"The last part of its address."`
}

// ListingDraft is a listing's draft.
type ListingDraft struct {
	Slug     string                `json:"slug"`
	App      string                `json:"app" description:"Slug of the app."`
	State    string                `json:"state" description:"Of the listing."`
	Version  int                   `json:"version" minimum:"0" description:"Of the draft. The ETag holds it; send it back as If-Match. 0 where nothing was saved: then this is what is live."`
	SavedAt  time.Time             `json:"saved_at" format:"date-time"`
	Author   string                `json:"author" description:"Login of who saved it; empty for nobody who is still here."`
	Content  models.ListingContent `json:"content" description:"The fields of a file."`
	Findings []Finding             `json:"findings"`
	URL      string                `json:"url" format:"uri" description:"Of the listing's desk."`
}

// tag makes the version the ETag.
func (d ListingDraft) tag() string { return `"` + strconv.Itoa(d.Version) + `"` }

// Draft shows a listing's draft.
func (a *API) Draft(ctx context.Context, actor models.Actor, in DraftQuery) (ListingDraft, error) {
	d, st, err := a.filing.Draft(ctx, actor, in.Slug)
	if err != nil {
		return ListingDraft{}, err
	}
	return ListingDraft{Slug: st.ListingSlug, App: st.Slug, State: string(st.ListingState), Version: d.Version, SavedAt: d.SavedAt.UTC(), Author: d.Author,
		Content: d.Content, Findings: findingsOf(ctx, models.LintListing(&d.Content)), URL: view.From(ctx).Base + paths.ManageListing(st.ListingSlug, "")}, nil
}

// DraftPush writes a file into a listing's draft.
type DraftPush struct {
	Slug    string `path:"slug" maxLength:"100" description:"The last part of its address."`
	IfMatch string `header:"If-Match" maxLength:"40" description:"The version that the file was made of, as the ETag of the draft; * to replace whatever is there."`
	File    []byte `body:"file"`
}

// AppListingPush writes a file into the draft of an app's listing.
type AppListingPush struct {
	App     string `path:"app" maxLength:"100" description:"The app's slug."`
	IfMatch string `header:"If-Match" maxLength:"40" description:"As for a draft. Not needed for an app that has no listing yet."`
	File    []byte `body:"file"`
}

// PushedDraft is what came of a push.
type PushedDraft struct {
	Slug     string    `json:"slug"`
	Version  int       `json:"version" minimum:"0" description:"Of the draft as it is now."`
	Created  bool      `json:"created" description:"Whether the listing was made for it."`
	Changed  []string  `json:"changed" description:"Fields that differ from before."`
	Merged   []string  `json:"merged" description:"Fields that somebody else has changed since, and that stay so."`
	Ready    bool      `json:"ready" description:"Whether it could be handed in."`
	Findings []Finding `json:"findings" description:"By line."`
	URL      string    `json:"url" format:"uri" description:"Of the listing's desk."`
}

// PushDraft writes a file into the draft of a listing.
func (a *API) PushDraft(ctx context.Context, actor models.Actor, in DraftPush) (PushedDraft, error) {
	base, err := baseOf(in.IfMatch)
	if err != nil {
		return PushedDraft{}, err
	}
	p, err := a.filing.Push(ctx, actor, in.Slug, base, in.File)
	return pushed(ctx, p, err)
}

// PushAppListing writes a file into the draft of an app's listing, and makes the
// listing if there is none.
func (a *API) PushAppListing(ctx context.Context, actor models.Actor, in AppListingPush) (PushedDraft, error) {
	base, err := baseOf(in.IfMatch)
	if err != nil {
		return PushedDraft{}, err
	}
	p, err := a.filing.PushApp(ctx, actor, in.App, base, in.File)
	return pushed(ctx, p, err)
}

// baseOf reads If-Match: a version as the ETag has it, or *.
func baseOf(header string) (int, error) {
	switch header {
	case "":
		return filing.NoBase, nil
	case "*":
		return filing.AnyBase, nil
	}
	n, err := strconv.Atoi(strings.Trim(strings.TrimPrefix(header, "W/"), `"`))
	if err != nil || n < 0 {
		return 0, models.ErrBadParameter.On("If-Match").Because(fmt.Errorf("%q is neither a version nor *", header))
	}
	return n, nil
}

func pushed(ctx context.Context, p *filing.Pushed, err error) (PushedDraft, error) {
	if err != nil {
		return PushedDraft{}, refusal(ctx, err)
	}
	return PushedDraft{Slug: p.Slug, Version: p.Version, Created: p.Created, Changed: list(p.Changed), Merged: list(p.Merged),
		Ready: !models.Blocking(p.Findings), Findings: findingsOf(ctx, p.Findings), URL: view.From(ctx).Base + paths.ManageListing(p.Slug, "")}, nil
}

func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// refusal names every place of a file that is at fault, or every field that two
// have changed.
func refusal(ctx context.Context, err error) error {
	var problems models.Problems
	if refused, ok := errors.AsType[*filing.RefusedError](err); ok {
		for i := range refused.Findings {
			f := &refused.Findings[i]
			text, mend := words.Finding(ctx, f)
			field := f.Field
			if field == "" {
				field = "file"
			}
			where := ""
			if f.Line > 0 {
				where = fmt.Sprintf("line %d: ", f.Line)
			}
			problems = append(problems, refused.Kind.On(field).Because(fmt.Errorf("%s%s: %s %s", where, f.Rule, text, mend)))
		}
	}
	if conflict, ok := errors.AsType[*drafts.ConflictError](err); ok {
		for _, f := range conflict.Fields {
			problems = append(problems, models.ErrDraftConflict.On(f.Field))
		}
	}
	if len(problems) > 0 {
		return problems
	}
	return err
}

// HandingIn hands a draft in.
type HandingIn struct {
	Slug string        `path:"slug" maxLength:"100" description:"The last part of its address."`
	Body HandingInBody `body:"json"`
}

// HandingInBody is what one says when handing in.
type HandingInBody struct {
	Agreed  bool   `json:"agreed" description:"To the rules of the marketplace; it has to be true."`
	Note    string `json:"note,omitempty" description:"To the reviewer."`
	Version int    `json:"version,omitempty" minimum:"0" description:"Of the draft; 0 or missing: whichever it is."`
}

// HandedIn is what came of it.
type HandedIn struct {
	Slug string `json:"slug"`
	Live bool   `json:"live" description:"Whether it is live already and reviewed after; otherwise it waits."`
	URL  string `json:"url" format:"uri" description:"Of the page that says how the review stands."`
}

// Submit hands the draft of a listing in.
func (a *API) Submit(ctx context.Context, actor models.Actor, in HandingIn) (HandedIn, error) {
	live, err := a.filing.Submit(ctx, actor, in.Slug, review.Handing{Note: in.Body.Note, Agreed: in.Body.Agreed, Version: in.Body.Version})
	if err != nil {
		return HandedIn{}, refusal(ctx, err)
	}
	return HandedIn{Slug: in.Slug, Live: live, URL: view.From(ctx).Base + paths.ManageListing(in.Slug, "review")}, nil
}

// file is a public listing in the format of `souk listing`.
func (a *API) file(c echo.Context) error {
	content, err := a.catalog.Content(c.Request().Context(), c.Param("slug"))
	if err != nil {
		return err
	}
	text, err := listingfile.Write(content)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `inline; filename="`+content.Slug+`.yaml"`)
	return web.Blob(c, "application/yaml; charset=utf-8", text, 0)
}

// filingRoutes are the endpoints of listings as files.
func (a *API) filingRoutes() []route {
	const scope = models.ScopeMarketplace
	return []route{
		{pattern: paths.APIListingFilePat, id: "getListingFile", summary: "A public listing as a file, without what only its integrator sees", in: new(DraftQuery),
			out: new(string), media: "application/yaml", missing: true, handler: a.file},
		personal(paths.APIListingDraftPat, "getListingDraft", "The draft of a listing of one's own", scope, a.Draft).or404(),
		personal(paths.APIListingDraftPat, "putListingDraft", "Write a file into the draft of a listing", scope, a.PushDraft).or404().by(http.MethodPut).conflicts(),
		personal(paths.APIAppListingPat, "putAppListing", "Write a file into the draft of an app's listing, which is made if there is none", scope, a.PushAppListing).or404().by(http.MethodPut).conflicts(),
		personal(paths.APIListingSubmitPat, "submitListing", "Hand the draft of a listing in for review", scope, a.Submit).or404().by(http.MethodPost).conflicts(),
		{pattern: paths.APIImages, method: http.MethodPost, id: "createImage", summary: "Keep a picture that a listing is to name", in: new(ImageUpload), out: new(StoredImage),
			token: true, scope: scope, handler: a.images()},
		personal(paths.APILint, "lintListing", "What the linter says of a file", "", a.Lint).by(http.MethodPost),
	}
}
