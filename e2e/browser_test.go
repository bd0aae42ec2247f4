package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser is the one Chromium of this test binary.
var browser struct {
	once  sync.Once
	ctx   context.Context
	close context.CancelFunc
	err   error
}

// chromium is the browser's program.
func chromium() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if file, err := exec.LookPath(name); err == nil {
			return file, nil
		}
	}
	return "", errors.New("there is no Chromium; scripts/setup installs it")
}

// chromiumFlags make it talk to nobody but this machine.
var chromiumFlags = []string{
	"no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-component-update",
	"disable-sync", "disable-default-apps", "disable-extensions", "disable-dev-shm-usage", "mute-audio", "hide-scrollbars",
	"lang=en-US", "force-color-profile=srgb", "font-render-hinting=none",
	"host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
}

// theBrowser starts Chromium when it is first asked for.
func theBrowser(t testing.TB) context.Context {
	t.Helper()
	browser.once.Do(func() {
		file, err := chromium()
		if err != nil {
			browser.err = err
			return
		}
		options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(file), chromedp.Flag("headless", "new"), chromedp.WindowSize(1280, 900)}
		for _, f := range chromiumFlags {
			name, value, valued := strings.Cut(f, "=")
			if valued {
				options = append(options, chromedp.Flag(name, value))
			} else {
				options = append(options, chromedp.Flag(name, true))
			}
		}
		allocator, closeAllocator := chromedp.NewExecAllocator(context.Background(), options...)
		ctx, closeBrowser := chromedp.NewContext(allocator)
		browser.ctx = ctx
		browser.close = func() { closeBrowser(); closeAllocator() }
		browser.err = chromedp.Do(ctx)
	})
	if browser.err != nil {
		t.Fatalf("no browser: %v", browser.err)
	}
	return browser.ctx
}

func closeBrowser() {
	if browser.close != nil {
		browser.close()
	}
}

// tab is a page in a browser profile of its own. At the end of the test it
// complains about whatever went wrong behind the page: errors of scripts, a
// breach of the Content-Security-Policy, requests that failed or left the
// site.
type tab struct {
	t    testing.TB
	site *souk
	ctx  context.Context

	mu         sync.Mutex
	requests   []*network.EventRequestWillBeSent
	cancelled  map[network.RequestID]bool
	bytes      map[network.RequestID]float64
	complaints []string
	tolerate   []string // parts of complaints that a test expects
}

// window says how a tab looks at pages.
type window struct {
	width, height int64
	mobile        bool
	dark          bool
	noScript      bool
}

var (
	desktop  = window{width: 1280, height: 900}
	phoneWin = window{width: 390, height: 844, mobile: true}
)

// open returns a new tab that shows nothing yet.
func open(t testing.TB, site *souk, w window) *tab {
	t.Helper()
	parent := theBrowser(t)
	ctx, closeTab := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	b := &tab{t: t, site: site, ctx: ctx, cancelled: map[network.RequestID]bool{}, bytes: map[network.RequestID]float64{}}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		closeTab()
		t.Fatalf("no tab: %v", err)
	}
	t.Cleanup(func() {
		b.account()
		closeTab()
	})
	// Several tabs are in use at once, and each is to believe that it has the
	// keyboard.
	call(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	b.look(w)
	return b
}

