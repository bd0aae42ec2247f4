package models

import (
	"strings"
	"testing"
)

func TestDevice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ agent, want string }{
		{"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0", "Edge · Windows"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "Safari · iPhone"},
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15", "Safari · macOS"},
		{"curl/8.11.0", "curl"},
		{"Go-http-client/1.1", "Go-http-client"},
		{"", ""},
		{"   ", ""},
		{"evil\u202Egnp.exe", ""},
		{strings.Repeat("名", 200), strings.Repeat("名", maxDevice/3)},
	} {
		if got := Device(c.agent); got != c.want {
			t.Errorf("Device(%q) = %q, want %q", c.agent, got, c.want)
		}
	}
}

func FuzzDevice(f *testing.F) {
	f.Add("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	f.Add("(;;)/ ((")
	f.Fuzz(func(t *testing.T, agent string) {
		if got := Device(agent); len(got) > maxDevice || strings.ContainsAny(got, "\r\n\x00") {
			t.Errorf("Device(%q) = %q", agent, got)
		}
	})
}
