package machines

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"souk/templates/outside"
	"souk/web"
	"souk/web/paths"
)

// suggestions is how many listings a browser is offered; maxTyped bounds what
// was typed, in bytes.
const (
	suggestions = 8
	maxTyped    = 200
)

// OpenSearch describes the search to browsers.
func (m *Machines) OpenSearch(c echo.Context) error {
	body, err := outside.OpenSearch(c.Request().Context())
	if err != nil {
		return err
	}
	varies(c)
	return web.Blob(c, "application/opensearchdescription+xml; charset=utf-8", body, time.Hour)
}

// Suggest answers a browser's address bar, in the form of the OpenSearch
// Suggestions extension: what was typed, names, what they are, and where.
func (m *Machines) Suggest(c echo.Context) error {
	in, err := web.Bind[struct {
		Text string `query:"q"`
	}](c)
	if err != nil {
		return err
	}
	typed := strings.ToValidUTF8(in.Text[:min(len(in.Text), maxTyped)], "")
	names, taglines, addresses := []string{}, []string{}, []string{}
	if strings.TrimSpace(typed) != "" {
		v, ctx := web.Requested(c), c.Request().Context()
		hits, err := m.search.Suggest(ctx, typed, v.Lang, suggestions)
		if err != nil {
			return fmt.Errorf("machines: suggest: %w", err)
		}
		ids := make([]int64, len(hits))
		for i, h := range hits {
			ids[i] = h.ID
		}
		cards, err := m.catalog.Cards(ctx, v.Lang, ids)
		if err != nil {
			return err
		}
		for i := range cards {
			names = append(names, cards[i].Name)
			taglines = append(taglines, cards[i].Tagline)
			addresses = append(addresses, v.Base+paths.Localized(v.Lang, paths.Listing(cards[i].Slug)))
		}
	}
	body, err := json.Marshal([]any{in.Text, names, taglines, addresses})
	if err != nil {
		return fmt.Errorf("machines: suggest: %w", err)
	}
	varies(c)
	return web.Blob(c, "application/x-suggestions+json; charset=utf-8", body, 0)
}
