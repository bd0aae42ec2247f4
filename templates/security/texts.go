package security

import (
	"context"

	"github.com/a-h/templ"

	"souk/models"
	"souk/web/i18n"
)

const maxName = models.MaxPasskeyName

// texts are what the script may have to say, in the reader's language.
func texts(ctx context.Context) templ.Attributes {
	return templ.Attributes{
		"data-cancelled": i18n.T(ctx, "security.passkey.cancelled"),
		"data-failed":    i18n.T(ctx, "security.passkey.failed"),
		"data-known":     i18n.T(ctx, "security.passkey.known"),
		"data-offline":   i18n.T(ctx, "security.passkey.offline"),
		"data-tried":     i18n.T(ctx, "error.too_many_tries"),
	}
}

// device is a browser's name, or that it has none.
func device(ctx context.Context, name string) string {
	if name == "" {
		return i18n.T(ctx, "security.session.unknown")
	}
	return name
}

func passwordTitle(ctx context.Context, first bool) string {
	if first {
		return i18n.T(ctx, "security.password.first")
	}
	return i18n.T(ctx, "security.password.change")
}

func appTitle(ctx context.Context, replaces bool) string {
	if replaces {
		return i18n.T(ctx, "security.app.replace.title")
	}
	return i18n.T(ctx, "security.app.title")
}

func secondLabel(ctx context.Context, app bool) string {
	if app {
		return i18n.T(ctx, "security.second.code")
	}
	return i18n.T(ctx, "security.second.recovery")
}

func secondHelp(ctx context.Context, v Second) string {
	switch {
	case v.App && v.Codes:
		return i18n.T(ctx, "security.second.help")
	case v.App:
		return i18n.T(ctx, "security.code.help")
	}
	return i18n.T(ctx, "security.second.recovery.help")
}

func confirmLede(ctx context.Context, form bool) string {
	if form {
		return i18n.T(ctx, "security.confirm.form")
	}
	return i18n.T(ctx, "security.confirm.lede")
}
