package filing

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"souk/models"
	"souk/models/apps"
	"souk/models/drafts"
	"souk/models/listingfile"
)

// What a file was made of, where that is no version: whatever is there is to be
// replaced, or nobody told.
const (
	AnyBase = -1
	NoBase  = -2
)

// Pushed is what came of a push. Changed names the fields of the draft that
// differ now, Merged those that somebody else has changed since the base.
type Pushed struct {
	Slug     string
	Version  int
	Created  bool
	Changed  []string
	Merged   []string
	Findings []models.Finding
}

// Push writes a file into the draft of the listing at slug. It was made of
// version base, or replaces whatever is there if that is AnyBase. What somebody
// else has changed since is merged; where that can't be done the error is a
// drafts.ConflictError. A file that can't be a draft is a RefusedError; one that
// only can't be handed in yet is taken.
func (s *Service) Push(ctx context.Context, actor models.Actor, slug string, base int, text []byte) (*Pushed, error) {
	d, st, err := s.Draft(ctx, actor, slug)
	if err != nil {
		return nil, err
	}
	if base == NoBase {
		return nil, models.ErrDraftBase
	}
	f, err := s.read(ctx, text, st)
	if err != nil {
		return nil, err
	}
	return s.push(ctx, actor, d, st, base, f)
}

// PushApp is Push for the listing of the app at a slug. An app that has none yet
// gets one, whatever base says; otherwise base has to be told.
func (s *Service) PushApp(ctx context.Context, actor models.Actor, app string, base int, text []byte) (*Pushed, error) {
	if err := actor.MayByToken(models.ScopeMarketplace); err != nil {
		return nil, err
	}
	st, err := apps.Of(ctx, s.db.Pool(), actor, app, false)
	if err != nil {
		return nil, err
	}
	if err := actor.MayEditListing(st.Rights()); err != nil {
		return nil, err
	}
	if st.ListingSlug != "" {
		return s.Push(ctx, actor, st.ListingSlug, base, text)
	}
	// Read first, so that nothing is begun with a file that is no good.
	f, err := s.read(ctx, text, st)
	if err != nil {
		return nil, err
	}
	slug, err := s.drafts.Begin(ctx, actor, app)
	if err != nil {
		return nil, err
	}
	d, st, err := s.drafts.Current(ctx, actor, slug)
	if err != nil {
		return nil, err
	}
	pushed, err := s.push(ctx, actor, d, st, AnyBase, f)
	if pushed != nil {
		pushed.Created = true
	}
	return pushed, err
}

// read reads a file for an app's listing, or says why it can't be its draft.
func (s *Service) read(ctx context.Context, text []byte, st *apps.Standing) (*listingfile.File, error) {
	f, found := listingfile.Read(text)
	if models.Blocking(found) {
		return nil, &RefusedError{models.ErrListingFile, found}
	}
	bad := append(foreign(&f.Content, st), models.DraftFindings(&f.Content, len(text))...)
	pictures, err := s.pictureFindings(ctx, &f.Content)
	if err != nil {
		return nil, err
	}
	if bad = append(bad, pictures...); len(bad) > 0 {
		f.Locate(bad)
		return nil, &RefusedError{models.ErrListingFile, bad}
	}
	return f, nil
}

// foreign finds that a file speaks of another listing.
func foreign(c *models.ListingContent, st *apps.Standing) []models.Finding {
	var found []models.Finding
	for _, fact := range []struct{ field, told, is string }{
		{"slug", c.Slug, st.ListingSlug}, {"type", string(c.Type), string(st.Kind)},
	} {
		if fact.told != "" && fact.is != "" && fact.told != fact.is {
			found = append(found, models.NewFinding("file_foreign", fact.field, "value", fact.told, "is", fact.is))
		}
	}
	return found
}

