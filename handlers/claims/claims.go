// Package claims holds the pages of claiming listings: for whoever proves to be
// an integrator, and for staff, who decides.
package claims

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/claims"
	pages "souk/templates/claims"
	"souk/templates/ui"
)

// Claims answers for claiming listings.
type Claims struct {
	claims *claims.Service
}

// New makes the handlers.
func New(c *claims.Service) *Claims {
	return &Claims{claims: c}
}

func problems(p models.Problems) ui.Problems {
	out := make(ui.Problems, len(p))
	for i, one := range p {
		out[i] = ui.Problem{Field: one.Field, Code: one.Code}
	}
	return out
}

// or is the time, or the zero time for none.
func or(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func slug(c echo.Context) string { return c.Param("slug") }

// number is the id of a claim in an address.
func number(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id < 1 {
		return 0, models.ErrNotFound
	}
	return id, nil
}

func placeViews(all []models.ClaimPlace) []pages.Place {
	out := make([]pages.Place, len(all))
	for i, p := range all {
		out[i] = pages.Place{Name: p.Name(), Repository: p.Domain == ""}
		if p.Domain != "" {
			out[i].Record, out[i].File = p.Record(), p.File()
		}
	}
	return out
}

func claimView(c *claims.Claim) pages.Claim {
	v := pages.Claim{ID: c.ID, Slug: c.Slug, Login: c.Login, State: string(c.State), Live: c.State.Live(), Contested: c.Contested, Challenge: c.Challenge,
		Words: c.Words, Method: string(c.Method), Place: c.Place, Created: c.CreatedAt, Expires: c.ExpiresAt, Checked: or(c.CheckedAt),
		Proven: or(c.ProvenAt), Decided: or(c.DecidedAt), Answer: c.Answer}
	for _, f := range c.Findings {
		v.Findings = append(v.Findings, pages.Finding{Method: string(f.Method), At: f.At, Found: string(f.Found)})
	}
	return v
}
