package errors

import (
	"net/url"
	"strings"

	"souk/models"
	"souk/web/paths"
	"souk/web/view"
)

// way is a page that leads on from an error, and the message on its link.
type way struct{ key, path string }

// ways are what someone can do about an error that is a matter of who they are,
// the likeliest first; none for every other error.
func ways(v View, r *view.Request) []way {
	switch v.Code {
	case models.ErrSignInNeeded.Code:
		return []way{{"ui.sign_in", back(paths.Login, v.Back)}, {"ui.join", paths.Join}}
	case models.ErrSudoNeeded.Code:
		return []way{{"ui.way.sudo", back(paths.Sudo, v.Back)}}
	case models.ErrMailNeeded.Code:
		return []way{{"ui.way.mail", paths.SettingsAccount}}
	case models.ErrTwoFactorNeeded.Code, models.ErrFactorRequired.Code:
		return []way{{"ui.way.two_factor", paths.SettingsSecurity}}
	case models.ErrSuspended.Code:
		return []way{{"ui.suspended.link", paths.SettingsAccount}}
	case models.ErrForbidden.Code:
		if r.Viewer == nil {
			return []way{{"ui.sign_in", back(paths.Login, v.Back)}}
		}
		return []way{{"ui.way.settings", paths.Settings}}
	case models.ErrStillOwner.Code:
		return []way{{"ui.me.organizations", paths.SettingsOrganizations}}
	case models.ErrLinkUsed.Code:
		return another(r.Path)
	case models.ErrNotForActing.Code:
		return []way{{"ui.way.settings", paths.Settings}}
	}
	return nil
}

// another is where one gets a link like the one that can't be used any more.
func another(path string) []way {
	switch {
	case strings.HasPrefix(path, paths.PasswordReset):
		return []way{{"ui.way.reset", paths.PasswordReset}, {"ui.sign_in", paths.Login}}
	case strings.HasPrefix(path, "/verify/"):
		return []way{{"ui.way.mail", paths.SettingsAccount}}
	}
	return []way{{"ui.sign_in", paths.Login}}
}

func back(to, page string) string {
	if page == "" {
		return to
	}
	return to + "?return_to=" + url.QueryEscape(page)
}

// retry is this page's address once more.
func retry(r *view.Request) string {
	a := paths.Localized(r.Lang, r.Path)
	if r.Query != "" {
		a += "?" + r.Query
	}
	return a
}
