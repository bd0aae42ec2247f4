package insights

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"souk/models"
	"souk/models/db"
)

// Visit is one look at a listing's page, or one step from it to the app.
type Visit struct {
	Slug      string
	IP        string
	UserAgent string
	Language  string
	Country   string // "" where it isn't known
	Click     bool
	Actor     models.Actor
}

// Counter gathers visits and writes them every few seconds, so that a page
// waits for nothing and a crowd costs little more than a few.
type Counter struct {
	db  *db.DB
	now func() time.Time

	mu     sync.Mutex
	salts  map[time.Time][]byte
	counts map[visitKey]*visitCount
}

type visitKey struct {
	day     time.Time
	slug    string
	visitor int64
	user    int64 // 0: nobody has signed in, in the same browser
}

type visitCount struct {
	country, language string
	own               []int64 // accounts whose listings the visitor's visits don't count for
	views, clicks     int
}

// The buffer is written so often, and holds at most so much: what comes beyond
// is let go of rather than kept in memory.
const (
	flushEvery = 5 * time.Second
	mostCounts = 20_000
)

func newCounter(d *db.DB, now func() time.Time) *Counter {
	return &Counter{db: d, now: now, salts: map[time.Time][]byte{}, counts: map[visitKey]*visitCount{}}
}

// Saw counts a visit. Those of robots, of staff and of staff acting for somebody
// don't count; those of the integrator are left out when they are written.
func (c *Counter) Saw(v Visit) {
	if models.Robot(v.UserAgent) || v.Actor.Staff != "" || v.Actor.ActingFor != nil {
		return
	}
	day := dayOf(c.now())
	c.mu.Lock()
	defer c.mu.Unlock()
	salt := c.salts[day]
	if salt == nil {
		return // the first seconds of a process that has not read it yet
	}
	key := visitKey{day, v.Slug, visitor(salt, v.IP, v.UserAgent), v.Actor.UserID}
	n := c.counts[key]
	if n == nil {
		if len(c.counts) >= mostCounts {
			return
		}
		n = &visitCount{country: v.Country, language: v.Language, own: own(v.Actor)}
		c.counts[key] = n
	}
	if v.Click {
		n.clicks++
	} else {
		n.views++
	}
}

// visitor makes a number of who visits.
func visitor(salt []byte, ip, agent string) int64 {
	h := sha256.New()
	h.Write(salt)
	h.Write([]byte(ip))
	h.Write([]byte{0})
	h.Write([]byte(agent))
	return int64(binary.BigEndian.Uint64(h.Sum(nil)))
}

// own are the accounts that a visitor belongs to.
func own(a models.Actor) []int64 {
	if a.UserID == 0 {
		return nil
	}
	ids := []int64{a.UserID}
	for _, m := range a.Memberships {
		ids = append(ids, m.OrganizationID)
	}
	return ids
}

// Run writes what was counted until ctx ends, and then once more.
func (c *Counter) Run(ctx context.Context) {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		if err := c.Flush(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "visits could not be written; they are tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			_ = c.Flush(last) // a few seconds of visits at most are lost
			return
		case <-tick.C:
		}
	}
}

// row is a count as it is written.
type row struct {
	Day      string  `json:"day"`
	Slug     string  `json:"slug"`
	Visitor  int64   `json:"visitor"`
	Country  string  `json:"country"`
	Language string  `json:"language"`
	Own      []int64 `json:"own"`
	Views    int     `json:"views"`
	Clicks   int     `json:"clicks"`
}

// Flush writes what was counted and has today's and tomorrow's salts ready.
// What can't be written stays for the next time.
func (c *Counter) Flush(ctx context.Context) error {
	if err := c.season(ctx); err != nil {
		return err
	}
	c.mu.Lock()
	counts := c.counts
	c.counts = map[visitKey]*visitCount{}
	c.mu.Unlock()
	if len(counts) == 0 {
		return nil
	}
	err := c.write(ctx, counts)
	if err != nil {
		c.putBack(counts)
	}
	return err
}

func (c *Counter) putBack(counts map[visitKey]*visitCount) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, n := range counts {
		if now := c.counts[key]; now != nil {
			now.views, now.clicks = now.views+n.views, now.clicks+n.clicks
		} else if len(c.counts) < mostCounts {
			c.counts[key] = n
		}
	}
}

func (c *Counter) write(ctx context.Context, counts map[visitKey]*visitCount) error {
	rows := make([]row, 0, len(counts))
	for key, n := range counts {
		rows = append(rows, row{Day: key.day.Format(time.DateOnly), Slug: key.slug, Visitor: key.visitor, Country: n.country, Language: n.language,
			Own: n.own, Views: n.views, Clicks: n.clicks})
	}
	data, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("insights: %w", err)
	}
	// The order of the rows keeps two instances from waiting for each other.
	_, err = c.db.Pool().Exec(ctx, `INSERT INTO listing_visits (day, listing_id, visitor, country, language, views, clicks)
		SELECT v.day, l.id, v.visitor, min(v.country), min(v.language), sum(v.views), sum(v.clicks)
		FROM jsonb_to_recordset($1) v (day date, slug text, visitor bigint, country text, language text, own bigint[], views int, clicks int)
			JOIN listings l ON l.slug = v.slug JOIN apps a ON a.id = l.app_id
		WHERE l.state IN ('published', 'unlisted') AND NOT coalesce(a.account_id = ANY (v.own), false)
		GROUP BY v.day, l.id, v.visitor ORDER BY v.day, l.id, v.visitor
		ON CONFLICT (day, listing_id, visitor) DO UPDATE SET views = listing_visits.views + excluded.views, clicks = listing_visits.clicks + excluded.clicks`, string(data))
	if err != nil {
		return fmt.Errorf("insights: visits: %w", err)
	}
	return nil
}

// season has the salts of today and tomorrow in memory, the same in all
// instances, and forgets those of days that are over.
func (c *Counter) season(ctx context.Context) error {
	today := dayOf(c.now())
	days := []time.Time{today, today.AddDate(0, 0, 1)}
	c.mu.Lock()
	ready := c.salts[days[0]] != nil && c.salts[days[1]] != nil
	c.mu.Unlock()
	if ready {
		return nil
	}
	salts := make(map[time.Time][]byte, len(days))
	for _, day := range days {
		fresh := make([]byte, 32)
		_, _ = rand.Read(fresh)
		var salt []byte
		err := c.db.Pool().QueryRow(ctx, `INSERT INTO visit_salts (day, salt) VALUES ($1, $2)
			ON CONFLICT (day) DO UPDATE SET salt = visit_salts.salt RETURNING salt`, day, fresh).Scan(&salt)
		if err != nil {
			return fmt.Errorf("insights: salt: %w", err)
		}
		salts[day] = salt
	}
	if _, err := c.db.Pool().Exec(ctx, "DELETE FROM visit_salts WHERE day < $1", today); err != nil {
		return fmt.Errorf("insights: salt: %w", err)
	}
	c.mu.Lock()
	c.salts = salts
	c.mu.Unlock()
	return nil
}