// look changes how the tab looks at pages.
func (b *tab) look(w window) {
	b.t.Helper()
	scale := 1.0
	options := []chromedp.EmulateViewportOption{chromedp.EmulateScale(scale)}
	if w.mobile {
		options = append(options, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	b.do("look", chromedp.EmulateViewport(w.width, w.height, options...))
	if w.noScript {
		call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	}
	scheme := "light"
	if w.dark {
		scheme = "dark"
	}
	b.media("", "prefers-color-scheme", scheme)
}

// media emulates a medium (print; empty is the usual one) and features of it,
// given as names and values.
func (b *tab) media(medium string, features ...string) {
	b.t.Helper()
	p := emulation.SetEmulatedMediaParams{Media: medium}
	for pair := range slices.Chunk(features, 2) {
		p.Features = append(p.Features, &emulation.MediaFeature{Name: pair[0], Value: pair[1]})
	}
	call(b, emulation.SetEmulatedMedia, p)
}

// hear takes down what happens behind the page.
func (b *tab) hear(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, ev)
		if u, err := url.Parse(ev.Request.URL); err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Scheme+"://"+u.Host != b.site.address {
			b.complain("a request leaves the site: %s", ev.Request.URL)
		}
	case *network.EventLoadingFinished:
		b.bytes[ev.RequestID] += ev.EncodedDataLength
	case *network.EventLoadingFailed:
		if ev.Canceled {
			b.cancelled[ev.RequestID] = true
		} else {
			b.complain("a request fails: %s: %s %s %s", b.asked(ev.RequestID), ev.Type, ev.ErrorText, ev.BlockedReason)
		}
	case *network.EventResponseReceived:
		if ev.Response.Status >= 400 && ev.Type != network.ResourceTypeDocument {
			b.complain("%s answers %d", ev.Response.URL, ev.Response.Status)
		}
	case *log.EventEntryAdded:
		e := ev.Entry
		if e.Source != log.EntrySourceNetwork && (e.Level == log.EntryLevelError || e.Level == log.EntryLevelWarning) {
			b.complain("the browser logs: %s %s", e.Text, e.URL)
		}
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeWarning {
			var said []string
			for _, a := range ev.Args {
				said = append(said, string(a.Value)+a.Description)
			}
			b.complain("the console says: %s", strings.Join(said, " "))
		}
	case *runtime.EventExceptionThrown:
		text := ev.ExceptionDetails.Text
		if e := ev.ExceptionDetails.Exception; e != nil {
			text += " " + e.Description
		}
		b.complain("a script fails: %s", text)
	}
}

// asked is the address of a request.
func (b *tab) asked(id network.RequestID) string {
	for _, r := range b.requests {
		if r.RequestID == id {
			return r.Request.URL
		}
	}
	return "?"
}

func (b *tab) complain(format string, args ...any) {
	b.complaints = append(b.complaints, fmt.Sprintf(format, args...))
}

// account fails the test for every complaint that it doesn't expect.
func (b *tab) account() {
	if b.t.Failed() {
		b.picture()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	slices.Sort(b.complaints)
	for _, c := range slices.Compact(b.complaints) {
		if !slices.ContainsFunc(b.tolerate, func(part string) bool { return strings.Contains(c, part) }) {
			b.t.Errorf("behind the page: %s", c)
		}
	}
}

// picture keeps what a failed test was looking at.
func (b *tab) picture() {
	ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
	defer cancel()
	where, err := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href"))
	if err != nil {
		return
	}
	file := filepath.Join(os.TempDir(), "souk-e2e-"+strings.NewReplacer("/", "-", " ", "_").Replace(b.t.Name())+".png")
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil && os.WriteFile(file, picture, 0o600) == nil {
		b.t.Logf("it was looking at %s, see %s", where, file)
	}
}

// limited bounds one step.
func (b *tab) limited() (context.Context, context.CancelFunc) {
	return context.WithTimeout(b.ctx, patience)
}

// do runs steps that return nothing.
func (b *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := b.limited()
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

// call sends a command of the browser's protocol.
func call[P, R any](b *tab, cmd cdp.Command[P, R], params P) R {
	b.t.Helper()
	ctx, cancel := b.limited()
	defer cancel()
	r, err := chromedp.Call(ctx, cmd, params)
	if err != nil {
		b.t.Fatalf("%s: %v", cmd.Method, err)
	}
	return r
}

// eval returns the value of a JavaScript expression on the page. Arguments
// replace %q, %s and the like.
func eval[T any](b *tab, js string, args ...any) T {
	b.t.Helper()
	ctx, cancel := b.limited()
	defer cancel()
	if len(args) > 0 {
		js = fmt.Sprintf(js, args...)
	}
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", tail(js), err)
	}
	return v
}

// visit goes to a path of the site and waits until it has loaded.
func (b *tab) visit(path string) {
	b.t.Helper()
	b.do("visit "+path, chromedp.Navigate(b.site.address+path))
}

// await waits until a JavaScript expression is true, over navigations too.
func (b *tab) await(what, js string, args ...any) {
	b.t.Helper()
	if len(args) > 0 {
		js = fmt.Sprintf(js, args...)
	}
	until(b.t, what, func() bool {
		ctx, cancel := b.limited()
		defer cancel()
		// During a navigation there is nothing to ask.
		yes, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+js+")"))
		return err == nil && yes
	})
}

