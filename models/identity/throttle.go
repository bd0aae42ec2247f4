package identity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"souk/models"
)

// Spend takes one try from the bucket key: burst tries at once, then one per
// per. Buckets are rows, so they hold across instances, and a try is spent
// whatever becomes of it. It returns ErrTooManyTries when there is none left.
func (s *Service) Spend(ctx context.Context, key string, burst int, per time.Duration) error {
	now := s.now()
	// The generic cell rate algorithm: arrival is when the next try would be on
	// time, and one may be early by burst-1 times per.
	r := s.db.Read(ctx).Exec(`INSERT INTO throttles AS t (key, arrival) VALUES (?, ?)
		ON CONFLICT ON CONSTRAINT throttles_pkey DO UPDATE SET arrival = greatest(t.arrival, ?) + ? * interval '1 microsecond'
		WHERE t.arrival <= ?`,
		key, now.Add(per), now, per.Microseconds(), now.Add(time.Duration(burst-1)*per))
	if r.Error != nil {
		return fmt.Errorf("identity: throttle: %w", r.Error)
	}
	if r.RowsAffected == 0 {
		return models.ErrTooManyTries
	}
	return nil
}

// Forgive fills buckets again, for someone who has proven to be who they say.
func (s *Service) Forgive(ctx context.Context, keys ...string) error {
	if err := s.db.Read(ctx).Exec(`DELETE FROM throttles WHERE key IN ?`, keys).Error; err != nil {
		return fmt.Errorf("identity: throttle: %w", err)
	}
	return nil
}

// limit is a bucket's size: so many tries at once, then one each so often.
type limit struct {
	burst int
	per   time.Duration
}

// The limits. Those of an address (an IPv6 network counts as one) are wide
// enough for an office behind it; those of a name stop guessing at one account
// from one address soon, and from many addresses at a pace that gets nowhere.
var (
	signInsFromAddress = limit{60, 5 * time.Second}
	signInsFromThere   = limit{10, time.Minute} // as one name, from one address
	signInsAsName      = limit{100, 5 * time.Minute}
	joinsFromAddress   = limit{20, 2 * time.Minute}
	formsFromAddress   = limit{60, 5 * time.Second}
	passwordsOfAccount = limit{10, time.Minute}
	mailsFromAddress   = limit{20, time.Minute}
	mailsToAddress     = limit{4, 15 * time.Minute}
)

func (s *Service) spend(ctx context.Context, l limit, kind string, parts ...string) error {
	return s.Spend(ctx, bucket(kind, parts...), l.burst, l.per)
}

// bucket names a throttle. What people typed is in it as a hash only: it may be
// a password that slipped into the wrong field.
func bucket(kind string, parts ...string) string {
	if len(parts) == 0 {
		return kind
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return kind + ":" + hex.EncodeToString(sum[:16])
}

// Network is what one visitor can be expected to hold: an IPv4 address, or the
// /64 of an IPv6 address, whose rest they may change at will.
func Network(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a.String()
	}
	return p.Masked().String()
}
