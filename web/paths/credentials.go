package paths

import "strconv"

// Client secrets and private keys of apps.
const (
	AppSecretsPat      = appSettings + "/secrets"
	AppSecretRevokePat = appSettings + "/secrets/:id/revoke"
	AppKeysPat         = appSettings + "/keys"
	AppKeyFilePat      = appSettings + "/keys/:id/file"
	AppKeyDeletePat    = appSettings + "/keys/:id/delete"
)

// AppSecretRevoke ends one of an app's client secrets.
func AppSecretRevoke(slug string, id int64) string {
	return AppSettings(slug, "secrets") + "/" + strconv.FormatInt(id, 10) + "/revoke"
}

// AppKeyFile is where a private key that was just made is downloaded.
func AppKeyFile(slug string, id int64) string {
	return AppSettings(slug, "keys") + "/" + strconv.FormatInt(id, 10) + "/file"
}

// AppKeyDelete ends one of an app's private keys.
func AppKeyDelete(slug string, id int64) string {
	return AppSettings(slug, "keys") + "/" + strconv.FormatInt(id, 10) + "/delete"
}
