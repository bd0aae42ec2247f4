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

// PictureUpload is a picture to keep: the body is its file.
type PictureUpload struct {
	Use PictureUse `query:"use" default:"screenshot" description:"What it is for, which says how large it has to be."`
}

// KeptPicture is a picture as it is kept: written anew, without anything that
// isn't the picture.
type KeptPicture struct {
	Hash      string `json:"hash" description:"Stands for the picture in a listing's file."`
	MediaType string `json:"media_type"`
	Width     int    `json:"width" minimum:"1"`
	Height    int    `json:"height" minimum:"1"`
	URL       string `json:"url" format:"uri"`
}

// upload keeps a picture. It reads the body only once it is its turn.
func (a *API) upload() echo.HandlerFunc {
	read := readerOf[PictureUpload]()
	return web.AtMost("6M")(func(c echo.Context) error {
		in, err := read(c)
		if err != nil {
			return err
		}
		ctx := c.Request().Context()
		img, err := a.filing.Picture(ctx, web.ActorOf(c), models.PictureUse(in.Use), c.Request().Body)
		if err != nil {
			return err
		}
		return answer(c, KeptPicture{Hash: img.Hash, MediaType: img.MediaType, Width: img.Width, Height: img.Height, URL: view.From(ctx).Base + paths.Image(img.Hash)})
	})
}