// pictureFindings names pictures that were not sent.
func (s *Service) pictureFindings(ctx context.Context, c *models.ListingContent) ([]models.Finding, error) {
	var found []models.Finding
	hashes := map[string]string{}
	look := func(field string, p *models.Picture) {
		switch {
		case p == nil:
		case p.File != "":
			found = append(found, models.NewFinding("picture_unsent", field+".file", "value", p.File))
		case p.Hash != "":
			hashes[field+".hash"] = p.Hash
		}
	}
	look("logo", c.Logo)
	if c.Feature != nil {
		look("feature", &c.Feature.Picture)
	}
	for i := range c.Screenshots {
		look(fmt.Sprintf("screenshots[%d]", i), &c.Screenshots[i])
	}
	var asked, fields []string
	for field, hash := range hashes {
		asked, fields = append(asked, hash), append(fields, field)
	}
	known, err := s.pictures.Known(ctx, asked...)
	if err != nil {
		return nil, err
	}
	slices.Sort(fields)
	for _, field := range fields {
		if _, ok := known[hashes[field]]; !ok {
			found = append(found, models.NewFinding("picture_hash", field, "value", hashes[field]))
		}
	}
	return found, nil
}

// tries is how often a push begins anew that was to replace whatever is there,
// because somebody has changed it meanwhile.
const tries = 3

func (s *Service) push(ctx context.Context, actor models.Actor, d *drafts.Draft, st *apps.Standing, base int, f *listingfile.File) (*Pushed, error) {
	findings, err := s.judge(ctx, f)
	if err != nil {
		return nil, err
	}
	listingfile.Sort(findings)
	for try := 1; ; try++ {
		mine := f.Content
		mine.Plans = withNumbers(mine.Plans, d.Content.Plans)
		from := base
		if base == AnyBase {
			from = d.Version
		}
		saved, err := s.drafts.Save(ctx, actor, st.ListingSlug, from, mine)
		if err == nil {
			changed, err := changedFields(d.Content, mine)
			return &Pushed{Slug: st.ListingSlug, Version: saved.Version, Changed: changed, Merged: saved.Merged, Findings: findings}, err
		}
		if base != AnyBase || try == tries || !errors.Is(err, models.ErrDraftConflict) {
			return nil, err
		}
		if d, st, err = s.drafts.Current(ctx, actor, st.ListingSlug); err != nil {
			return nil, err
		}
	}
}

// withNumbers gives plans that tell no number the one of the plan that has been
// called the same, so that its buyers stay with it.
func withNumbers(plans, have []models.PlanTerm) []models.PlanTerm {
	plans = slices.Clone(plans)
	told := map[int]bool{}
	for i := range plans {
		told[plans[i].Number] = true
	}
	for i := range plans {
		if plans[i].Number != 0 {
			continue
		}
		for _, old := range have {
			if old.Name == plans[i].Name && !told[old.Number] {
				plans[i].Number = old.Number
				told[old.Number] = true
				break
			}
		}
	}
	return plans
}

// changedFields names the fields of the file that differ.
func changedFields(before, after models.ListingContent) ([]string, error) {
	a, err := fieldsOf(before)
	if err != nil {
		return nil, err
	}
	b, err := fieldsOf(after)
	if err != nil {
		return nil, err
	}
	changed := []string{}
	for _, path := range models.ListingPaths() {
		if _, top := a[path]; !top {
			if _, top = b[path]; !top {
				continue
			}
		}
		if !bytes.Equal(a[path], b[path]) {
			changed = append(changed, path)
		}
	}
	return changed, nil
}

// fieldsOf are the fields of a content as JSON, without those that only say which
// listing it is.
func fieldsOf(c models.ListingContent) (map[string]json.RawMessage, error) {
	c.Slug, c.AppSlug, c.Type, c.Publisher = "", "", "", ""
	c.Permissions, c.Events, c.Scopes, c.SingleFilePaths = nil, nil, nil, nil
	text, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("filing: %w", err)
	}
	var fields map[string]json.RawMessage
	return fields, json.Unmarshal(text, &fields)
}
