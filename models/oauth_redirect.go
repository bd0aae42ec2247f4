package models

import (
	"net/url"
	"slices"
	"strings"
)

// RedirectFor is where the browser goes back to for what an app asked for: the
// app's first callback if that is nothing. It returns ErrRedirectMismatch for what
// isn't the app's. A GitHub App names one of its callbacks exactly; an OAuth App
// may name an address below one, on its host or a part of that. On the machine of
// the person, any port will do.
// https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#redirect-urls
func RedirectFor(kind AppKind, callbacks []string, asked string) (string, error) {
	switch {
	case asked == "" && len(callbacks) > 0:
		return callbacks[0], nil
	case slices.Contains(callbacks, asked):
		return asked, nil
	case asked == "" || !validCallback(asked):
		return "", ErrRedirectMismatch
	}
	u, err := url.Parse(asked)
	if err != nil || !plainPath(u) {
		return "", ErrRedirectMismatch
	}
	for _, c := range callbacks {
		if base, err := url.Parse(c); err == nil && redirects(kind, base, u) {
			return asked, nil
		}
	}
	return "", ErrRedirectMismatch
}

func redirects(kind AppKind, base, u *url.URL) bool {
	if !strings.EqualFold(base.Scheme, u.Scheme) {
		return false
	}
	host, registered := strings.ToLower(u.Hostname()), strings.ToLower(base.Hostname())
	if loopback(host) && host == registered {
		return below(base, u, kind == OAuthApp)
	}
	if kind != OAuthApp || u.Port() != base.Port() {
		return false
	}
	inside := host == registered || !loopback(registered) && strings.HasSuffix(host, "."+registered)
	return inside && below(base, u, true)
}

// loopback reports whether a host is the person's own machine, by its number: what
// "localhost" means is up to a resolver.
func loopback(host string) bool { return host == "127.0.0.1" || host == "::1" }

// below reports whether u has the path of base, or one in it.
func below(base, u *url.URL, within bool) bool {
	if u.Path == base.Path && (within || u.RawQuery == base.RawQuery) {
		return true
	}
	return within && strings.HasPrefix(u.Path, strings.TrimSuffix(base.Path, "/")+"/")
}

// plainPath refuses what servers read in different ways: steps upwards, and
// slashes that are written otherwise.
func plainPath(u *url.URL) bool {
	raw := strings.ToLower(u.EscapedPath())
	if strings.Contains(raw, "%2f") || strings.Contains(raw, "%5c") || strings.Contains(raw, "%00") || strings.Contains(u.Path, "//") {
		return false
	}
	return !slices.ContainsFunc(strings.Split(u.Path, "/"), func(part string) bool {
		part, _, _ = strings.Cut(part, ";")
		return part == "." || part == ".."
	})
}

// Returning is an address with more in its query.
func Returning(address string, more url.Values) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	for name, values := range more {
		q.Del(name)
		if len(values) > 0 && values[0] != "" {
			q[name] = values
		}
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// FormOrigin is the part of an address to which a page may let its forms lead: the
// site, or the program that a scheme opens.
func FormOrigin(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Scheme == "":
		return ""
	case u.Scheme == "http" || u.Scheme == "https":
		return u.Scheme + "://" + u.Host
	}
	return u.Scheme + ":"
}
