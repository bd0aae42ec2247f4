package installs

import (
	"strings"

	"souk/models"
	installverbs "souk/models/installs"
	pages "souk/templates/installs"
	"souk/web"
)

// Picks is what the choice of repositories sends, for forms of other pages. Do is the
// button.
type Picks struct {
	Chosen string  `form:"chosen"`
	Shown  string  `form:"shown"`
	Repo   []int64 `form:"repo"`
	Query  string  `form:"q"`
	Page   string  `form:"page"`
	Do     string  `form:"do"`
}

// Picked are the chosen repositories and the page to show, after what the button does.
// Matching finds all that fit the query. It returns ErrTooManySelected with what was
// chosen before.
func (p *Picks) Picked(matching func() ([]int64, error)) (ids []int64, page int, err error) {
	chosen, err := uncarried(p.Chosen)
	if err != nil {
		return nil, 0, err
	}
	seen, err := uncarried(p.Shown)
	if err != nil {
		return nil, 0, err
	}
	ids, page = plus(minus(chosen, seen), p.Repo), web.PageNumber(p.Page)
	switch act, value, _ := strings.Cut(p.Do, ":"); act {
	case "search":
		page = 1
	case "page":
		page = web.PageNumber(value)
	case "none":
		ids = nil
	case "drop":
		ids = minus(ids, []int64{id(value)})
	case "all":
		var found []int64
		if found, err = matching(); err != nil {
			return ids, page, err
		}
		all := plus(ids, found)
		if len(found) == models.MaxSelected || len(all) > models.MaxSelected {
			return ids, page, models.ErrTooManySelected // what is beyond the limit would be left out without a word
		}
		ids = all
	}
	return ids, page, err
}

// ChooserOf is the choice of repositories that a page shows.
func ChooserOf(list *installverbs.CandidateList, query string, ids []int64) pages.Chooser {
	return chooserView(list, &wish{form: form{Picks: Picks{Query: query}}}, ids)
}

// AskedOf is what a page shows that an app asks for, as a form carries it; AskedIn is
// the opposite.
func AskedOf(g models.Grants) string { return shown(g) }

// AskedIn reads what a form carried of AskedOf.
func AskedIn(text string) models.Grants { return unshown(text) }
