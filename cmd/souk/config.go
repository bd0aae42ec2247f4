package main

import (
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"souk/handlers/dev"
	"souk/models/db/localpg"
	"souk/models/gateway/stripegw"
	"souk/models/mail"
	"souk/models/outside"
	"souk/models/pictures/bucket"
	"souk/models/secretbox"
)

// Config is everything that an operator can set, from the environment alone.
// The table variables names, explains and fills each field.
type Config struct {
	Port          int           // where to listen; 0 chooses a free port
	Listen        string        // the host part of where to listen
	BaseURL       string        // public address, without a final slash
	TrustProxy    bool          // believe X-Forwarded-* of whoever connects
	CountryHeader string        // in which the proxy names a visitor's country; "" for none
	MetricsListen string        // host:port of /metrics; empty: none
	Grace         time.Duration // what requests in flight are given at the end

	DatabaseURL         string // empty: a Postgres of Souk's own, in DataDir
	DatabaseConnections int    // at most, of this process
	PostgresUser        string // who runs Souk's own Postgres for root
	DataDir             string // what Souk keeps on disk
	Demo                bool   // load the demonstration catalogue once
	Secret              string // encrypts second factors; empty: a file in DataDir
	BlobURL             string // where pictures are kept; empty: in DataDir, or in DatabaseURL

	MeiliURL      string        // empty: search with Postgres
	MeiliKey      string        // secret
	MeiliIndex    string        // name of the index; others may share the server
	SearchTimeout time.Duration // after which Postgres answers instead

	SMTPURL  string // empty: mail is kept in the database
	MailFrom string // empty: no-reply at the host of BaseURL

	StripeKey            string // secret; empty: nobody is paid with Stripe
	StripeWebhookSecrets string // secret; several are parted by commas
	FeePercent           string // of each charge, which the marketplace keeps
	TestGateway          bool   // payments may be those of the test gateway, wherever this is

	DNSResolver          string // host:port; empty: the system's
	AllowPrivateNetworks bool   // files of domains may be fetched from private addresses

	Workers   int    // background jobs at once; 0: another process works
	PageCache bool   // keep anonymous pages in memory
	LogLevel  string // debug, info, warn, error
	LogFormat string // text, json
	Dev       bool   // gallery, causes on error pages, nothing cached
}

// variable is one line of the configuration.
type variable struct {
	name  string
	help  string // one line, for `souk config --help` and docs/operations.md
	value string // by default; what depends on others is filled in by complete
	into  func(*Config) any
	kind  kind
}

type kind int

const (
	plain   kind = iota
	secret       // never shown
	address      // shown without the password in it
)

