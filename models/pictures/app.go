package pictures

import (
	"context"
	"fmt"
	"io"

	"souk/models"
	"souk/models/apps"
	"souk/models/audit"
	"souk/models/db"
)

// App returns an app whose logo the actor may change, and what is known of the
// logo; nil where it has none. It returns ErrNotFound.
func (s *Service) App(ctx context.Context, actor models.Actor, slug string) (*apps.Standing, *models.Image, error) {
	st, err := apps.Of(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, nil, err
	}
	if err := actor.MayManageApp(st.Rights()); err != nil {
		return nil, nil, err
	}
	if st.LogoHash == "" {
		return st, nil, nil
	}
	known, err := s.Known(ctx, st.LogoHash)
	if img, ok := known[st.LogoHash]; ok {
		return st, &img, nil
	}
	return st, nil, err
}

// SetAppLogo sets an app's logo, and the colour behind it. Without a file the
// logo stays. It returns Problems.
func (s *Service) SetAppLogo(ctx context.Context, actor models.Actor, slug string, file io.Reader, backdrop string) error {
	if _, _, err := s.App(ctx, actor, slug); err != nil {
		return err
	}
	color, err := models.ParseColor(backdrop)
	if err != nil {
		return models.ErrPictureColor.On("backdrop")
	}
	logo, err := s.given(ctx, actor, models.PictureLogo, file)
	if err != nil {
		return err
	}
	return s.changeApp(ctx, actor, slug, func(a *models.App) error {
		if logo.Hash == "" && a.LogoHash == "" {
			return models.ErrPictureMissing.On("picture")
		}
		if logo.Hash != "" {
			a.LogoHash = logo.Hash
		}
		a.LogoBackdrop = color
		return nil
	})
}

// RemoveAppLogo takes the logo from an app.
func (s *Service) RemoveAppLogo(ctx context.Context, actor models.Actor, slug string) error {
	return s.changeApp(ctx, actor, slug, func(a *models.App) error {
		a.LogoHash, a.LogoBackdrop = "", ""
		return nil
	})
}

func (s *Service) changeApp(ctx context.Context, actor models.Actor, slug string, change func(*models.App) error) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := apps.Of(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		if err := actor.MayManageApp(st.Rights()); err != nil {
			return err
		}
		was := st.App
		if err := change(&st.App); err != nil {
			return err
		}
		if was.LogoHash == st.LogoHash && was.LogoBackdrop == st.LogoBackdrop {
			return nil
		}
		_, err = tx.Pgx.Exec(ctx, `UPDATE apps SET logo_hash = $2, logo_backdrop = $3, updated_at = $4 WHERE id = $1`, st.ID, st.LogoHash, st.LogoBackdrop, s.now())
		if err != nil {
			return fmt.Errorf("pictures: app: %w", err)
		}
		return audit.Record(ctx, tx, actor, models.AuditEvent{Action: "app.logo", AccountID: st.AccountID, TargetKind: "app", TargetID: &st.ID,
			TargetName: st.Slug, Before: details(was), After: details(st.App)})
	})
}

func details(a models.App) map[string]any {
	return map[string]any{"logo": a.LogoHash, "backdrop": a.LogoBackdrop}
}
