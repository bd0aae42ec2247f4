package invoices

import (
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	pages "souk/templates/invoices"
	"souk/web"
	"souk/web/paths"
)

type verifyInput struct {
	Reference string `query:"reference"`
	Hash      string `query:"hash"`
}

// Find looks for the document that has a number and a hash, for anyone.
func (h *Invoices) Find(c echo.Context) error {
	web.NoStore(c)
	in, err := web.Bind[verifyInput](c)
	if err != nil {
		return err
	}
	v := pages.Verification{Base: web.Requested(c).Base, Reference: in.Reference, Hash: in.Hash}
	if strings.TrimSpace(in.Reference) == "" && strings.TrimSpace(in.Hash) == "" {
		return web.Page(c, pages.VerifyPage(v))
	}
	r, err := h.invoices.Find(c.Request().Context(), in.Reference, in.Hash)
	if err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			v.Problems = problems(p)
			return pages.VerifyPage(v)
		})
	}
	v.Found = proof(r)
	return web.Page(c, pages.VerifyPage(v))
}

// Verify shows whether the document with a token is what was issued, to anyone.
func (h *Invoices) Verify(c echo.Context) error {
	web.NoStore(c)
	r, err := h.invoices.Verify(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	v := pages.Verification{Base: web.Requested(c).Base, Found: proof(r), Reference: r.Reference}
	return web.Page(c, pages.VerifyPage(v))
}

type keySet struct {
	Keys      []key  `json:"keys"`
	Statement string `json:"statement"`
	Receipts  string `json:"receipts"`
}

// key is an OKP key of RFC 8037.
type key struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	Alg string `json:"alg"`
	Use string `json:"use"`
	X   string `json:"x"`
	PEM string `json:"pem"`
}

// Key publishes the key that signatures are checked with, and what is signed.
func (h *Invoices) Key(c echo.Context) error {
	public, err := h.invoices.PublicKey()
	if err != nil {
		return err
	}
	return web.JSON(c, http.StatusOK, keySet{Keys: []key{{"OKP", "Ed25519", "EdDSA", "sig", base64.RawURLEncoding.EncodeToString(public.Raw), public.PEM}},
		Statement: "souk receipt\n{reference}\n{sha256 of reference, line break and document, in hexadecimal}\n", Receipts: web.Requested(c).Base + paths.Receipts})
}

// PEM is the same key as OpenSSL reads it.
func (h *Invoices) PEM(c echo.Context) error {
	public, err := h.invoices.PublicKey()
	if err != nil {
		return err
	}
	return web.Blob(c, "application/x-pem-file", []byte(public.PEM), 0)
}
