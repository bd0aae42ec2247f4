// Package static holds the files that browsers fetch beside pages: one style
// sheet, a few script modules, the icon sprite and the site's mark. Each is
// served under a name that carries the hash of its bytes, may therefore be kept
// forever, and is compressed once. It is a leaf and knows no page.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

//go:embed css/*.css js/*.js icons.svg favicon.svg favicon.ico embed.css
var files embed.FS

// Prefix is what every address of a file begins with.
const Prefix = "/static/"

type asset struct {
	url         string
	contentType string
	raw         []byte
	gzip        func() []byte
	brotli      func() []byte
}

var (
	byName = load()
	byPath = index(byName)
)

// URL is the address of the file name, with its hash. It panics on a name that
// doesn't exist: names are literals, and tests render every page.
func URL(name string) string {
	a, ok := byName[name]
	if !ok {
		panic("static: no file " + name)
	}
	return a.url
}

// Size is how many bytes of the file travel, compressed with Brotli.
func Size(name string) int { return len(byName[name].brotli()) }

// Handler serves the files below Prefix. A file that is not there is a plain
// 404: no person follows a link to one.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := byPath[r.URL.Path]
		if !ok {
			w.Header().Set("Cache-Control", "no-cache")
			http.NotFound(w, r)
			return
		}
		serve(w, r, a, "public, max-age=31536000, immutable")
	})
}

// Icon serves the site's mark to who asks for /favicon.ico without having read
// a page. That name has no hash, so it is kept for a day only.
func Icon() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serve(w, r, byName["favicon.ico"], "public, max-age=86400")
	})
}

func serve(w http.ResponseWriter, r *http.Request, a *asset, keep string) {
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Cache-Control", keep)
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	body := a.raw
	switch accepted := r.Header.Get("Accept-Encoding"); {
	case takes(accepted, "br"):
		h.Set("Content-Encoding", "br")
		body = a.brotli()
	case takes(accepted, "gzip"):
		h.Set("Content-Encoding", "gzip")
		body = a.gzip()
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client is gone; nobody to tell
	}
}

func takes(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) == encoding {
			return strings.ReplaceAll(params, " ", "") != "q=0"
		}
	}
	return false
}

func load() map[string]*asset {
	all := map[string]*asset{}
	all["app.css"] = newAsset("app.css", minifyCSS(concat("css")))
	all["embed.css"] = newAsset("embed.css", minifyCSS(read("embed.css")))
	for _, name := range names("js") {
		all[path.Base(name)] = newAsset(path.Base(name), read(name))
	}
	for _, name := range []string{"icons.svg", "favicon.svg", "favicon.ico"} {
		all[name] = newAsset(name, read(name))
	}
	return all
}

func index(assets map[string]*asset) map[string]*asset {
	m := make(map[string]*asset, len(assets))
	for _, a := range assets {
		m[a.url] = a
	}
	return m
}

var types = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
	".ico": "image/x-icon",
}

func newAsset(name string, raw []byte) *asset {
	sum := sha256.Sum256(raw)
	ext := path.Ext(name)
	return &asset{
		url:         Prefix + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:4]) + ext,
		contentType: types[ext],
		raw:         raw,
		gzip: sync.OnceValue(func() []byte {
			var b bytes.Buffer
			w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
			return closed(&b, w, raw)
		}),
		brotli: sync.OnceValue(func() []byte {
			var b bytes.Buffer
			return closed(&b, brotli.NewWriterLevel(&b, brotli.BestCompression), raw)
		}),
	}
}

// closed writes raw through w into b. Writing to a buffer doesn't fail.
func closed(b *bytes.Buffer, w io.WriteCloser, raw []byte) []byte {
	_, _ = w.Write(raw)
	_ = w.Close()
	return b.Bytes()
}

func concat(folder string) []byte {
	var b bytes.Buffer
	for _, name := range names(folder) {
		b.Write(read(name))
	}
	return b.Bytes()
}

func names(folder string) []string {
	entries, err := fs.ReadDir(files, folder)
	if err != nil {
		panic(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, path.Join(folder, e.Name()))
	}
	return list
}

func read(name string) []byte {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return b
}
