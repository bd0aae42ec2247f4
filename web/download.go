package web

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// downloadTime bounds how long a download may take: it isn't bound by the time
// that pages have.
const downloadTime = 5 * time.Minute

// Download answers with a file that is written while it is read, for nobody
// else to keep. What goes wrong on the way breaks the connection off, so that
// half a file never passes for a whole one.
func Download(c echo.Context, name, mediaType string, write func(context.Context, io.Writer) error) error {
	h := c.Response().Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Cache-Control", "private, no-store")
	c.Response().WriteHeader(http.StatusOK)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), downloadTime)
	defer cancel()
	w := bufio.NewWriterSize(c.Response(), 64<<10)
	err := write(ctx, w)
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		if c.Request().Context().Err() == nil {
			slog.Error("download broken off", "path", c.Request().URL.Path, "error", err)
		}
		panic(http.ErrAbortHandler)
	}
	return nil
}
