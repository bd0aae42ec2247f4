package orgs

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"souk/models"
	"souk/models/outside"
)

// Evidence is what was found when the proofs of a domain were looked for.
type Evidence struct {
	DNS, File Finding
}

// Finding is what was found in one place, as a word for people, and what stood
// there instead of the proof.
type Finding struct {
	Found Found
	Seen  []string // a few records, shortened; never what a file says
}

// Found is how a look went.
type Found string

// What can be found.
const (
	FoundProof       Found = "proof"
	FoundNothing     Found = "nothing"     // no record, no file
	FoundOther       Found = "other"       // something else stands there
	FoundPrivate     Found = "private"     // the name leads into a private network
	FoundElsewhere   Found = "elsewhere"   // the file redirects to another site
	FoundUnreachable Found = "unreachable" // no answer, or none that can be trusted
)

// Held reports whether a proof was found.
func (e Evidence) Held() bool { return e.DNS.Found == FoundProof || e.File.Found == FoundProof }

// Method is how the domain is proven, "" if it isn't.
func (e Evidence) Method() models.DomainMethod {
	switch {
	case e.DNS.Found == FoundProof:
		return models.DomainByDNS
	case e.File.Found == FoundProof:
		return models.DomainByFile
	}
	return ""
}

// look looks for both proofs of a domain at once.
func look(ctx context.Context, o Outside, d *models.Domain) (e Evidence) {
	var both sync.WaitGroup
	both.Go(func() { e.DNS = lookAtRecords(ctx, o, d) })
	both.Go(func() { e.File = lookAtFile(ctx, o, d) })
	both.Wait()
	return e
}

// maxSeen is how many records are shown, and how much of each.
const (
	maxSeen     = 5
	maxSeenText = 100
)

func lookAtRecords(ctx context.Context, o Outside, d *models.Domain) Finding {
	records, err := o.LookupTXT(ctx, d.Record())
	if err != nil {
		return Finding{Found: FoundUnreachable}
	}
	f := Finding{Found: FoundNothing}
	for _, r := range records {
		if strings.TrimSpace(r) == d.Challenge {
			return Finding{Found: FoundProof}
		}
		f.Found = FoundOther
		if len(f.Seen) < maxSeen {
			f.Seen = append(f.Seen, shown(r))
		}
	}
	return f
}

// shown is what somebody else wrote, fit to be shown.
func shown(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsGraphic(r) {
			return '·'
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > maxSeenText {
		return string(runes[:maxSeenText]) + "…"
	}
	return s
}

func lookAtFile(ctx context.Context, o Outside, d *models.Domain) Finding {
	body, err := o.Fetch(ctx, d.File(), d.Name)
	if err != nil {
		return Finding{Found: whyNot(err)}
	}
	for line := range strings.Lines(string(body)) {
		if strings.TrimSpace(line) == d.Challenge {
			return Finding{Found: FoundProof}
		}
	}
	return Finding{Found: FoundOther}
}

func whyNot(err error) Found {
	if answer, ok := errors.AsType[*outside.StatusError](err); ok && (answer.Status == 404 || answer.Status == 410) {
		return FoundNothing
	}
	if missing, ok := errors.AsType[*net.DNSError](err); ok && missing.IsNotFound {
		return FoundNothing
	}
	switch {
	case errors.Is(err, outside.ErrPrivate):
		return FoundPrivate
	case errors.Is(err, outside.ErrRedirect):
		return FoundElsewhere
	case errors.Is(err, outside.ErrTooLarge):
		return FoundOther
	}
	return FoundUnreachable
}

func gone(err error) bool { return errors.Is(err, models.ErrNotFound) }