var variables = []variable{
	{"PORT", "port to listen on; 0 chooses a free one", "8080", func(c *Config) any { return &c.Port }, plain},
	{"SOUK_LISTEN", "host or address to listen on; 0.0.0.0 for every network", "127.0.0.1", func(c *Config) any { return &c.Listen }, plain},
	{"SOUK_BASE_URL", "public address, for links that leave the site; http://localhost:PORT if empty", "", func(c *Config) any { return &c.BaseURL }, plain},
	{"SOUK_TRUST_PROXY", "believe X-Forwarded-For and X-Forwarded-Proto; only behind a proxy that sets them", "false", func(c *Config) any { return &c.TrustProxy }, plain},
	{"SOUK_COUNTRY_HEADER", "header in which the proxy names the country of a visitor, such as CF-IPCountry; none if empty", "", func(c *Config) any { return &c.CountryHeader }, plain},
	{"SOUK_METRICS_LISTEN", "host:port that answers /metrics; none if empty", "", func(c *Config) any { return &c.MetricsListen }, plain},
	{"SOUK_GRACE", "time that requests in flight have to finish when Souk is stopped", "10s", func(c *Config) any { return &c.Grace }, plain},

	{"DATABASE_URL", "Postgres to use; if empty, Souk runs one of its own", "", func(c *Config) any { return &c.DatabaseURL }, address},
	{"SOUK_DATABASE_CONNECTIONS", "connections to Postgres that this process may hold", "20", func(c *Config) any { return &c.DatabaseConnections }, plain},
	{"SOUK_DATA_DIR", "folder for what Souk keeps on disk", "", func(c *Config) any { return &c.DataDir }, plain},
	{"SOUK_POSTGRES_USER", "system user that runs Souk's own Postgres when Souk runs as root; postgres or nobody if empty", "", func(c *Config) any { return &c.PostgresUser }, plain},
	{"SOUK_DEMO", "load the demonstration catalogue on the first start; true if empty and DATABASE_URL is empty", "", func(c *Config) any { return &c.Demo }, plain},

	{"SOUK_BLOB_URL", "where pictures are kept: file:///folder or s3://bucket?region=…; if empty, in SOUK_DATA_DIR, or with DATABASE_URL in that database", "", func(c *Config) any { return &c.BlobURL }, address},

	{"SOUK_SECRET", "secret that second factors are encrypted with, 32 bytes or more; if empty, Souk makes one and keeps it in SOUK_DATA_DIR", "", func(c *Config) any { return &c.Secret }, secret},

	{"MEILI_URL", "Meilisearch to search with; if empty, Souk searches with Postgres", "", func(c *Config) any { return &c.MeiliURL }, address},
	{"MEILI_KEY", "API key of Meilisearch; it must allow managing the index", "", func(c *Config) any { return &c.MeiliKey }, secret},
	{"SOUK_MEILI_INDEX", "name of the index in Meilisearch", "souk", func(c *Config) any { return &c.MeiliIndex }, plain},
	{"SOUK_SEARCH_TIMEOUT", "time after which Postgres answers instead of Meilisearch", "300ms", func(c *Config) any { return &c.SearchTimeout }, plain},

	{"SOUK_SMTP_URL", "mail server, as smtp://user:password@host:587 or smtps://…; if empty, mail is kept in the mailbox", "", func(c *Config) any { return &c.SMTPURL }, address},
	{"SOUK_MAIL_FROM", "who mail is from; Souk <no-reply@HOST> with the host of SOUK_BASE_URL if empty", "", func(c *Config) any { return &c.MailFrom }, plain},

	{"SOUK_STRIPE_KEY", "secret key of Stripe, with Connect, for sellers to be paid with; none if empty", "", func(c *Config) any { return &c.StripeKey }, secret},
	{"SOUK_STRIPE_WEBHOOK_SECRET", "secret that Stripe signs its webhooks with; several are parted by commas", "", func(c *Config) any { return &c.StripeWebhookSecrets }, secret},
	{"SOUK_FEE_PERCENT", "percent of each charge that the marketplace keeps, such as 5 or 2.5", "0", func(c *Config) any { return &c.FeePercent }, plain},
	{"SOUK_TEST_GATEWAY", "offer the test gateway, which takes no money, on a server too; only to try things out", "false", func(c *Config) any { return &c.TestGateway }, plain},

	{"SOUK_DNS_RESOLVER", "host:port of the DNS server that proofs of domains are looked up at; the system's if empty", "", func(c *Config) any { return &c.DNSResolver }, plain},
	{"SOUK_ALLOW_PRIVATE_NETWORKS", "let Souk fetch what people name from private networks and from this machine; only in a laboratory", "false", func(c *Config) any { return &c.AllowPrivateNetworks }, plain},

	{"SOUK_WORKERS", "background jobs that this process works on at once; 0 leaves them to others", "4", func(c *Config) any { return &c.Workers }, plain},
	{"SOUK_PAGE_CACHE", "keep pages for anonymous visitors in memory; they follow every change at once", "true", func(c *Config) any { return &c.PageCache }, plain},
	{"SOUK_LOG", "least level to log: debug, info, warn or error", "info", func(c *Config) any { return &c.LogLevel }, plain},
	{"SOUK_LOG_FORMAT", "text or json", "text", func(c *Config) any { return &c.LogFormat }, plain},
	{"SOUK_DEV", "development: the gallery, causes on error pages, nothing cached", "false", func(c *Config) any { return &c.Dev }, plain},
}

// prefix marks the variables that are Souk's alone.
const prefix = "SOUK_"

// Load reads the configuration. environ is asked for misspelt names, getenv for
// values; an empty value counts as none. The error is a sentence for a person.
func Load(getenv func(string) string, environ []string) (Config, error) {
	var c Config
	if err := refuseUnknown(environ); err != nil {
		return c, err
	}
	for _, v := range variables {
		text := getenv(v.name)
		if text == "" {
			text = v.value
		}
		if text == "" {
			continue
		}
		if err := parseInto(v.into(&c), text); err != nil {
			return c, fmt.Errorf("%s is %q, but %w", v.name, mask(v, text), err)
		}
	}
	if getenv("SOUK_DEMO") == "" {
		c.Demo = c.DatabaseURL == ""
	}
	return c, c.complete(getenv)
}

// ofClient are variables of `souk listing`, which may stand in a shell that runs
// other commands too.
var ofClient = []string{"SOUK_URL", "SOUK_TOKEN"}

