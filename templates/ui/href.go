package ui

import (
	"context"
	"net/url"

	"github.com/a-h/templ"

	"souk/web/i18n"
	"souk/web/paths"
)

// Href is the address of a public page in the reader's language.
func Href(ctx context.Context, path string) templ.SafeURL {
	return templ.SafeURL(paths.Localized(i18n.Lang(ctx), path))
}

// Host is the host of an address, as link text, without "www.".
func Host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	host := u.Hostname()
	if len(host) > 4 && host[:4] == "www." {
		host = host[4:]
	}
	return host
}
