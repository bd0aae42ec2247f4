package models_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"souk/models"
)

func TestNewDomainName(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"example.org":                       "example.org",
		" Example.ORG. ":                    "example.org",
		"https://www.example.org/about?x=1": "www.example.org",
		"http://example.org:8080/":          "example.org",
		"bücher.example":                    "xn--bcher-kva.example",
		"日本語.jp":                            "xn--wgv71a119e.jp",
		"ＥＸＡＭＰＬＥ.org":                       "example.org",
		"shop.example.co.uk":                "shop.example.co.uk",
		"someone.github.io":                 "someone.github.io",
		"example.test":                      "example.test",

		"":                                "",
		"example":                         "",
		"localhost":                       "",
		"co.uk":                           "",
		"com":                             "",
		"github.io":                       "",
		"192.168.0.1":                     "",
		"[::1]":                           "",
		"::1":                             "",
		"1.2.3.4.5":                       "",
		"127.1":                           "",
		"exa mple.org":                    "",
		"example..org":                    "",
		"-example.org":                    "",
		"under_score.org":                 "",
		"example.org/path":                "",
		"user@example.org":                "",
		"exam\u202eple.org":               "",
		"аррle.com\x00":                   "",
		strings.Repeat("a", 64) + ".org":  "",
		strings.Repeat("a.", 130) + "org": "",
		"javascript:alert(1)":             "",
		"file:///etc/passwd":              "",
	} {
		got, err := models.NewDomainName(typed)
		if got != want || (want == "") != errors.Is(err, models.ErrBadDomain) {
			t.Errorf("%q is %q, %v; want %q", typed, got, err, want)
		}
	}
}

func TestADomainIsLostAfterAWhile(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	d := models.Domain{FailingSince: &since}
	if d.Lost(since.Add(models.DomainGrace - time.Second)) {
		t.Error("lost too early")
	}
	if !d.Lost(since.Add(models.DomainGrace)) {
		t.Error("not lost in time")
	}
	if (&models.Domain{}).Lost(since) {
		t.Error("a domain that doesn't fail is lost")
	}
}

func TestWhatMakesAVerifiedPublisher(t *testing.T) {
	t.Parallel()
	all := models.Verification{Domains: []string{"example.org"}, Mail: true, TwoFactor: true}
	if !all.Complete() {
		t.Error("all of it isn't enough")
	}
	for name, spoil := range map[string]func(*models.Verification){
		"domain": func(v *models.Verification) { v.Domains = nil }, "mail": func(v *models.Verification) { v.Mail = false },
		"two-factor": func(v *models.Verification) { v.TwoFactor = false },
	} {
		v := all
		if spoil(&v); v.Complete() {
			t.Errorf("it is enough without the %s", name)
		}
	}
}

func FuzzDomainName(f *testing.F) {
	for _, s := range []string{"example.org", "https://example.org", "日本語.jp", "xn--a", "127.0.0.1", "a.b."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, err := models.NewDomainName(s)
		if err != nil {
			return
		}
		if again, err := models.NewDomainName(name); err != nil || again != name {
			t.Errorf("%q becomes %q, and that becomes %q, %v", s, name, again, err)
		}
		if strings.ContainsAny(name, " /:@\\") || name != strings.ToLower(name) {
			t.Errorf("%q becomes %q", s, name)
		}
	})
}