// refuseUnknown finds variables that look like Souk's and aren't.
func refuseUnknown(environ []string) error {
	byShort := make(map[string]string, len(variables)) // without the prefix
	known := make(map[string]bool, len(variables))
	for _, v := range variables {
		byShort[strings.TrimPrefix(v.name, prefix)], known[v.name] = v.name, true
	}
	shorts := slices.Sorted(maps.Keys(byShort))
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		short, ours := strings.CutPrefix(name, prefix)
		if !ours || known[name] || slices.Contains(ofClient, name) {
			continue
		}
		if near := nearest(short, shorts); near != "" {
			return usageError("there is no variable " + name + "; did you mean " + byShort[near] + "?")
		}
		return usageError("there is no variable " + name + "; `souk config` lists those that exist")
	}
	return nil
}

// parseInto sets what into points to.
func parseInto(into any, text string) (err error) {
	switch p := into.(type) {
	case *string:
		*p = text
	case *int:
		if *p, err = strconv.Atoi(text); err != nil || *p < 0 {
			return usageError("it must be a whole number, not below 0")
		}
	case *time.Duration:
		if *p, err = time.ParseDuration(text); err != nil || *p <= 0 {
			return usageError("it must be a time such as 10s or 250ms")
		}
	case *bool:
		switch strings.ToLower(text) {
		case "1", "true", "on", "yes":
			*p = true
		case "0", "false", "off", "no":
			*p = false
		default:
			return usageError("it must be true or false")
		}
	}
	return nil
}

// complete fills in what depends on other fields, and checks the values.
func (c *Config) complete(getenv func(string) string) (err error) {
	if c.Port > 65535 {
		return usageError(fmt.Sprintf("PORT is %d, but ports end at 65535", c.Port))
	}
	if c.DataDir == "" {
		c.DataDir = defaultDataDir(getenv, os.Geteuid())
	} else if c.DataDir, err = filepath.Abs(c.DataDir); err != nil {
		return fmt.Errorf("SOUK_DATA_DIR can't be used: %w", err)
	}
	if c.BaseURL, err = webAddress("SOUK_BASE_URL", c.BaseURL); err != nil {
		return err
	}
	if c.MeiliURL, err = webAddress("MEILI_URL", c.MeiliURL); err != nil {
		return err
	}
	if n := len(strings.TrimSpace(c.Secret)); n > 0 && n < secretbox.MinSecret {
		return usageError(fmt.Sprintf("SOUK_SECRET has %d bytes, but it must have %d or more; `openssl rand -hex 32` prints a good one", n, secretbox.MinSecret))
	}
	if err := c.checkMail(); err != nil {
		return err
	}
	if err := c.checkPayments(); err != nil {
		return err
	}
	if c.BlobURL != "" {
		if err := bucket.Usable(c.BlobURL); err != nil {
			return usageError("SOUK_BLOB_URL can't be used: " + err.Error())
		}
	}
	if c.DNSResolver != "" {
		if _, _, err := net.SplitHostPort(c.DNSResolver); err != nil {
			return usageError(fmt.Sprintf("SOUK_DNS_RESOLVER is %q, but it must be host:port, such as 127.0.0.1:53", c.DNSResolver))
		}
	}
	if err := oneOf("SOUK_LOG", c.LogLevel, "debug", "info", "warn", "error"); err != nil {
		return err
	}
	return oneOf("SOUK_LOG_FORMAT", c.LogFormat, "text", "json")
}

// Public is the address under which people reach Souk, which listens on port.
func (c *Config) Public(port int) string {
	if c.BaseURL != "" {
		return c.BaseURL
	}
	return fmt.Sprintf("http://localhost:%d", port)
}

// checkMail refuses mail settings that could not work.
func (c *Config) checkMail() error {
	if _, err := mail.ParseFrom(c.Sender()); err != nil {
		return usageError("SOUK_MAIL_FROM can't be used: " + err.Error())
	}
	if c.SMTPURL == "" {
		return nil
	}
	if _, err := mail.NewSMTP(c.SMTPURL, c.Sender()); err != nil {
		return usageError("SOUK_SMTP_URL can't be used: " + err.Error())
	}
	return nil
}

// StripeSecrets are the secrets that Stripe may sign with.
func (c *Config) StripeSecrets() []string {
	return strings.FieldsFunc(c.StripeWebhookSecrets, func(r rune) bool { return r == ',' || r == ' ' })
}

