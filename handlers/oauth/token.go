package oauth

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"souk/models"
	oauthverbs "souk/models/oauth"
	"souk/web"
	"souk/web/paths"
)

// descriptions are what apps read beside the codes of errors. They are for those who
// write apps, in the language of the protocol.
var descriptions = map[string]string{
	"access_denied":                "The user has denied your application access.",
	"application_suspended":        "Your application has been suspended.",
	"redirect_uri_mismatch":        "The redirect_uri MUST match the registered callback URL for this application.",
	"incorrect_client_credentials": "The client_id and/or client_secret passed are incorrect.",
	"bad_verification_code":        "The code passed is incorrect or expired.",
	"unverified_user_email":        "The user must have a verified primary email.",
	"bad_refresh_token":            "The refresh token passed is incorrect or expired.",
	"unsupported_grant_type":       "The grant_type is not supported.",
}

// codeOf is what apps read of an error, "" for one that isn't theirs to know.
func codeOf(err error) string {
	known, ok := errors.AsType[*models.Error](err)
	switch {
	case !ok:
		return ""
	case known.Code == models.ErrBadClient.Code:
		return "incorrect_client_credentials"
	case descriptions[known.Code] != "":
		return known.Code
	}
	return ""
}

func helpAt(c echo.Context) string { return web.Requested(c).Base + paths.Doc("authorizing-apps") }

// maxParameters bounds the body of a request for a token.
const maxParameters = 64 << 10

// parameters are those of a request for a token: in the address, or in a form or a
// JSON object.
func parameters(c echo.Context) (url.Values, error) {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, maxParameters)
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/json" {
		if err := r.ParseForm(); err != nil {
			return nil, models.ErrBadParameter.Because(err)
		}
		return r.Form, nil
	}
	q := r.URL.Query()
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return nil, models.ErrBadParameter.Because(err)
	}
	for name, value := range body {
		if text, ok := value.(string); ok {
			q.Set(name, text)
		}
	}
	return q, nil
}

// credentials are an app's, in the header or among the parameters.
func credentials(c echo.Context, p url.Values) (id, secret string) {
	if id, secret, ok := c.Request().BasicAuth(); ok {
		return unescaped(id), unescaped(secret)
	}
	return p.Get("client_id"), p.Get("client_secret")
}

// unescaped undoes what RFC 6749 does to credentials in a header.
func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// Token gives an app a token for a code, or another one for a refresh token. Whatever
// is wrong with what it sent is told with status 200.
func (h *OAuth) Token(c echo.Context) error {
	web.NoStore(c)
	p, err := parameters(c)
	if err != nil {
		return err
	}
	issued, err := h.issue(c, p)
	code := codeOf(err)
	switch {
	case err == nil:
		return reply(c, tokenReply(issued))
	case code == "":
		return err
	}
	return reply(c, []field{{"error", code}, {"error_description", descriptions[code]}, {"error_uri", helpAt(c)}})
}

func (h *OAuth) issue(c echo.Context, p url.Values) (*oauthverbs.Issued, error) {
	ctx := c.Request().Context()
	id, secret := credentials(c, p)
	switch kind := p.Get("grant_type"); {
	case kind == "refresh_token":
		return h.oauth.Refresh(ctx, id, secret, p.Get("refresh_token"))
	case p.Get("code") == "" && kind != "" && kind != "authorization_code":
		return nil, models.ErrGrantType
	}
	return h.oauth.Exchange(ctx, oauthverbs.Exchange{ClientID: id, Secret: secret, Code: p.Get("code"), RedirectURI: p.Get("redirect_uri"), Verifier: p.Get("code_verifier")})
}

// field is one value of a reply.
type field struct {
	name  string
	value any
}

func tokenReply(i *oauthverbs.Issued) []field {
	out := []field{{"access_token", i.Token}}
	if i.Refresh != "" {
		out = append(out, field{"expires_in", int64(i.ExpiresIn.Seconds())}, field{"refresh_token", i.Refresh},
			field{"refresh_token_expires_in", int64(i.RefreshExpiresIn.Seconds())})
	}
	return append(out, field{"scope", strings.Join(i.Scopes, ",")}, field{"token_type", "bearer"})
}

// reply answers in the form that the app asked for: as a form, unless it names JSON or
// XML.
func reply(c echo.Context, fields []field) error {
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
	h.Set("Vary", "Accept")
	accept := c.Request().Header.Get("Accept")
	switch {
	case strings.Contains(accept, "json"):
		return c.JSONBlob(http.StatusOK, asJSON(fields))
	case strings.Contains(accept, "xml") && !strings.Contains(accept, "html"):
		return c.Blob(http.StatusOK, "application/xml; charset=utf-8", asXML(fields))
	}
	return c.Blob(http.StatusOK, "application/x-www-form-urlencoded; charset=utf-8", asForm(fields))
}

func asJSON(fields []field) []byte {
	out := map[string]any{}
	for _, f := range fields {
		out[f.name] = f.value
	}
	b, err := json.Marshal(out)
	if err != nil {
		panic(err) // texts and numbers
	}
	return b
}

func asForm(fields []field) []byte {
	q := url.Values{}
	for _, f := range fields {
		q.Set(f.name, text(f.value))
	}
	return []byte(q.Encode())
}

func asXML(fields []field) []byte {
	var b strings.Builder
	b.WriteString("<OAuth>\n")
	for _, f := range fields {
		fmt.Fprintf(&b, "  <%s>", f.name)
		_ = xml.EscapeText(&b, []byte(text(f.value))) // a Builder takes everything
		fmt.Fprintf(&b, "</%s>\n", f.name)
	}
	b.WriteString("</OAuth>\n")
	return []byte(b.String())
}

func text(v any) string {
	if n, ok := v.(int64); ok {
		return strconv.FormatInt(n, 10)
	}
	return fmt.Sprint(v)
}

// Server describes what there is here to programs (RFC 8414). There are no ID tokens.
func (h *OAuth) Server(c echo.Context) error {
	base := web.Requested(c).Base
	scopes := []string{}
	for _, s := range models.Scopes() {
		scopes = append(scopes, s.Name)
	}
	return web.JSON(c, http.StatusOK, map[string]any{
		"issuer": base + paths.OAuthIssuer, "authorization_endpoint": base + paths.Authorize, "token_endpoint": base + paths.OAuthToken,
		"response_types_supported": []string{"code"}, "response_modes_supported": []string{"query"},
		"grant_types_supported":                 []string{"authorization_code", "refresh_token"},
		"code_challenge_methods_supported":      []string{"S256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
		"scopes_supported":                      scopes, "ui_locales_supported": []string{"en", "zh-CN", "ja", "fr"},
		"service_documentation": helpAt(c),
	})
}
