package pictures

import (
	"context"
	"io"
	"slices"

	"souk/models"
	"souk/models/drafts"
)

// SetLogo sets the logo of a listing's draft, and the colour behind it, six hex
// digits or "". Without a file the logo stays. It returns Problems.
func (s *Service) SetLogo(ctx context.Context, actor models.Actor, slug string, file io.Reader, backdrop string) error {
	color, err := models.ParseColor(backdrop)
	if err != nil {
		return models.ErrPictureColor.On("backdrop")
	}
	logo, err := s.given(ctx, actor, models.PictureLogo, file)
	if err != nil {
		return err
	}
	_, err = s.drafts.Change(ctx, actor, slug, func(c *models.ListingContent) error {
		if logo.Hash == "" && c.Logo == nil {
			return models.ErrPictureMissing.On("picture")
		}
		if logo.Hash != "" {
			c.Logo = &models.Picture{Hash: logo.Hash}
		}
		c.LogoBackdrop = color
		return nil
	})
	return err
}

// RemoveLogo takes the logo from a listing's draft.
func (s *Service) RemoveLogo(ctx context.Context, actor models.Actor, slug string) error {
	_, err := s.drafts.Change(ctx, actor, slug, func(c *models.ListingContent) error {
		c.Logo, c.LogoBackdrop = nil, ""
		return nil
	})
	return err
}

// SetFeature sets the feature card of a listing's draft: its picture, and the
// colour of the name on it. Without a file the picture stays.
func (s *Service) SetFeature(ctx context.Context, actor models.Actor, slug string, file io.Reader, text string) error {
	color, err := models.ParseColor(text)
	if err != nil {
		return models.ErrPictureColor.On("text_color")
	}
	if color == "" {
		color = models.DefaultTextColor
	}
	card, err := s.given(ctx, actor, models.PictureFeature, file)
	if err != nil {
		return err
	}
	_, err = s.drafts.Change(ctx, actor, slug, func(c *models.ListingContent) error {
		if card.Hash == "" && c.Feature == nil {
			return models.ErrPictureMissing.On("picture")
		}
		if card.Hash != "" {
			c.Feature = &models.FeatureCard{Picture: models.Picture{Hash: card.Hash}}
		}
		c.Feature.TextColor = color
		return nil
	})
	return err
}

// RemoveFeature takes the feature card from a listing's draft.
func (s *Service) RemoveFeature(ctx context.Context, actor models.Actor, slug string) error {
	_, err := s.drafts.Change(ctx, actor, slug, func(c *models.ListingContent) error {
		c.Feature = nil
		return nil
	})
	return err
}

// given takes in a picture where a file was sent. A zero Image is none.
func (s *Service) given(ctx context.Context, actor models.Actor, use models.PictureUse, file io.Reader) (models.Image, error) {
	if file == nil {
		return models.Image{}, nil
	}
	img, err := s.Put(ctx, actor, use, file)
	return img, named(err)
}

// named is what is wrong with a picture as a problem of its field.
func named(err error) error {
	if known, ok := models.AsProblems(err); ok {
		return models.Problems{known[0].On("picture")}
	}
	return err
}

// caption checks the words below a screenshot.
func caption(text string) (string, error) {
	text, err := models.PlainText(text, models.MaxCaption, false)
	if known, ok := models.AsProblems(err); ok {
		return "", known[0].On("caption")
	}
	return text, err
}

// AddScreenshot adds a screenshot to the end of those of a listing's draft.
func (s *Service) AddScreenshot(ctx context.Context, actor models.Actor, slug string, file io.Reader, words string) error {
	words, err := caption(words)
	if err != nil {
		return err
	}
	if file == nil {
		return models.ErrPictureMissing.On("picture")
	}
	return s.shoot(ctx, actor, slug, "", file, func(c *models.ListingContent, hash string) error {
		if len(c.Screenshots) >= models.MaxScreenshots {
			return models.ErrPictureTooMany.On("picture")
		}
		c.Screenshots = append(c.Screenshots, models.Picture{Hash: hash, Caption: words})
		return nil
	})
}

