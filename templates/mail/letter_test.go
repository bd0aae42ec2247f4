package mail

import (
	"bytes"
	"context"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"souk/models"
	"souk/web/i18n"
)

var update = flag.Bool("update", false, "write the golden files")

// params has everything that any message speaks of.
var params = map[string]string{
	"ip": "203.0.113.7", "device": "Firefox · Linux", "at": "2026-11-20T14:05:00Z", "mail": "new@example.test", "name": "Ada’s phone",
	"organization": "acme", "inviter": "grace", "role": "billing_manager", "repository": "acme/widget", "from": "grace", "to": "acme",
	"staff": "linus", "reason": "a request by mail", "domain": "acme.example",
	"listing": "Checker", "matter": "malware", "words": "It asked for a password.", "answer": "We asked the integrator to mend it.",
	"reference": "TM-000042", "seller": "Tool Makers Ltd", "money": "123450 EUR", "day": "2026-12-04T00:00:00Z", "corrects": "TM-000041",
	"reasons": "unclear,pictures", "app": "Hammer", "plan": "Team", "tail": "x7Qm", "fingerprint": "SHA256:2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
	"amount": "1250 EUR", "count": "3", "integrator": "Tool Makers",
}

func letter(message string) Letter {
	return Letter{Message: message, Login: "ada", Name: "Ada Lovelace", Params: params, Zone: i18n.Zone("Europe/Paris"), Host: "souk.example",
		Link: "https://souk.example/verify/TOKEN", Good: 72 * time.Hour}
}

func notice(kind models.NotificationKind) Letter {
	l := letter("notice")
	l.Notice, l.Link, l.Good = kind, "https://souk.example/orgs/acme/people", 0
	l.Choose = "https://souk.example/settings/notifications"
	needed := map[string]string{}
	for _, name := range models.NotificationParams()[kind] {
		needed[name] = params[name]
	}
	if _, ok := needed["login"]; ok || slices.Contains(models.NotificationParams()[kind], "login") {
		needed["login"] = "barbara"
	}
	l.Params = needed
	return l
}

func letters() map[string]Letter {
	all := map[string]Letter{}
	for _, m := range Messages() {
		if m != "notice" {
			all[m] = letter(m)
		}
	}
	for kind := range models.NotificationKinds() {
		all["notice_"+string(kind)] = notice(kind)
	}
	return all
}

// TestLetters writes every message in every language with all that it needs,
// and holds the English ones.
func TestLetters(t *testing.T) {
	for name, l := range letters() {
		subjects := map[string]bool{}
		for _, lang := range models.Languages() {
			ctx := i18n.With(context.Background(), lang)
			w, err := l.Write(ctx)
			if err != nil {
				t.Errorf("%s: %v", lang, err)
				continue
			}
			var html bytes.Buffer
			if err := w.HTML().Render(ctx, &html); err != nil {
				t.Fatal(err)
			}
			text := w.Text(ctx)
			subjects[w.Subject] = true
			for part, s := range map[string]string{"subject": w.Subject, "text": text, "HTML": html.String()} {
				if hole.MatchString(s) {
					t.Errorf("%s in %s: the %s has a hole: %s", name, lang, part, hole.FindString(s))
				}
			}
			complete(t, name+" in "+lang, &l, text, html.String())
			if lang == "en" {
				golden(t, filepath.Join("testdata", name+".txt"), "Subject: "+w.Subject+"\n\n"+text)
			}
			if name == "reset_password" || name == "notice_invitation" {
				golden(t, filepath.Join("testdata", name+"."+lang+".html"), strings.ReplaceAll(html.String(), "><", ">\n<")+"\n")
			}
		}
		if len(subjects) != len(models.Languages()) {
			t.Errorf("%s has the subjects %v", name, slices.Collect(maps.Keys(subjects)))
		}
	}
}

// hole is what a place that nothing fills, or a key without a message, leaves
// behind.
var hole = regexp.MustCompile(`\{\w*\}|\bmail\.\w+|notice\.\w+| {2,}\S|“”|「」|“”`)

