package api

import (
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/web"
	"souk/web/paths"
	"souk/web/view"
)

// PictureUse is what a picture is for.
type PictureUse string

// Enum lists the uses.
func (PictureUse) Enum() []any { return values(models.PictureUses()) }

// ImageUpload is a picture to keep: the body is its file.
type ImageUpload struct {
	Use     PictureUse `query:"use" required:"true" description:"What it is for, which says how large it has to be."`
	Picture []byte     `body:"picture"`
}

// StoredImage is a picture as it is kept: written anew, without anything that
// isn't the picture.
type StoredImage struct {
	Hash      string `json:"hash" description:"By which a listing's file names the picture."`
	MediaType string `json:"media_type"`
	Width     int    `json:"width" minimum:"1"`
	Height    int    `json:"height" minimum:"1"`
	URL       string `json:"url" format:"uri"`
}

// images keeps a picture. The body is read by the verb alone, once there is room
// for it.
func (a *API) images() echo.HandlerFunc {
	read := readerOf[ImageUpload]()
	return func(c echo.Context) error {
		in, err := read(c)
		if err != nil {
			return err
		}
		ctx := c.Request().Context()
		img, err := a.filing.Upload(ctx, web.ActorOf(c), models.PictureUse(in.Use), c.Request().Body)
		if err != nil {
			return err
		}
		return answer(c, StoredImage{Hash: img.Hash, MediaType: img.MediaType, Width: img.Width, Height: img.Height, URL: view.From(ctx).Base + paths.Image(img.Hash)})
	}
}
