package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"souk/models"
)

func (l *listingCommand) push(ctx context.Context, name string) error {
	text, f, found, err := l.read(ctx, name)
	if err != nil {
		return err
	}
	if f == nil || models.Blocking(found) {
		told := tell(found)
		if err := l.print(name, told, nil); err != nil {
			return err
		}
		return l.verdict(told)
	}
	c, err := l.client()
	if err != nil {
		return err
	}
	sent := f.Content
	uploaded, err := l.upload(ctx, c, name, &sent)
	if err != nil {
		return err
	}
	p, err := l.write(ctx, c, text, &sent)
	if err != nil {
		return err
	}
	// The server saw other lines than those of the file.
	for i := range p.Findings {
		at := []models.Finding{{Field: p.Findings[i].Field}}
		f.Locate(at)
		p.Findings[i].Line = at[0].Line
	}
	if err := l.remember(name, text, p); err != nil {
		return err
	}
	in, err := l.submit(ctx, c, p)
	if e := l.report(name, p, uploaded, in); e != nil {
		return e
	}
	if err != nil {
		return err
	}
	if !l.opts.submit {
		return l.judged(p)
	}
	return nil
}

// judged fails where --strict was given and there is something to mend; a draft
// alone need not be ready.
func (l *listingCommand) judged(p *pushedDraft) error {
	if !l.opts.strict {
		return nil
	}
	for _, f := range p.Findings {
		if f.Severity != string(models.SeverityHint) {
			return errors.New("there is something to mend, and --strict was given")
		}
	}
	return nil
}

// write puts the content into the draft of the app's listing.
func (l *listingCommand) write(ctx context.Context, c *client, text []byte, sent *models.ListingContent) (*pushedDraft, error) {
	app := l.opts.app
	for _, s := range []string{sent.AppSlug, sent.Slug} {
		if app == "" {
			app = s
		}
	}
	if app == "" {
		return nil, usageError("the file names neither app_slug nor slug; say --app SLUG")
	}
	match := ""
	if base, ok := baseOf(text); ok {
		match = strconv.Quote(strconv.Itoa(base))
	}
	if l.opts.force {
		match = "*"
	}
	body, err := json.Marshal(sent)
	if err != nil {
		return nil, err
	}
	p, err := c.push(ctx, app, match, body)
	if refused, ok := errors.AsType[*refusedError](err); ok {
		switch refused.Code {
		case "draft_base":
			return nil, errors.New("the app has a listing already, and the file doesn't say which version of its draft it was made of; pull it first, or say --force to replace the draft by this file")
		case "draft_conflict":
			return nil, fmt.Errorf("somebody else has changed the same since the file was pulled: %s; nothing was written. Pull it to another file to compare, or say --force to replace the draft by this file", strings.Join(refused.fields(), ", "))
		}
	}
	return p, err
}

// upload sends the pictures that a content names by file, and names them by hash.
func (l *listingCommand) upload(ctx context.Context, c *client, name string, sent *models.ListingContent) (uploaded int, err error) {
	copyPictures(sent)
	for _, p := range picturesOf(sent) {
		if p.picture.File == "" {
			continue
		}
		if !filepath.IsLocal(p.picture.File) {
			return uploaded, fmt.Errorf("%s: %s isn't beside the file", p.field, p.picture.File)
		}
		picture, err := os.ReadFile(filepath.Join(filepath.Dir(name), p.picture.File))
		if err != nil {
			return uploaded, fmt.Errorf("%s: %w", p.field, err)
		}
		hash, err := c.upload(ctx, p.use, picture)
		if err != nil {
			return uploaded, fmt.Errorf("%s (%s): %s", p.field, p.picture.File, sentence(err))
		}
		p.picture.File, p.picture.Hash = "", hash
		uploaded++
	}
	return uploaded, nil
}

// copyPictures lets pictures be changed without changing the file's.
func copyPictures(c *models.ListingContent) {
	if c.Logo != nil {
		c.Logo = new(*c.Logo)
	}
	if c.Feature != nil {
		c.Feature = new(*c.Feature)
	}
	c.Screenshots = append([]models.Picture(nil), c.Screenshots...)
}

type usedPicture struct {
	field   string
	use     models.PictureUse
	picture *models.Picture
}

func picturesOf(c *models.ListingContent) []usedPicture {
	var all []usedPicture
	if c.Logo != nil {
		all = append(all, usedPicture{"logo", models.PictureLogo, c.Logo})
	}
	if c.Feature != nil {
		all = append(all, usedPicture{"feature", models.PictureFeature, &c.Feature.Picture})
	}
	for i := range c.Screenshots {
		all = append(all, usedPicture{fmt.Sprintf("screenshots[%d]", i), models.PictureScreenshot, &c.Screenshots[i]})
	}
	return all
}

// remember writes the new version into the file's first line, if the file said
// one, so that the next push is merged with what comes after it.
func (l *listingCommand) remember(name string, text []byte, p *pushedDraft) error {
	base, said := baseOf(text)
	if !said || base == p.Version || name == "-" {
		return nil
	}
	return writeListing(name, withBase(text, p.Version, p.Slug), true)
}

func (l *listingCommand) submit(ctx context.Context, c *client, p *pushedDraft) (*handedIn, error) {
	if !l.opts.submit {
		return nil, nil
	}
	if !p.Ready {
		return nil, errors.New("the draft was written but not handed in: mend the errors first")
	}
	in, err := c.submit(ctx, p.Slug, p.Version, l.opts.note)
	if err != nil {
		return nil, fmt.Errorf("the draft was written but not handed in: %s", sentence(err))
	}
	return in, nil
}

func (l *listingCommand) report(name string, p *pushedDraft, uploaded int, in *handedIn) error {
	if l.opts.json {
		return l.print(name, p.Findings, map[string]any{"slug": p.Slug, "version": p.Version, "created": p.Created, "changed": p.Changed,
			"merged": p.Merged, "uploaded": uploaded, "ready": p.Ready, "url": p.URL, "submitted": in != nil, "live": in != nil && in.Live})
	}
	if err := l.print(name, p.Findings, nil); err != nil {
		return err
	}
	out := l.sys.stdout
	if p.Created {
		fmt.Fprintf(out, "Made the listing %s.\n", p.Slug)
	}
	if uploaded > 0 {
		fmt.Fprintf(out, "Uploaded %d %s.\n", uploaded, plural(uploaded, "picture", "pictures"))
	}
	if len(p.Changed) == 0 {
		fmt.Fprintf(out, "The draft says the same already (version %d).\n", p.Version)
	} else {
		fmt.Fprintf(out, "Changed in the draft (version %d): %s.\n", p.Version, strings.Join(p.Changed, ", "))
	}
	if len(p.Merged) > 0 {
		fmt.Fprintf(out, "Others had changed, and it stays so: %s. Pull to have it in the file.\n", strings.Join(p.Merged, ", "))
	}
	switch {
	case in != nil && in.Live:
		fmt.Fprintln(out, "It is live already, and will be looked at after.")
	case in != nil:
		fmt.Fprintf(out, "Handed in. How it stands: %s\n", in.URL)
	case p.Ready:
		fmt.Fprintf(out, "It could be handed in: %s\n", p.URL)
	}
	return nil
}
