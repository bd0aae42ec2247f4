package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/web/paths"
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
	models.ErrCrossSite.Code:        "This request was sent from another site.",
	models.ErrBodyJSON.Code:         "Problems parsing JSON",
	models.ErrBodyObject.Code:       "Body should be a JSON object",

	models.ErrNotForApps.Code:           "Resource not accessible by integration",
	models.ErrUserTokenNeeded.Code:      "You must authenticate with an access token authorized to a GitHub App in order to list installations",
	models.ErrInstallationStopped.Code:  "This installation has been suspended",
	models.ErrInstallPolicy.Code:        "The organization's policy doesn't allow this app.",
	models.ErrTokenBeyond.Code:          "The permissions requested are not granted to this installation.",
	models.ErrTokenRepositories.Code:    "There is at least one repository that does not exist or is not accessible to the parent installation.",
	models.ErrTooManyTokenSelected.Code: "A token can be limited to at most 500 repositories.",
	models.ErrSelectionNeeded.Code:      "An installation keeps at least one repository, and all of them cannot be reduced one by one.",
	models.ErrRepositoryTaken.Code:      "Repository creation failed.",
	models.ErrSuspended.Code:            "Sorry. Your account was suspended.",
	models.ErrOwnerNeeded.Code:          "An owner of the organization has to decide on that.",
}

// tooOften is said to whoever asks too much: clients look for some of its words, and for
// how the address of its documentation ends, and wait for as long as Retry-After says.
const tooOften = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."

// malformed is what can't be read at all, and no matter of validation.
var malformed = []string{models.ErrBodyJSON.Code, models.ErrBodyObject.Code, models.ErrAPIVersion.Code, models.ErrBadParameter.Code}

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
	Message  string `json:"message,omitempty"`
}

// writeMessage answers an error in the form that clients of GitHub's API know. A
// value that isn't one is a matter of 422 there.
func writeMessage(c echo.Context, known *models.Error, status int) error {
	page, resource := "installation-tokens", "Installation"
	if strings.HasPrefix(c.Request().URL.Path, paths.V3Listing) || strings.HasPrefix(c.Request().URL.Path, paths.V3Purchases) {
		page, resource = "webhooks", "Marketplace"
	}
	if paths.MakesRepositories(c.Request().URL.Path) {
		resource = "Repository"
	}
	m := message{Documentation: Requested(c).Base + paths.Doc(page)}
	switch {
	case known.Code == models.ErrMethodNotAllowed.Code:
		status = http.StatusNotFound
	case known.Kind == models.TooMany:
		status, m.Message = http.StatusForbidden, tooOften
		m.Documentation = Requested(c).Base + paths.Doc("installation-tokens") + "#secondary-rate-limits"
	case known.Kind == models.Invalid && !slices.Contains(malformed, known.Code):
		status = http.StatusUnprocessableEntity
		if known.Field != "" && messages[known.Code] == "" {
			m.Message, m.Errors = "Validation Failed", []messageField{{Resource: resource, Field: known.Field, Code: "invalid"}}
		}
		if known.Code == models.ErrRepositoryTaken.Code {
			m.Errors = []messageField{{Resource: resource, Field: known.Field, Code: "custom", Message: "name already exists on this account"}}
		}
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
