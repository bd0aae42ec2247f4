package filing

import (
	"context"
	"io"

	"souk/models"
)

// Upload keeps a picture that a file is to name by its hash, as pictures.Put
// does. It waits until there is room for it before it reads.
func (s *Service) Upload(ctx context.Context, actor models.Actor, use models.PictureUse, r io.Reader) (models.Image, error) {
	if err := actor.MayByToken(models.ScopeMarketplace); err != nil {
		return models.Image{}, err
	}
	done, err := s.pictures.Receive(ctx)
	if err != nil {
		return models.Image{}, err
	}
	defer done()
	return s.pictures.Put(ctx, actor, use, r)
}
