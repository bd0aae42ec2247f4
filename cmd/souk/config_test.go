package main

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

func load(t *testing.T, environ ...string) (Config, error) {
	t.Helper()
	values := map[string]string{"HOME": "/home/reader"}
	for _, e := range environ {
		name, value, _ := strings.Cut(e, "=")
		values[name] = value
	}
	return Load(func(name string) string { return values[name] }, environ)
}

func TestLoadHasDefaultsThatRunLocally(t *testing.T) {
	c, err := load(t)
	if err != nil {
		t.Fatal(err)
	}
	want := Config{Port: 8080, Listen: "127.0.0.1", Grace: 10 * time.Second, DatabaseConnections: 20,
		DataDir: defaultDataDir(func(string) string { return "/home/reader" }, os.Geteuid()), Demo: true,
		MeiliIndex: "souk", SearchTimeout: 300 * time.Millisecond, FeePercent: "0", Workers: 4, PageCache: true, LogLevel: "info", LogFormat: "text"}
	if os.Geteuid() != 0 {
		want.DataDir = "/home/reader/.local/state/souk"
	}
	if c != want {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
}

func TestLoadReadsEveryVariable(t *testing.T) {
	samples := map[string]string{"*int": "7", "*bool": "on", "*time.Duration": "3s", "*string": "/x"}
	special := map[string]string{"SOUK_BASE_URL": "https://souk.example.org/", "MEILI_URL": "http://meili:7700", "SOUK_LOG": "debug",
		"SOUK_LOG_FORMAT": "json", "SOUK_PAGE_CACHE": "off", "SOUK_SMTP_URL": "smtp://souk:secret@mail.example.org",
		"SOUK_MAIL_FROM": "The market <market@example.org>", "SOUK_DNS_RESOLVER": "127.0.0.1:53", "SOUK_BLOB_URL": "s3://pictures?region=eu-central-1", "SOUK_SECRET": "32 bytes or more, as text, are a secret",
		"SOUK_STRIPE_KEY": "sk_test_1", "SOUK_STRIPE_WEBHOOK_SECRET": "whsec_1", "SOUK_FEE_PERCENT": "2.5"}
	beside := map[string]string{"SOUK_STRIPE_KEY": "SOUK_STRIPE_WEBHOOK_SECRET=whsec_0", "SOUK_STRIPE_WEBHOOK_SECRET": "SOUK_STRIPE_KEY=sk_test_0"}
	for _, v := range variables {
		value := special[v.name]
		if value == "" {
			value = samples[reflect.TypeOf(v.into(&Config{})).String()]
		}
		before, err := load(t)
		if err != nil {
			t.Fatal(err)
		}
		if v.name == "SOUK_DEMO" {
			value = "no"
		}
		after, err := load(t, v.name+"="+value, beside[v.name])
		if err != nil {
			t.Errorf("%s=%s: %v", v.name, value, err)
		}
		if show(v.into(&before)) == show(v.into(&after)) {
			t.Errorf("%s=%s changes nothing", v.name, value)
		}
	}
}

func TestLoadRefusesInOneSentence(t *testing.T) {
	for environ, want := range map[string]string{
		"SOUK_PORT=1":               "there is no variable SOUK_PORT; did you mean PORT?",
		"SOUK_LISTN=x":              "there is no variable SOUK_LISTN; did you mean SOUK_LISTEN?",
		"SOUK_DATABASE_URL=x":       "there is no variable SOUK_DATABASE_URL; did you mean DATABASE_URL?",
		"SOUK_QUUX=1":               "there is no variable SOUK_QUUX; `souk config` lists those that exist",
		"PORT=http":                 `PORT is "http", but it must be a whole number, not below 0`,
		"PORT=-1":                   `PORT is "-1", but it must be a whole number, not below 0`,
		"PORT=65536":                "PORT is 65536, but ports end at 65535",
		"SOUK_GRACE=10":             `SOUK_GRACE is "10", but it must be a time such as 10s or 250ms`,
		"SOUK_DEV=maybe":            `SOUK_DEV is "maybe", but it must be true or false`,
		"SOUK_BASE_URL=example.org": "SOUK_BASE_URL must be an address such as https://souk.example.org",
		"MEILI_URL=localhost:7700":  "MEILI_URL must be an address such as https://souk.example.org",
		"SOUK_MAIL_FROM=market":     `SOUK_MAIL_FROM can't be used: "market" is no sender; it must be like Souk <souk@example.org>`,
		"SOUK_SMTP_URL=mail:25":     "SOUK_SMTP_URL can't be used: it must be an address such as smtp://user:password@mail.example.org:587",
		"SOUK_BLOB_URL=/var/lib":    "SOUK_BLOB_URL can't be used: it must begin with file://, s3:// or mem://",
		"SOUK_LOG=loud":             `SOUK_LOG is "loud", but it must be debug, info, warn or error`,
		"SOUK_SECRET=hunter2":       "SOUK_SECRET has 7 bytes, but it must have 32 or more; `openssl rand -hex 32` prints a good one",
		"SOUK_LOG_FORMAT=xml":       `SOUK_LOG_FORMAT is "xml", but it must be text or json`,
	} {
		_, err := load(t, environ)
		if err == nil || err.Error() != want || status(err) != exitUsage {
			t.Errorf("%s: %v", environ, err)
		}
	}
}

func TestDemonstrationIsForDatabasesOfSoukItself(t *testing.T) {
	for _, c := range []struct {
		environ []string
		want    bool
	}{
		{nil, true},
		{[]string{"DATABASE_URL=postgres://db/souk"}, false},
		{[]string{"DATABASE_URL=postgres://db/souk", "SOUK_DEMO=true"}, true},
		{[]string{"SOUK_DEMO=false"}, false},
	} {
		got, err := load(t, c.environ...)
		if err != nil || got.Demo != c.want {
			t.Errorf("%v: %v, %v", c.environ, got.Demo, err)
		}
	}
}

// The mailbox holds links into people's accounts: it is shown where nobody but
// the one who runs the site can come.
func TestMailIsShownOnLocalSitesAlone(t *testing.T) {
	for _, c := range []struct {
		environ []string
		want    bool
	}{
		{nil, true},
		{[]string{"SOUK_BASE_URL=http://127.0.0.1:9000"}, true},
		{[]string{"DATABASE_URL=postgres://db/souk", "SOUK_DEV=true"}, true},
		{[]string{"DATABASE_URL=postgres://db/souk"}, false},
		{[]string{"SOUK_SMTP_URL=smtp://localhost"}, false},
		{[]string{"SOUK_BASE_URL=https://souk.example.org"}, false},
		{[]string{"SOUK_BASE_URL=http://192.168.1.5:8080", "SOUK_DEV=true"}, false},
	} {
		got, err := load(t, c.environ...)
		got.BaseURL = got.Public(8080)
		if err != nil || got.ShowsMail() != c.want {
			t.Errorf("%v: %v, %v", c.environ, got.ShowsMail(), err)
		}
	}
}

func TestMailIsFromTheSite(t *testing.T) {
	for environ, want := range map[string]string{
		"SOUK_BASE_URL=https://souk.example.org:8443":        "Souk <no-reply@souk.example.org>",
		"SOUK_BASE_URL=http://127.0.0.1:8080":                "Souk <no-reply@localhost>",
		"SOUK_MAIL_FROM=The market <market@example.org>":     "The market <market@example.org>",
		"SOUK_SMTP_URL=smtps://souk:secret@mail.example.org": "Souk <no-reply@localhost>",
	} {
		c, err := load(t, environ)
		if err != nil || c.Sender() != want {
			t.Errorf("%s: %s, %v", environ, c.Sender(), err)
		}
	}
}

func TestDataOfRootIsWhereOthersMayGo(t *testing.T) {
	env := func(values map[string]string) func(string) string {
		return func(name string) string { return values[name] }
	}
	for _, c := range []struct {
		uid  int
		env  map[string]string
		want string
	}{
		{0, map[string]string{"HOME": "/root", "XDG_STATE_HOME": "/root/state"}, "/var/lib/souk"},
		{1000, map[string]string{"HOME": "/home/a"}, "/home/a/.local/state/souk"},
		{1000, map[string]string{"HOME": "/home/a", "XDG_STATE_HOME": "/state"}, "/state/souk"},
		{1000, map[string]string{"HOME": "/home/a", "XDG_STATE_HOME": "relative"}, "/home/a/.local/state/souk"},
		{1000, nil, ""},
	} {
		if got := defaultDataDir(env(c.env), c.uid); got != c.want {
			t.Errorf("uid %d, %v: %q, want %q", c.uid, c.env, got, c.want)
		}
	}
}

func TestSecretsAreMasked(t *testing.T) {
	for in, want := range map[string]string{
		"postgres://souk:hunter2@db:5432/souk":            "postgres://souk:********@db:5432/souk",
		"postgres://souk@db/souk?password=hunter2&a=b":    "postgres://souk@db/souk?password=********&a=b",
		"postgres://db/souk?sslpassword=hunter2":          "postgres://db/souk?sslpassword=********",
		"host=db password=hunter2 user=souk":              "host=db password=******** user=souk",
		"host=db password = 'hunter 2\\' x' user=souk":    "host=db password = ******** user=souk",
		"smtp://souk:hunter2%40@mail.example.org:587":     "smtp://souk:********@mail.example.org:587",
		"https://:hunter2@meili.example.org":              "https://:********@meili.example.org",
		"postgres://souk@db/souk?host=%2Fvar%2Frun":       "postgres://souk@db/souk?host=%2Fvar%2Frun",
		"postgres://souk:with:colon%40@db/souk?x=y@z":     "postgres://souk:********@db/souk?x=y@z",
		"postgres://souk:hunter2@db1,db2/souk?x=PASSWORD": "postgres://souk:********@db1,db2/souk?x=PASSWORD",
	} {
		if got := mask(variable{kind: address}, in); got != want {
			t.Errorf("%s is shown as %s", in, got)
		}
	}
	if got := mask(variable{kind: secret}, "hunter2"); strings.Contains(got, "hunter2") {
		t.Errorf("a key is shown as %s", got)
	}
}

func TestNearest(t *testing.T) {
	words := []string{"serve", "migrate", "import", "export", "reindex", "eval"}
	for in, want := range map[string]string{"imprt": "import", "sevre": "serve", "reindx": "reindex", "migration": "migrate", "frobnicate": "", "": ""} {
		if got := nearest(in, words); got != want {
			t.Errorf("%q is nearest to %q, want %q", in, got, want)
		}
	}
}

func TestOperationsDocumentsEveryVariableWithItsDefault(t *testing.T) {
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range variables {
		row := "| `" + v.name + "` | "
		if v.value != "" {
			row += "`" + v.value + "` |"
		}
		if !strings.Contains(string(text), row) {
			t.Errorf("docs/operations.md lacks the row %s…", row)
		}
	}
	for _, c := range commands() {
		if c.name != "help" && !strings.Contains(string(text), "| `souk "+c.name) {
			t.Errorf("docs/operations.md lacks the command %s", c.name)
		}
	}
}

func TestFeesAreReadToTheMillionth(t *testing.T) {
	for text, want := range map[string]int64{"": 0, "0": 0, "5": 50_000, "2.5": 25_000, "0.0001": 1, "100": 1_000_000, "12.3456": 123_456} {
		c, err := load(t, "SOUK_FEE_PERCENT="+text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Fee(); err != nil || got != want {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"5%", "-1", "100.0001", "101", "2,5", ".5", "1.23456", "x", "1e2"} {
		if c, err := load(t, "SOUK_FEE_PERCENT="+text); err == nil {
			t.Errorf("%q is %s", text, c.FeePercent)
		}
	}
}

func TestStripeNeedsBothSecrets(t *testing.T) {
	const key, hook = "SOUK_STRIPE_KEY=", "SOUK_STRIPE_WEBHOOK_SECRET="
	for _, environ := range [][]string{
		{key + "sk_test_1"}, {hook + "whsec_1"}, {key + "pk_test_1", hook + "whsec_1"}, {key + "sk_test_1", hook + "secret"},
		{key + "sk_test_1", hook + "whsec_1,other"}, {key + "sk_test_1", hook + ","},
	} {
		if _, err := load(t, environ...); err == nil {
			t.Errorf("%v is accepted", environ)
		}
	}
	c, err := load(t, key+"rk_live_1", hook+"whsec_1, whsec_2")
	if err != nil || len(c.StripeSecrets()) != 2 || c.StripeSecrets()[1] != "whsec_2" {
		t.Errorf("%v, %v", c.StripeSecrets(), err)
	}
}

// Payments that move no money count on a site for this machine alone.
func TestDevelopmentIsOnThisMachine(t *testing.T) {
	for environ, want := range map[string]bool{"": true, "SOUK_BASE_URL=https://souk.example.org": false, "DATABASE_URL=postgres://db/souk": false} {
		c, err := load(t, environ)
		c.BaseURL = c.Public(8080)
		if err != nil || c.Development() != want {
			t.Errorf("%s: %v, %v", environ, c.Development(), err)
		}
	}
}