// checkPayments refuses settings with which nobody could be paid.
func (c *Config) checkPayments() error {
	if _, err := c.Fee(); err != nil {
		return err
	}
	if c.StripeKey == "" {
		if c.StripeWebhookSecrets != "" {
			return usageError("SOUK_STRIPE_WEBHOOK_SECRET is set, but SOUK_STRIPE_KEY isn't")
		}
		return nil
	}
	if err := stripegw.Usable(c.StripeKey, c.StripeSecrets()); err != nil {
		return usageError("SOUK_STRIPE_KEY and SOUK_STRIPE_WEBHOOK_SECRET can't be used: " + err.Error())
	}
	return nil
}

// feePercent is a percentage with at most four decimals.
var feePercent = regexp.MustCompile(`^([0-9]{1,3})(?:\.([0-9]{1,4}))?$`)

// Fee is what the marketplace keeps of each charge, in millionths.
func (c *Config) Fee() (int64, error) {
	m := feePercent.FindStringSubmatch(c.FeePercent)
	if m == nil {
		return 0, usageError(fmt.Sprintf("SOUK_FEE_PERCENT is %q, but it must be a percentage such as 5 or 2.5", c.FeePercent))
	}
	fee, err := strconv.ParseInt(m[1]+(m[2] + "0000")[:4], 10, 64)
	if err != nil || fee > 1_000_000 {
		return 0, usageError(fmt.Sprintf("SOUK_FEE_PERCENT is %q, but it must be at most 100", c.FeePercent))
	}
	return fee, nil
}

// Development reports whether the site is being tried or worked on, on this machine
// alone or because the operator says so: payments may be those of the test gateway.
func (c *Config) Development() bool {
	return c.TestGateway || (c.Dev || c.DatabaseURL == "") && dev.Local(c.BaseURL)
}

// Sender is who mail is from.
func (c *Config) Sender() string {
	if c.MailFrom != "" {
		return c.MailFrom
	}
	host := "localhost"
	if u, err := url.Parse(c.BaseURL); err == nil && strings.Contains(u.Hostname(), ".") && net.ParseIP(u.Hostname()) == nil {
		host = u.Hostname()
	}
	return "Souk <no-reply@" + host + ">"
}

// ShowsMail says whether the mailbox can be read in the browser: on a site for
// this machine alone that is being tried or worked on.
func (c *Config) ShowsMail() bool {
	return c.SMTPURL == "" && (c.Dev || c.DatabaseURL == "") && dev.Local(c.BaseURL)
}

// Cast says whether the people of the demonstration are made, and their links
// printed: on a site for this machine alone with a Postgres of Souk's own. Its
// links let anyone in who reads the output, as staff too.
func (c *Config) Cast() bool {
	return c.Demo && c.DatabaseURL == "" && dev.Local(c.BaseURL)
}

// Outside is how Souk reaches what people name.
func (c *Config) Outside() outside.Options {
	return outside.Options{Resolver: c.DNSResolver, AllowPrivate: c.AllowPrivateNetworks}
}

// LocalPostgres is how Souk's own Postgres is run, for when DatabaseURL is
// empty.
func (c *Config) LocalPostgres() (localpg.Config, error) {
	if c.DataDir == "" {
		return localpg.Config{}, usageError("no home folder is known to keep data in; set SOUK_DATA_DIR, or DATABASE_URL")
	}
	return localpg.Config{Dir: filepath.Join(c.DataDir, "postgres"), User: c.PostgresUser}, nil
}

// defaultDataDir is the user's folder for state. Root's own home is closed to
// the user that runs Postgres in its stead, so root gets the system's.
func defaultDataDir(getenv func(string) string, uid int) string {
	if uid == 0 {
		return "/var/lib/souk"
	}
	if dir := getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "souk")
	}
	if home := getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".local", "state", "souk")
	}
	return ""
}

// webAddress checks an address and takes a final slash away.
func webAddress(name, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return "", usageError(name + " must be an address such as https://souk.example.org")
	}
	return strings.TrimRight(text, "/"), nil
}

func oneOf(name, value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	last := len(allowed) - 1
	return usageError(fmt.Sprintf("%s is %q, but it must be %s or %s", name, value, strings.Join(allowed[:last], ", "), allowed[last]))
}

var (
	passwordInURL = regexp.MustCompile(`(://[^/?#@:]*:)([^@]*)(@)`)
	passwordInDSN = regexp.MustCompile(`(?i)\b(password|passfile|sslpassword)(\s*=\s*|%3D)('(?:[^'\\]|\\.)*'|[^\s&]+)`)
)

// mask hides what must not be shown of a value.
func mask(v variable, text string) string {
	if text == "" {
		return ""
	}
	switch v.kind {
	case secret:
		return "********"
	case address:
		text = passwordInURL.ReplaceAllString(text, "$1********$3")
		return passwordInDSN.ReplaceAllString(text, "$1$2********")
	default:
		return text
	}
}
