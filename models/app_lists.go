package models

// What is refused about apps.
var (
	ErrAppName          = &Error{Kind: Invalid, Code: "app_name", Field: "name"}
	ErrAppNameReserved  = &Error{Kind: Invalid, Code: "app_name_reserved", Field: "name"}
	ErrAppNameLogin     = &Error{Kind: Invalid, Code: "app_name_login", Field: "name"}
	ErrAppNameTaken     = &Error{Kind: Invalid, Code: "app_name_taken", Field: "name"}
	ErrAppNameAlike     = &Error{Kind: Invalid, Code: "app_name_alike", Field: "name"}
	ErrTooManyApps      = &Error{Kind: Conflict, Code: "too_many_apps"}
	ErrAppChanged       = &Error{Kind: Invalid, Code: "app_changed", Field: "version"}
	ErrAppListed        = &Error{Kind: Invalid, Code: "app_listed", Field: "public"}
	ErrAddressNeeded    = &Error{Kind: Invalid, Code: "address_needed"}
	ErrCallbackAddress  = &Error{Kind: Invalid, Code: "callback_address"}
	ErrTooManyCallbacks = &Error{Kind: Invalid, Code: "too_many_callbacks", Field: "callback_urls"}
	ErrCallbackNeeded   = &Error{Kind: Invalid, Code: "callback_needed", Field: "callback_urls"}
	ErrSetupUnused      = &Error{Kind: Invalid, Code: "setup_unused", Field: "setup_url"}
	ErrWebhookInsecure  = &Error{Kind: Invalid, Code: "webhook_insecure", Field: "webhook_url"}
	ErrWebhookSecret    = &Error{Kind: Invalid, Code: "webhook_secret", Field: "webhook_secret"}

	ErrPermissionUnknown = &Error{Kind: Invalid, Code: "permission_unknown", Field: "permissions"}
	ErrEventUnknown      = &Error{Kind: Invalid, Code: "event_unknown", Field: "events"}
	ErrEventPermission   = &Error{Kind: Invalid, Code: "event_permission", Field: "events"}
	ErrScopeUnknown      = &Error{Kind: Invalid, Code: "scope_unknown", Field: "scopes"}
	ErrFilePath          = &Error{Kind: Invalid, Code: "file_path", Field: "single_file_paths"}
	ErrFilePathsNeeded   = &Error{Kind: Invalid, Code: "file_paths_needed", Field: "single_file_paths"}
	ErrTooManyFilePaths  = &Error{Kind: Invalid, Code: "too_many_file_paths", Field: "single_file_paths"}

	ErrManifest     = &Error{Kind: Invalid, Code: "manifest", Field: "manifest"}
	ErrManifestGone = &Error{Kind: Gone, Code: "manifest_gone"}
)

var appErrors = []*Error{
	ErrAppName, ErrAppNameReserved, ErrAppNameLogin, ErrAppNameTaken, ErrAppNameAlike, ErrTooManyApps, ErrAppChanged, ErrAppListed,
	ErrAddressNeeded, ErrCallbackAddress, ErrTooManyCallbacks, ErrCallbackNeeded, ErrSetupUnused, ErrWebhookInsecure, ErrWebhookSecret,
	ErrPermissionUnknown, ErrEventUnknown, ErrEventPermission, ErrScopeUnknown, ErrFilePath, ErrFilePathsNeeded, ErrTooManyFilePaths,
	ErrManifest, ErrManifestGone,
}

// What is recorded of apps.
var appActions = []AuditAction{
	"app.change", "app.change_access", "app.convert_manifest", "app.create", "app.propose_access", "app.withdraw_access",
}

// What people are told of apps.
var appNotices = []notice{}
