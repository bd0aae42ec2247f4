package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/listingfile"
)

// readBody reads what a request sends: a file as it stands, or JSON with known
// fields alone. An empty body is an empty value.
func (p *parameter) readBody(c echo.Context, field reflect.Value) error {
	// One byte more than fits, so that what reads it sees that it doesn't.
	text, err := io.ReadAll(io.LimitReader(c.Request().Body, listingfile.MaxBytes+1))
	if err != nil {
		if known, ok := errors.AsType[*echo.HTTPError](err); ok {
			return known
		}
		return models.ErrBadParameter.On(p.name).Because(errors.New("it broke off"))
	}
	if p.from == "file" {
		field.SetBytes(text)
		return nil
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(field.Addr().Interface()); err != nil {
		return models.ErrBadParameter.On(p.name).Because(fmt.Errorf("%w", err))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return models.ErrBadParameter.On(p.name).Because(errors.New("something stands behind the JSON"))
	}
	return nil
}
