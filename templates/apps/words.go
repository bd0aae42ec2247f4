package apps

import (
	"context"
	"strings"

	"souk/models"
	"souk/templates/desk"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

func nameHelp(ctx context.Context, f *Form) string {
	switch {
	case f.Slug == "":
		return i18n.T(ctx, "apps.form.name_help", "n", f.nameLimit())
	case f.Listed:
		return i18n.T(ctx, "apps.form.name_stays", "address", paths.App(f.Slug))
	}
	return i18n.T(ctx, "apps.form.name_moves", "address", paths.App(f.Slug))
}

func webhookHelp(ctx context.Context, f *Form) string {
	if f.Insecure {
		return i18n.T(ctx, "apps.form.webhook_url_lab")
	}
	return i18n.T(ctx, "apps.form.webhook_url_help")
}

func secretHelp(ctx context.Context, f *Form) string {
	if f.HasSecret {
		return i18n.T(ctx, "apps.form.secret_set")
	}
	return i18n.T(ctx, "apps.form.secret_help")
}

func publics(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: "false", Label: i18n.T(ctx, "apps.form.private"), Help: i18n.T(ctx, "apps.form.private_help")},
		{Value: "true", Label: i18n.T(ctx, "apps.form.anyone"), Help: i18n.T(ctx, "apps.form.anyone_help")},
	}
}

func yes(ctx context.Context, on bool) string {
	if on {
		return i18n.T(ctx, "apps.yes")
	}
	return i18n.T(ctx, "apps.no")
}

// saveWord names what saving does: it takes effect at once, or waits.
func saveWord(ctx context.Context, e *Editor) string {
	if e.Live {
		return i18n.T(ctx, "apps.editor.propose")
	}
	if e.App.Kind == models.OAuthApp {
		return i18n.T(ctx, "apps.editor.save_scopes")
	}
	return i18n.T(ctx, "apps.editor.save")
}

func editorTitle(ctx context.Context, e *Editor) string {
	if e.App.Kind == models.OAuthApp {
		return i18n.T(ctx, "apps.scopes")
	}
	return i18n.T(ctx, "desk.app.permissions")
}

// differing are the settings that somebody else has saved, and what was typed
// instead.
func differing(ctx context.Context, saved, typed *models.AppSettings) []ui.Change {
	var all []ui.Change
	add := func(key, a, b string) {
		if a != b {
			all = append(all, ui.Change{Name: i18n.T(ctx, "apps.form."+key), Before: a, After: b})
		}
	}
	flag := func(key string, a, b bool) { add(key, yes(ctx, a), yes(ctx, b)) }
	add("name", saved.Name, typed.Name)
	add("url", saved.HomepageURL, typed.HomepageURL)
	add("description", saved.Description, typed.Description)
	add("callbacks", strings.Join(saved.CallbackURLs, " "), strings.Join(typed.CallbackURLs, " "))
	flag("expire", saved.ExpireUserTokens, typed.ExpireUserTokens)
	flag("authorize", saved.AuthorizeOnInstall, typed.AuthorizeOnInstall)
	flag("device", saved.DeviceFlow, typed.DeviceFlow)
	add("setup", saved.SetupURL, typed.SetupURL)
	flag("setup_update", saved.SetupOnUpdate, typed.SetupOnUpdate)
	flag("active", saved.WebhookActive, typed.WebhookActive)
	add("webhook_url", saved.WebhookURL, typed.WebhookURL)
	flag("anyone", saved.Public, typed.Public)
	return all
}

// titled is an app's frame under a title.
func titled(a desk.App, title string) desk.App {
	a.Title = title
	return a
}
