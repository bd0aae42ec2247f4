package media

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
)

// Bounds of what a form with a picture may hold beside it.
const (
	maxParts = 20
	maxText  = 8 << 10
)

// receiving is how long a file may take to arrive.
const receiving = 75 * time.Second

// form is a form that may hold a file, in the field "picture".
type form struct {
	url.Values
	file []byte // nil: none was sent
	big  bool   // it was, and is too large to be kept
}

// picture is the file to read, nil where none was sent.
func (f *form) picture() io.Reader {
	if f.file == nil && !f.big {
		return nil
	}
	if f.big { // one byte more than is taken
		return io.LimitReader(zeros{}, models.MaxPictureBytes+1)
	}
	return bytes.NewReader(f.file)
}

// zeros is endless.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// read reads a form part by part, so that no more of it is in memory than a
// picture may have, and nothing on disk. What is larger is read to its end, so
// that the browser gets to read the answer. The slot for it must be held.
func read(c echo.Context) (*form, error) {
	r := c.Request()
	// A connection without deadlines, as in tests, has none to set.
	_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Now().Add(receiving))
	f := &form{Values: url.Values{}}
	parts, err := r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		if err := r.ParseForm(); err != nil {
			return nil, models.ErrBadParameter.Because(err)
		}
		f.Values = r.PostForm
		return f, nil
	}
	if err != nil {
		return nil, models.ErrBadParameter.Because(err)
	}
	for range maxParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err == nil {
			err = f.add(part)
		}
		if err != nil {
			return nil, broken(err)
		}
	}
	return nil, models.ErrBadParameter
}

func (f *form) add(part *multipart.Part) error {
	defer part.Close()
	if part.FormName() != "picture" {
		text, err := io.ReadAll(io.LimitReader(part, maxText))
		f.Add(part.FormName(), string(text))
		return err
	}
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(part, models.MaxPictureBytes+1))
	if err != nil {
		return err
	}
	if n > models.MaxPictureBytes {
		f.big = true
		_, err = io.Copy(io.Discard, part)
		return err
	}
	if n > 0 || part.FileName() != "" {
		f.file = b.Bytes()
	}
	if f.file == nil && part.FileName() != "" {
		f.file = []byte{}
	}
	return nil
}

// broken is a form that couldn't be read to its end: too large in all, or cut
// off.
func broken(err error) error {
	if he, ok := errors.AsType[*echo.HTTPError](err); ok {
		return he
	}
	return models.ErrBadParameter.Because(fmt.Errorf("media: upload: %w", err))
}