// ChangeScreenshot puts other words below a screenshot and, where a file was
// sent, another picture in its place. It returns ErrPictureGone where the draft
// doesn't have it any more.
func (s *Service) ChangeScreenshot(ctx context.Context, actor models.Actor, slug, hash string, file io.Reader, words string) error {
	words, err := caption(words)
	if err != nil {
		return err
	}
	change := func(c *models.ListingContent, by string) error {
		i, err := indexOf(c, hash)
		if err != nil {
			return err
		}
		c.Screenshots[i] = models.Picture{Hash: by, Caption: words}
		return nil
	}
	if file != nil {
		return s.shoot(ctx, actor, slug, hash, file, change)
	}
	_, err = s.drafts.Change(ctx, actor, slug, func(c *models.ListingContent) error { return change(c, hash) })
	return err
}

// MoveScreenshot moves a screenshot to another place, counted from 0; what is
// past the end is the end.
func (s *Service) MoveScreenshot(ctx context.Context, actor models.Actor, slug, hash string, to int) error {
	_, err := s.drafts.Change(ctx, actor, slug, func(c *models.ListingContent) error {
		i, err := indexOf(c, hash)
		if err != nil {
			return err
		}
		shot := c.Screenshots[i]
		rest := slices.Delete(c.Screenshots, i, i+1)
		c.Screenshots = slices.Insert(rest, min(max(to, 0), len(rest)), shot)
		return nil
	})
	return err
}

// RemoveScreenshot takes a screenshot from a listing's draft.
func (s *Service) RemoveScreenshot(ctx context.Context, actor models.Actor, slug, hash string) error {
	_, err := s.drafts.Change(ctx, actor, slug, func(c *models.ListingContent) error {
		i, err := indexOf(c, hash)
		if err != nil {
			return err
		}
		c.Screenshots = slices.Delete(c.Screenshots, i, i+1)
		return nil
	})
	return err
}

func indexOf(c *models.ListingContent, hash string) (int, error) {
	i := slices.IndexFunc(c.Screenshots, func(p models.Picture) bool { return p.Hash == hash })
	if i < 0 {
		return 0, models.ErrPictureGone
	}
	return i, nil
}

// shoot takes in a screenshot and puts it into the draft, unless it is there
// already or has another shape than the others. Instead is the one that it
// replaces.
func (s *Service) shoot(ctx context.Context, actor models.Actor, slug, instead string, file io.Reader, change func(*models.ListingContent, string) error) error {
	img, err := s.Put(ctx, actor, models.PictureScreenshot, file)
	if err != nil {
		return named(err)
	}
	d, _, err := s.drafts.Current(ctx, actor, slug)
	if err != nil {
		return err
	}
	known, err := s.Known(ctx, hashes(d)...)
	if err != nil {
		return err
	}
	_, err = s.drafts.Change(ctx, actor, slug, func(c *models.ListingContent) error {
		for _, other := range c.Screenshots {
			if other.Hash == instead {
				continue
			}
			if other.Hash == img.Hash {
				return models.ErrPictureTwice.On("picture")
			}
			if o, ok := known[other.Hash]; ok && !models.SameRatio(img.Width, img.Height, o.Width, o.Height) {
				return models.ErrPictureRatioDiffers.On("picture")
			}
		}
		return change(c, img.Hash)
	})
	return err
}

// hashes are those of a draft's pictures.
func hashes(d *drafts.Draft) []string {
	var all []string
	if d.Content.Logo != nil {
		all = append(all, d.Content.Logo.Hash)
	}
	if d.Content.Feature != nil {
		all = append(all, d.Content.Feature.Hash)
	}
	for _, p := range d.Content.Screenshots {
		all = append(all, p.Hash)
	}
	return all
}

// Shown are the pictures of a listing's draft, with what is known of them.
func (s *Service) Shown(ctx context.Context, d *drafts.Draft) (map[string]models.Image, error) {
	return s.Known(ctx, hashes(d)...)
}