// leave does what leads to another page and waits until that has loaded.
func (b *tab) leave(what string, do func()) {
	b.t.Helper()
	eval[chromedp.Void](b, "document.leaving = true; undefined")
	do()
	b.await(what, "!document.leaving && document.readyState === 'complete'")
}

// click clicks the first element that a selector finds, where a person would.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.do("click "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// follow clicks a link or a button that leads to another page.
func (b *tab) follow(selector string) {
	b.t.Helper()
	b.leave("the page behind "+selector, func() { b.click(selector) })
}

// press presses the keys of a text, one after the other, as a keyboard does:
// a key that a script takes for itself writes no letter. What no key writes is
// put in as an input method does.
func (b *tab) press(texts ...string) {
	b.t.Helper()
	for _, text := range texts {
		for _, r := range text {
			key, ok := kb.Keys[r]
			if !ok {
				call(b, input.InsertText, input.InsertTextParams{Text: string(r)})
				continue
			}
			down := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: key.Key, Code: key.Code, Text: key.Text,
				UnmodifiedText: key.Unmodified, WindowsVirtualKeyCode: key.Windows, NativeVirtualKeyCode: key.Native}
			if key.Text == "" {
				down.Type = input.DispatchKeyEventTypeRawKeyDown
			}
			up := down
			up.Type, up.Text, up.UnmodifiedText = input.DispatchKeyEventTypeKeyUp, "", ""
			call(b, input.DispatchKeyEvent, down)
			call(b, input.DispatchKeyEvent, up)
		}
	}
}

// path is where the tab is, without the site's address.
func (b *tab) path() string {
	b.t.Helper()
	return strings.TrimPrefix(eval[string](b, "location.href"), b.site.address)
}

// text is the text of the first element that a selector finds.
func (b *tab) text(selector string) string {
	b.t.Helper()
	return plain(eval[string](b, "document.querySelector(%q)?.innerText ?? ''", selector))
}

// texts are the texts of all elements that a selector finds.
func (b *tab) texts(selector string) []string {
	b.t.Helper()
	list := eval[[]string](b, "[...document.querySelectorAll(%q)].map((e) => e.innerText)", selector)
	for i := range list {
		list[i] = plain(list[i])
	}
	return list
}

// has reports whether a selector finds something.
func (b *tab) has(selector string) bool {
	b.t.Helper()
	return eval[bool](b, "!!document.querySelector(%q)", selector)
}

// style is a computed style of the first element that a selector finds.
func (b *tab) style(selector, property string) string {
	b.t.Helper()
	return eval[string](b, "getComputedStyle(document.querySelector(%q)).getPropertyValue(%q)", selector, property)
}

// sent are the requests so far whose address contains a part.
func (b *tab) sent(part string) []*network.EventRequestWillBeSent {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []*network.EventRequestWillBeSent
	for _, r := range b.requests {
		if strings.Contains(r.Request.URL, part) {
			out = append(out, r)
		}
	}
	return out
}

// forget starts the account of requests anew.
func (b *tab) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.requests, b.bytes = nil, map[network.RequestID]float64{}
}

// weight is how many bytes the cable has carried since forget, once it is
// silent. Pictures that publishers uploaded don't count.
func (b *tab) weight() int {
	b.t.Helper()
	var sum float64
	until(b.t, "silence", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		sum = 0
		for _, r := range b.requests {
			n, arrived := b.bytes[r.RequestID]
			// Of the icon Chromium doesn't always tell that it has arrived.
			if !arrived && !b.cancelled[r.RequestID] && r.Type != network.ResourceTypeOther {
				return false
			}
			if !strings.HasPrefix(r.Request.URL, b.site.address+"/images/") {
				sum += n
			}
		}
		return true
	})
	return int(sum)
}

// cookie is the value of a cookie of the site, and whether there is one.
func (b *tab) cookie(name string) (string, bool) {
	b.t.Helper()
	for _, c := range call(b, network.GetCookies, network.GetCookiesParams{}).Cookies {
		if c.Name == name {
			return c.Value, true
		}
	}
	return "", false
}
