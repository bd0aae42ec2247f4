package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows how far a command has come: a bar on a terminal, a line every
// few seconds elsewhere.
type progress struct {
	w     io.Writer
	what  string
	total int64
	bar   *progressbar.ProgressBar // nil: lines

	mu   sync.Mutex
	next time.Time // of the next line
}

// lineEvery is the least time between two lines.
const lineEvery = 5 * time.Second

// newProgress begins to show what is being done, of total; 0 is an unknown
// total.
func newProgress(w io.Writer, what string, total int64, bytes bool) *progress {
	p := &progress{w: w, what: what, total: total, next: time.Now().Add(lineEvery)}
	if !isTerminal(w) {
		return p
	}
	if total <= 0 {
		total = -1
	}
	p.bar = progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what),
		progressbar.OptionShowBytes(bytes), progressbar.OptionSetWidth(30),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	return p
}

// isTerminal reports whether a person looks at what is written to w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// to tells that done of the total is done. Note follows it on a line.
func (p *progress) to(done int64, note string) {
	if p.bar != nil {
		p.bar.Describe(p.what + " · " + note)
		_ = p.bar.Set64(min(done, max(p.total, done)))
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := time.Now(); !now.Before(p.next) {
		p.next = now.Add(lineEvery)
		if p.total > 0 {
			fmt.Fprintf(p.w, "%s: %d %% · %s\n", p.what, min(100, done*100/p.total), note)
		} else {
			fmt.Fprintf(p.w, "%s: %s\n", p.what, note)
		}
	}
}

// end takes the bar away.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
