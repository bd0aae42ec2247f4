package account

import (
	"context"

	"github.com/a-h/templ"

	"souk/web/i18n"
)

// region is a part of the world in the reader's language.
func region(ctx context.Context, name string) string {
	if key := "account.region." + name; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return name
}

// described ties a control to its help and to what is wrong with it.
func described(id, problem string) templ.Attributes {
	a := templ.Attributes{"aria-describedby": id + "-help"}
	if problem != "" {
		a["aria-describedby"], a["aria-invalid"] = id+"-help "+id+"-problem", "true"
	}
	return a
}