// complete checks that text and HTML both say what the reader needs.
func complete(t *testing.T, name string, l *Letter, text, html string) {
	t.Helper()
	for _, want := range []string{l.Link, l.Choose} {
		linked := kinds[l.Message].button != ""
		if want != "" && linked && (!strings.Contains(text, want) || !strings.Contains(html, want)) {
			t.Errorf("%s doesn't say %s", name, want)
		}
	}
	if l.Notice == "" {
		for _, fact := range []string{"203.0.113.7", "Firefox · Linux", "15:05 CET"} {
			if !strings.Contains(text, fact) || !strings.Contains(html, fact) {
				t.Errorf("%s doesn't say %s", name, fact)
			}
		}
	}
}

// Every message by mail is part of some letter.
func TestEveryTextIsUsed(t *testing.T) {
	known := map[string]bool{}
	for message, k := range kinds {
		for _, key := range []string{k.button, k.notYou, k.footer, "mail." + message + ".subject", "mail." + message + ".body"} {
			known[key] = true
		}
	}
	for kind := range models.NotificationKinds() {
		for _, key := range []string{"notice." + string(kind), "mail.notice." + string(kind) + ".subject", "mail.notice." + string(kind) + ".body"} {
			known[key] = true
			if !i18n.Has(key) {
				t.Errorf("no message %s", key)
			}
		}
	}
	around := []string{"mail.hello", "mail.hello_nobody", "mail.link", "mail.good_hours", "mail.good_days", "mail.footer.choose",
		"mail.fact.at", "mail.fact.device", "mail.fact.ip"}
	for _, key := range i18n.Keys() {
		ours := strings.HasPrefix(key, "mail.") || strings.HasPrefix(key, "notice.") && !strings.HasPrefix(key, "notice.role.")
		if ours && !known[key] && !slices.Contains(around, key) {
			t.Errorf("nothing uses %s", key)
		}
	}
}

// Notices speak of nothing but what whoever tells them must say.
func TestNoticesSpeakOfWhatTheyAreGiven(t *testing.T) {
	for kind, needed := range models.NotificationParams() {
		for _, key := range []string{"notice." + string(kind), "mail.notice." + string(kind) + ".subject", "mail.notice." + string(kind) + ".body"} {
			for _, place := range i18n.Places(key) {
				if !slices.Contains(needed, place) {
					t.Errorf("%s speaks of %s", key, place)
				}
			}
		}
	}
	if len(models.NotificationParams()) != len(models.NotificationKinds()) {
		t.Error("not every kind of notification says what it is given")
	}
}

func TestALetterWithAHoleIsNotWritten(t *testing.T) {
	l := letter("invitation")
	l.Params = maps.Clone(params)
	delete(l.Params, "organization")
	if w, err := l.Write(context.Background()); err == nil {
		t.Errorf("%+v", w)
	}
	l = letter("nothing_of_the_kind")
	if w, err := l.Write(context.Background()); err == nil {
		t.Errorf("%+v", w)
	}
}

// What strangers chose is text, on one line, and can't pose as the reader, the
// account or the site.
func TestParametersAreText(t *testing.T) {
	l := letter("invitation")
	l.Params = map[string]string{"inviter": "eve\r\nBcc: bob@example.test", "organization": `<a href="https://evil.example">acme</a>`,
		"role": "owner", "host": "evil.example", "reader": "Mallory", "account": "mallory"}
	w, err := l.Write(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(w.Subject, "\r\n") || len(w.Body) != 2 {
		t.Errorf("%q, %d paragraphs", w.Subject, len(w.Body))
	}
	var html bytes.Buffer
	if err := w.HTML().Render(context.Background(), &html); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(html.String(), `<a href="https://evil.example">`) || strings.Contains(html.String(), "Mallory") || strings.Contains(w.Footer, "evil") {
		t.Errorf("%s", html.String())
	}
}

func TestHowLongALinkIsGood(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "", time.Hour: "The link works once, within 1 hour.", 24 * time.Hour: "The link works once, within 24 hours.",
		72 * time.Hour: "The link works once, within 3 days.", 7 * 24 * time.Hour: "The link works once, within 7 days.",
	} {
		if got := good(context.Background(), d); got != want {
			t.Errorf("%s: %q, not %q", d, got, want)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v; go test ./templates/mail -update writes it", err)
	}
	if string(want) != got {
		t.Errorf("%s differs; go test ./templates/mail -update writes it\ngot:\n%s", name, got)
	}
}
