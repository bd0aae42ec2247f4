package models

import (
	"errors"
	"net/url"
	"testing"
)

func TestRedirectFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind      AppKind
		callbacks string
		asked     string
		want      string // "" for none
	}{
		{OAuthApp, "https://app.example/back", "", "https://app.example/back"},
		{OAuthApp, "https://app.example/back", "https://app.example/back", "https://app.example/back"},
		{OAuthApp, "https://app.example/back", "https://app.example/back/more?x=1", "https://app.example/back/more?x=1"},
		{OAuthApp, "https://app.example/back", "https://in.app.example/back", "https://in.app.example/back"},
		{OAuthApp, "https://app.example", "https://app.example/any", "https://app.example/any"},
		{OAuthApp, "https://app.example/back", "https://app.example/backdoor", ""},
		{OAuthApp, "https://app.example/back", "https://app.example/", ""},
		{OAuthApp, "https://app.example/back", "https://evilapp.example/back", ""},
		{OAuthApp, "https://app.example/back", "https://app.example.evil.example/back", ""},
		{OAuthApp, "https://app.example/back", "https://app.example:8443/back", ""},
		{OAuthApp, "https://app.example/back", "http://app.example/back", ""},
		{OAuthApp, "https://app.example/back", "https://app.example/back/../../evil", ""},
		{OAuthApp, "https://app.example/back", "https://app.example/back/%2e%2e/evil", ""},
		{OAuthApp, "https://app.example/back", "https://app.example/back/..;/evil", ""},
		{OAuthApp, "https://app.example/back", "https://app.example/back%2fevil", ""},
		{OAuthApp, "https://app.example/back", `https://app.example\@evil.example/back`, ""},
		{OAuthApp, "https://app.example/back", "https://user@app.example/back", ""},
		{OAuthApp, "https://app.example/back", "https://app.example/back#part", ""},
		{OAuthApp, "https://app.example/back", "javascript:alert(1)", ""},
		{OAuthApp, "https://app.example/back", "//evil.example/back", ""},
		{OAuthApp, "http://127.0.0.1/back", "http://127.0.0.1:54321/back", "http://127.0.0.1:54321/back"},
		{OAuthApp, "http://127.0.0.1/back", "http://in.127.0.0.1/back", ""},
		{OAuthApp, "http://localhost/back", "http://localhost:54321/back", ""},
		{GitHubApp, "https://app.example/back", "https://app.example/back", "https://app.example/back"},
		{GitHubApp, "https://app.example/back", "https://app.example/back/more", ""},
		{GitHubApp, "https://app.example/back", "https://app.example/back?x=1", ""},
		{GitHubApp, "http://[::1]/back", "http://[::1]:9/back", "http://[::1]:9/back"},
		{GitHubApp, "http://127.0.0.1/back", "http://127.0.0.1:9/back/more", ""},
		{GitHubApp, "my.app://signed-in", "my.app://signed-in", "my.app://signed-in"},
		{GitHubApp, "", "", ""},
		{GitHubApp, "", "https://app.example/back", ""},
	} {
		var callbacks []string
		if c.callbacks != "" {
			callbacks = []string{c.callbacks}
		}
		got, err := RedirectFor(c.kind, callbacks, c.asked)
		if got != c.want || (err != nil) != (c.want == "") || err != nil && !errors.Is(err, ErrRedirectMismatch) {
			t.Errorf("%s with %s, asked %q: %q, %v; want %q", c.kind, c.callbacks, c.asked, got, err, c.want)
		}
	}
}

func TestReturning(t *testing.T) {
	t.Parallel()
	got := Returning("https://app.example/back?keep=1&code=old", url.Values{"code": {"new"}, "state": {""}})
	if got != "https://app.example/back?code=new&keep=1" {
		t.Error(got)
	}
	for address, want := range map[string]string{"https://app.example:8443/back?x": "https://app.example:8443", "my.app://signed-in": "my.app:", ":": ""} {
		if got := FormOrigin(address); got != want {
			t.Errorf("%s leads to %q", address, got)
		}
	}
}
