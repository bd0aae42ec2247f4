package mail

import (
	"context"
	"strings"

	"souk/web/i18n"
)

// Text is the message for readers who want no HTML. Nothing is missing in it.
func (w *Written) Text(ctx context.Context) string {
	parts := append([]string{w.Hello}, w.Body...)
	if w.Link != "" {
		parts = append(parts, w.Button+"\n"+w.Link)
	}
	if w.Good != "" {
		parts = append(parts, w.Good)
	}
	if len(w.Facts) > 0 {
		parts = append(parts, strings.Join(w.Facts, "\n"))
	}
	if w.NotYou != "" {
		parts = append(parts, w.NotYou)
	}
	if w.Footer != "" {
		end := "-- \n" + w.Footer // what programs know as a signature
		if w.Choose != "" {
			end += "\n" + i18n.T(ctx, "mail.footer.choose") + "\n" + w.Choose
		}
		parts = append(parts, end)
	}
	return strings.Join(parts, "\n\n") + "\n"
}
