package installs

import (
	"strings"

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
// Matching finds all that fit the query.
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
		if found, err = matching(); err == nil {
			ids = plus(ids, found)
		}
	}
	return ids, page, err
}

// ChooserOf is the choice of repositories that a page shows.
func ChooserOf(list *installverbs.CandidateList, query string, ids []int64) pages.Chooser {
	return chooserView(list, &wish{form: form{Picks: Picks{Query: query}}}, ids)
}
