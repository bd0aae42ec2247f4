package models

import (
	"net/netip"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// DomainMethod is how a domain is proven.
type DomainMethod string

// The methods: a TXT record at _souk-challenge.<domain>, or a file at
// https://<domain>/.well-known/souk-challenge.txt.
const (
	DomainByDNS  DomainMethod = "dns"
	DomainByFile DomainMethod = "file"
)

// Domain is a domain that an organization says it holds.
type Domain struct {
	ID             int64
	OrganizationID int64
	Name           string // lower case, punycode
	Challenge      string // what the record or file must hold
	Method         DomainMethod
	VerifiedAt     *time.Time
	CheckedAt      *time.Time
	FailingSince   *time.Time // a proof that once held is missing since
}

// DomainGrace is how long a proof may be missing before the domain is no
// longer verified.
const DomainGrace = 3 * 24 * time.Hour

// MaxDomains is how many domains an organization may list.
const MaxDomains = 20

// Record is the name at which the TXT record must stand.
func (d *Domain) Record() string { return "_souk-challenge." + d.Name }

// File is the address at which the file must stand.
func (d *Domain) File() string { return "https://" + d.Name + "/.well-known/souk-challenge.txt" }

// Lost reports whether the proof has been missing for longer than it may.
func (d *Domain) Lost(now time.Time) bool {
	return d.FailingSince != nil && !now.Before(d.FailingSince.Add(DomainGrace))
}

// NewDomainName returns a domain that someone typed, or pasted as the address
// of a page, in the form in which it is kept: lower case, punycode. Addresses of
// machines and names under which anyone may register, such as co.uk, are none.
// It returns ErrBadDomain.
func NewDomainName(s string) (string, error) {
	s = strings.TrimSpace(s)
	if u, err := url.Parse(s); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		s = u.Hostname()
	}
	s = strings.TrimSuffix(s, ".")
	if len(s) > 1000 {
		return "", ErrBadDomain
	}
	name, err := domainForm.ToASCII(s)
	if err != nil {
		return "", ErrBadDomain
	}
	if _, err := netip.ParseAddr(name); err == nil || len(name) > 253-len("_souk-challenge.") || !strings.Contains(name, ".") || numeric(name) {
		return "", ErrBadDomain
	}
	if _, err := publicsuffix.EffectiveTLDPlusOne(name); err != nil {
		return "", ErrBadDomain
	}
	return name, nil
}

var domainForm = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true))

// numeric reports whether the last label is a number, as in what some systems
// read as an address.
func numeric(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	return last != "" && last[0] >= '0' && last[0] <= '9'
}
