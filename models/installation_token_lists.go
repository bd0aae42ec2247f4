package models

// What is refused of tokens of installations, and of what their API is asked for.
var (
	ErrTokenBeyond          = &Error{Kind: Invalid, Code: "token_beyond", Field: "permissions"}
	ErrTokenRepositories    = &Error{Kind: Invalid, Code: "token_repositories", Field: "repositories"}
	ErrTooManyTokenSelected = &Error{Kind: Invalid, Code: "too_many_token_selected", Field: "repositories"}
	ErrInstallationStopped  = &Error{Kind: Forbidden, Code: "installation_stopped"} // it, its account or its app's integrator is suspended
	ErrNotForApps           = &Error{Kind: Forbidden, Code: "not_for_apps"}         // only people may
	ErrUserTokenNeeded      = &Error{Kind: Forbidden, Code: "user_token_needed"}    // only people through an app may
	ErrBodyJSON             = &Error{Kind: Invalid, Code: "body_json"}
	ErrBodyObject           = &Error{Kind: Invalid, Code: "body_object"}
)

var (
	installationTokenErrors = []*Error{
		ErrTokenBeyond, ErrTokenRepositories, ErrTooManyTokenSelected, ErrInstallationStopped, ErrNotForApps, ErrUserTokenNeeded,
		ErrBodyJSON, ErrBodyObject,
	}
	installationTokenActions = []AuditAction{}
	installationTokenNotices = []notice{}
)
