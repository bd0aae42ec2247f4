package words

import (
	"context"

	"souk/models"
	"souk/web/i18n"
)

// Finding is what the linter has to say, and how to mend it.
func Finding(ctx context.Context, f *models.Finding) (text, mend string) {
	args := f.Args()
	return i18n.T(ctx, "lint."+f.Rule, args...), i18n.T(ctx, "lint."+f.Rule+".mend", args...)
}
