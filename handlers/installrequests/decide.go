package installrequests

import (
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/handlers/installs"
	buying "souk/handlers/requests"
	"souk/handlers/site"
	"souk/models"
	installrequestverbs "souk/models/installrequests"
	requestverbs "souk/models/requests"
	pages "souk/templates/installrequests"
	"souk/templates/requests"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// decision is what whoever decides has chosen, as the form sends it.
type decision struct {
	installs.Picks
	Selection models.Selection `form:"selection"`
	Plan      string           `form:"plan"` // number, or requests.NoPlan
	Period    models.Period    `form:"period"`
	Units     string           `form:"units"`
	Method    string           `form:"method"` // "transfer", or an id
	Words     string           `form:"words"`
	Asked     *string          `form:"asked"`
	Minor     int64            `form:"shown_minor"`
	Currency  string           `form:"currency"`

	id      int64 // of the request
	refusal bool  // the words are those of a refusal
}

func (in *decision) terms() installrequestverbs.Terms {
	t := installrequestverbs.Terms{Plan: int(min(count(in.Plan), 1<<30)), Period: in.Period, Units: count(in.Units), Method: count(in.Method), Transfer: in.Method == "transfer"}
	if in.Plan == requests.NoPlan {
		t.Plan = installrequestverbs.NoPlan
	}
	return t
}

// count reads a number that a form carried; what is none is 0.
func count(typed string) int64 {
	n, err := strconv.ParseInt(typed, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// Case shows a request to those who decide.
func (h *InstallRequests) Case(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	v, err := h.view(c, &decision{id: id}, installrequestverbs.Chosen{})
	if err != nil {
		return err
	}
	return web.Page(c, pages.CasePage(v))
}

// read is what the form holds, with what its button does to the choice of repositories.
func (h *InstallRequests) read(c echo.Context) (in decision, chosen installrequestverbs.Chosen, err error) {
	if in, err = web.Bind[decision](c); err != nil {
		return in, chosen, err
	}
	if in.id, err = number(c); err != nil {
		return in, chosen, err
	}
	chosen = installrequestverbs.Chosen{Selection: in.Selection, Query: in.Query, Terms: in.terms()}
	chosen.Repositories, chosen.Page, err = in.Picked(func() ([]int64, error) {
		return h.installrequests.Matching(c.Request().Context(), web.ActorOf(c), c.Param("org"), in.id, in.Query)
	})
	return in, chosen, err
}

// Narrow shows a request with what was chosen.
func (h *InstallRequests) Narrow(c echo.Context) error {
	in, chosen, err := h.read(c)
	if err != nil {
		return err
	}
	v, err := h.view(c, &in, chosen)
	if err != nil {
		return err
	}
	return web.Page(c, pages.CasePage(v))
}

// Approve installs what was chosen, and orders its plan.
func (h *InstallRequests) Approve(c echo.Context) error {
	in, chosen, err := h.read(c)
	if err != nil {
		return err
	}
	t := chosen.Terms
	a := installrequestverbs.Approval{Words: in.Words, Approved: installrequestverbs.Approved{Selection: in.Selection, Repositories: chosen.Repositories,
		Plan: max(t.Plan, 0), Period: t.Period, Units: t.Units, Method: t.Method, Transfer: t.Transfer, Shown: &models.Money{Minor: in.Minor, Currency: in.Currency}}}
	if in.Asked != nil {
		a.Asked = installs.AskedIn(*in.Asked)
	}
	done, err := h.installrequests.Approve(c.Request().Context(), web.ActorOf(c), c.Param("org"), in.id, a)
	switch {
	case err != nil:
		return h.again(c, err, &in, chosen)
	case done.InstallationID != 0:
		return web.Done(c, paths.Installation(c.Param("org"), done.InstallationID, ""), "install_request_approved")
	case done.Placed != nil && done.Placed.ActionURL != "":
		return web.SeeOther(c, done.Placed.ActionURL)
	}
	return web.SeeOther(c, paths.OrderStatus(done.Placed.OrderID))
}

// Decline answers a request with no.
func (h *InstallRequests) Decline(c echo.Context) error {
	in, chosen, err := h.read(c)
	if err != nil {
		return err
	}
	in.refusal = true
	if err := h.installrequests.Decline(c.Request().Context(), web.ActorOf(c), c.Param("org"), in.id, in.Words); err != nil {
		return h.again(c, err, &in, chosen)
	}
	return web.Done(c, paths.InstallRequestsIn(c.Param("org"), "", 1), "install_request_declined")
}

// again shows a request with all that was chosen, and why nothing came of it.
func (h *InstallRequests) again(c echo.Context, cause error, in *decision, chosen installrequestverbs.Chosen) error {
	v, err := h.view(c, in, chosen)
	if err != nil {
		return cause // who can't see it, or what isn't there, gets no page
	}
	return web.Refused(c, cause, func(all models.Problems) templ.Component {
		for _, p := range all {
			field := p.Field
			if field == "words" && in.refusal {
				field = "refusal"
			}
			v.Problems = append(v.Problems, ui.Problem{Field: field, Code: p.Code})
		}
		return pages.CasePage(v)
	})
}

func (h *InstallRequests) view(c echo.Context, in *decision, chosen installrequestverbs.Chosen) (v pages.Case, err error) {
	r, err := h.installrequests.Case(c.Request().Context(), web.ActorOf(c), c.Param("org"), in.id, chosen)
	if err != nil {
		return v, err
	}
	app := r.Weighed.App
	app.Permissions = app.Permissions.Installable()
	v = pages.Case{Org: org(&r.Asked), Row: h.row(&r.Request), Access: site.Access(&app), Asked: installs.AskedOf(r.Weighed.App.Permissions),
		Publisher: r.Weighed.Integrator.Login, Verified: r.Weighed.Integrator.Verified(), Policy: r.Weighed.Facts.Policy, Problem: code(r.Problem), Reached: r.Reached,
		Selection: r.Chosen.Selection, Rules: r.Rules, Has: r.Bought, Zone: web.Zone(c),
		Methods: paths.BillingReturning(r.Organization, "methods", r.Listing, paths.InstallRequest(r.Organization, in.id, ""))}
	if i := r.Weighed.Installed; i != nil {
		v.InstallationID = i.ID
	}
	if r.Verdict.Decision != "" {
		v.Verdict = &r.Verdict
	}
	for _, one := range r.Voters {
		v.Voters = append(v.Voters, pages.Voter{Login: one.Login, Reason: one.Reason, At: one.At, Here: one.Here})
	}
	if r.Candidates != nil {
		chooser := installs.ChooserOf(r.Candidates, r.Query, r.Chosen.Repositories)
		v.Chooser = &chooser
	}
	if in.refusal {
		v.Refusal = in.Words
	} else {
		v.Reply = in.Words
	}
	addMoney(&v, r)
	return v, nil
}

// addMoney adds what would be ordered, and what was.
func addMoney(v *pages.Case, r *installrequestverbs.Case) {
	if t := r.Order; t != nil {
		v.Try = &requests.Try{OrderID: t.ID, State: t.State, Buyer: t.Buyer, Total: models.Money{Minor: t.Total, Currency: t.Money}, Decline: t.Decline,
			Action: t.Charge == models.ChargeAction, Terms: requests.Terms{Plan: t.Plan, Kind: t.Kind, Unit: t.Unit, Period: t.Period, Units: t.Units}}
	}
	if len(r.Plans) == 0 || r.State != models.RequestOpen {
		return
	}
	t := requestverbs.Terms(r.Terms)
	v.Quote = buying.Quote(r.Checkout, r.Unsold, r.Plans, t)
	v.Quote.Optional = true
}
