package identity_test

import (
	"testing"
	"time"

	"souk/models"
	"souk/models/identity"
)

func TestTriesRunOutAndComeBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	spend := func() error { return w.Spend(t.Context(), "k", 3, time.Minute) }
	for range 3 {
		wants(t, "within the burst", spend(), nil)
	}
	wants(t, "beyond the burst", spend(), models.ErrTooManyTries)
	w.pass(59 * time.Second)
	wants(t, "just before the next", spend(), models.ErrTooManyTries)
	w.pass(time.Second)
	wants(t, "the next", spend(), nil)
	wants(t, "only one came back", spend(), models.ErrTooManyTries)
	w.pass(time.Hour)
	for range 3 {
		wants(t, "after a long pause", spend(), nil)
	}
	wants(t, "a long pause gives no more than the burst", spend(), models.ErrTooManyTries)
	wants(t, "another key", w.Spend(t.Context(), "other", 3, time.Minute), nil)
	wants(t, "forgiving", w.Forgive(t.Context(), "k"), nil)
	wants(t, "after forgiving", spend(), nil)
}

func TestTriesHoldAcrossInstances(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	instances := []*identity.Service{w.Service, w.instance(t)}
	n := atOnce(t, 60, func(i int) error { return instances[i%2].Spend(t.Context(), "k", 10, time.Minute) }, models.ErrTooManyTries)
	if n != 10 {
		t.Errorf("%d tries came off at once, want 10", n)
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ ip, want string }{
		{"192.0.2.7", "192.0.2.7"},
		{"::ffff:192.0.2.7", "192.0.2.7"},
		{"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{"2001:db8:1:2::9", "2001:db8:1:2::/64"},
		{"fe80::1%eth0", "fe80::/64"},
		{"", ""},
		{"unix", "unix"},
	} {
		if got := identity.Network(c.ip); got != c.want {
			t.Errorf("Network(%q) = %q, want %q", c.ip, got, c.want)
		}
	}
}

func TestPruneLeavesWhatIsInUse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.join(t, "ada")
	token, err := w.Mint(t.Context(), models.PurposeVerifyMail, &ada.UserID, ada.Login+"@example.test")
	wants(t, "minting", err, nil)
	wants(t, "pruning", w.Prune(t.Context()), nil)
	if _, err := w.Peek(t.Context(), token, models.PurposeVerifyMail); err != nil {
		t.Errorf("a token in use is pruned: %v", err)
	}
	if n := w.count(t, `SELECT count(*) FROM sessions`); n != 1 {
		t.Errorf("%d sessions are left, want 1", n)
	}
	w.pass(models.SessionAbsolute + time.Hour)
	wants(t, "pruning", w.Prune(t.Context()), nil)
	for _, table := range []string{"sessions", "single_use_tokens", "ceremonies", "throttles", "mail_changes"} {
		if n := w.count(t, `SELECT count(*) FROM `+table); n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
}
