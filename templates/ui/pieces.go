package ui

// Tone is what a badge's colour says again; its words say it first.
type Tone string

// The tones.
const (
	ToneQuiet  Tone = ""
	ToneGood   Tone = "good"   // confirmed, active
	ToneWarn   Tone = "warn"   // expires, waits for someone
	ToneBad    Tone = "bad"    // suspended, failed
	ToneAccent Tone = "accent" // new
)

func (t Tone) class() string {
	if t == ToneQuiet {
		return "badge"
	}
	return "badge badge-" + string(t)
}

// Crumb is one step of a breadcrumb. The last one has no Path.
type Crumb struct{ Text, Path string }

// Tab is a link to one part of a thing. Count is shown where it isn't "".
type Tab struct {
	Icon       Icon
	Text, Path string
	Count      string
	Current    bool
}

// Change is one value of an audit event, before and after; "" where there was
// none.
type Change struct{ Name, Before, After string }
