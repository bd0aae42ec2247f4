package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"souk/models"
)

// messages are what GitHub's API says of an error; clients look for some of them.
var messages = map[string]string{
	models.ErrNotFound.Code:         "Not Found",
	models.ErrSignInNeeded.Code:     "Requires authentication",
	models.ErrBadToken.Code:         "Bad credentials",
	models.ErrBadClient.Code:        "Bad credentials",
	models.ErrAppToken.Code:         "A JSON web token could not be decoded",
	models.ErrAppTokenFar.Code:      "'Expiration time' claim ('exp') is too far in the future",
	models.ErrAppTokenExpiry.Code:   "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
	models.ErrAppTokenIssued.Code:   "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
	models.ErrAppNoKey.Code:         "Integration must generate a public key",
	models.ErrAppUnknown.Code:       "Integration not found",
	models.ErrScopeNeeded.Code:      "Resource not accessible by personal access token",
	models.ErrMethodNotAllowed.Code: "Not Found",
	models.ErrAgentNeeded.Code:      "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.",
	models.ErrAPIVersion.Code:       "The X-GitHub-Api-Version header names no version of this API.",
}

// message is the body of an error of GitHub's API.
type message struct {
	Message       string         `json:"message"`
	Errors        []messageField `json:"errors,omitempty"`
	Documentation string         `json:"documentation_url"`
	Status        string         `json:"status"`
}

type messageField struct {
	Resource string `json:"resource"`
	Field    string `json:"field"`
	Code     string `json:"code"`
}

// writeMessage answers an error in the form that clients of GitHub's API know. A
// value that isn't one is a matter of 422 there.
func writeMessage(c echo.Context, known *models.Error, status int) error {
	m := message{Documentation: Requested(c).Base + "/docs/webhooks"}
	switch {
	case known.Code == models.ErrMethodNotAllowed.Code:
		status = http.StatusNotFound
	case known.Code == models.ErrUnknownChoice.Code:
		status = http.StatusUnprocessableEntity
		m.Message, m.Errors = "Validation Failed", []messageField{{Resource: "Marketplace", Field: known.Field, Code: "invalid"}}
	}
	m.Message = cmp.Or(m.Message, messages[known.Code], http.StatusText(status))
	m.Status = strconv.Itoa(status)
	b, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("web: message: %w", err)
	}
	h := c.Response().Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	return send(c, status, b)
}

// RequestID is the name of a request, which it gets if it has none.
func RequestID(c echo.Context) string {
	v := Requested(c)
	if v.ID == "" {
		v.ID = newRequestID()
	}
	return v.ID
}
