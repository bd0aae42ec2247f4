package listingfile_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"souk/models"
	"souk/models/listingfile"
)

// hostile are files that no listing needs, and the rule that refuses each.
var hostile = []struct{ name, text, rule string }{
	{"nothing", "", "file_empty"},
	{"only white space", " \n\t\n", "file_empty"},
	{"only a comment", "# hello\n", "file_empty"},
	{"null", "~\n", "file_empty"},
	{"a byte that is zero", "slug: x\nname: \"a\x00b\"\n", "file_binary"},
	{"a picture", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "file_binary"},
	{"UTF-16", "\xff\xfes\x00l\x00u\x00g\x00", "file_encoding"},
	{"UTF-16, the other way", "\xfe\xff\x00s\x00l", "file_encoding"},
	{"Latin-1", "slug: x\nname: caf\xe9\n", "file_encoding"},
	{"a surrogate", "name: \xed\xa0\x80\n", "file_encoding"},
	{"an overlong slash", "name: ..\xc0\xaf..\n", "file_encoding"},
	{"a gzip file", "\x1f\x8b\x08", "file_encoding"},
	{"more than fits", strings.Repeat("# filler\n", 60_000), "file_large"},
	{"an unfinished quote", "name: \"Hammer\nslug: x\n", "file_syntax"},
	{"a tab for indentation", "links:\n\tsupport: x\n", "file_syntax"},
	{"two values", "name: a: b\n", "file_syntax"},
	{"a directive", "%YAML 9.9\n---\nname: x\n", "file_syntax"},
	{"a control character", "name: a\x08b\n", "file_syntax"},
	{"two documents", "slug: x\n---\nslug: y\n", "file_documents"},
	{"a second document that is broken", "slug: x\n---\n\"\n", "file_syntax"},
	{"a list", "- slug: x\n", "file_shape"},
	{"a text", "just words\n", "file_shape"},
	{"a number", "42\n", "file_shape"},
	{"an anchor", "name: &a Hammer\n", "file_anchor"},
	{"an alias", "name: &a Hammer\ntagline: *a\n", "file_anchor"},
	{"an alias of nothing", "name: *a\n", "file_syntax"},
	{"billions of laughs", "a: &a [lol,lol]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]\n", "file_anchor"},
	{"a loop", "links: &l\n  support: *l\n", "file_anchor"},
	{"an anchored key", "&k name: Hammer\n", "file_anchor"},
	{"a merge", "links:\n  <<: {support: x}\n", "file_merge"},
	{"a merge of a list", "<<: [{name: x}]\n", "file_merge"},
	{"a tag of Python", "name: !!python/object/apply:os.system [\"id\"]\n", "file_tag"},
	{"a tag of Ruby", "name: !ruby/object:Gem::Installer\n  i: x\n", "file_tag"},
	{"a tag of Java", "name: !!javax.script.ScriptEngineManager [x]\n", "file_tag"},
	{"binary", "name: !!binary aGVsbG8=\n", "file_tag"},
	{"a tag that is fine elsewhere", "name: !!str 5\n", "file_tag"},
	{"a set", "categories: !!set {a, b}\n", "file_tag"},
	{"a local tag", "name: !secret x\n", "file_tag"},
	{"a list for a key", "? [a, b]\n: c\n", "file_key"},
	{"fields for a key", "? {a: b}\n: c\n", "file_key"},
	{"the same key twice", "name: a\nslug: x\nname: b\n", "file_key_twice"},
	{"the same key twice below", "links:\n  support: a\n  support: b\n", "file_key_twice"},
	{"the same key quoted", "name: a\n\"name\": b\n", "file_key_twice"},
	{"deep lists", "name: " + strings.Repeat("[", 20) + strings.Repeat("]", 20) + "\n", "file_deep"},
	{"a cave of lists", strings.Repeat("[", 100_000), "file_deep"},
	{"a cave of fields", "name: " + strings.Repeat("{a: ", 100_000), "file_syntax"},
	{"deep fields", deep(12), "file_deep"},
	{"a cave of dashes", strings.Repeat("- ", 50_000) + "x\n", "file_syntax"},
	{"a text without end", "name: \"" + strings.Repeat("a", 70_000) + "\"\n", "file_scalar"},
	{"a key without end", strings.Repeat("a", 70_000) + ": x\n", "file_syntax"},
	{"many values", "keywords: [" + strings.Repeat("a,", 6000) + "]\n", "file_nodes"},
	{"an unknown key", "nmae: Hammer\n", "file_key_near"},
	{"an unknown key below", "links:\n  suport: x\n", "file_key_near"},
	{"a key that is nothing like any", "exec_on_load: rm -rf /\n", "file_key_unknown"},
	{"a key of a prototype", "__proto__: {admin: true}\n", "file_key_unknown"},
	{"a key in capitals", "NAME: Hammer\n", "file_key_near"},
	{"a key with a space", "\"name \": Hammer\n", "file_key_near"},
	{"the state of the listing", "state: published\n", "file_key_unknown"},
	{"figures", "installs: 1000000\n", "file_key_unknown"},
	{"a verified publisher", "verified: true\n", "file_key_unknown"},
	{"a list for a text", "name: [a, b]\n", "file_want_text"},
	{"fields for a text", "name: {a: b}\n", "file_want_text"},
	{"truth for a text", "name: true\n", "file_want_text"},
	{"a text for a list", "categories: security\n", "file_want_list"},
	{"fields for a list", "plans: {name: Free}\n", "file_want_list"},
	{"a text for fields", "links: https://acme.dev\n", "file_want_fields"},
	{"a text for a map", "translations: ja\n", "file_want_fields"},
	{"a text for an entry of fields", "plans: [Free]\n", "file_want_fields"},
	{"a text for a picture", "logo: logo.png\n", "file_want_fields"},
	{"a text for a price", "plans: [{monthly_minor: \"400\"}]\n", "file_want_number"},
	{"a fraction for a price", "plans: [{monthly_minor: 4.5}]\n", "file_want_number"},
	{"an exponent for a price", "plans: [{monthly_minor: 1e3}]\n", "file_want_number"},
	{"an octal price", "plans: [{monthly_minor: 010}]\n", "file_want_number"},
	{"a hexadecimal price", "plans: [{monthly_minor: 0x10}]\n", "file_want_number"},
	{"a price with separators", "plans: [{monthly_minor: 1_000}]\n", "file_want_number"},
	{"a price that isn't a number", "plans: [{monthly_minor: .nan}]\n", "file_want_number"},
	{"a price without end", "plans: [{monthly_minor: " + strings.Repeat("9", 400) + "}]\n", "file_want_number"},
	{"a price that runs over", "plans: [{monthly_minor: 9223372036854775808}]\n", "file_want_number"},
	{"a word for truth", "data: {stored: maybe}\n", "file_want_truth"},
	{"a quoted truth", "data: {stored: \"true\"}\n", "file_want_truth"},
	{"a number for truth", "data: {stored: 1}\n", "file_want_truth"},
	{"unfinished JSON", "{\"name\": \"Hammer\"", "file_syntax"},
	{"JSON with a comma too many", "{\"name\": \"Hammer\",}", "file_syntax"},
	{"two JSON documents", "{\"name\": \"Hammer\"}{}", "file_documents"},
	{"JSON with the same key twice", "{\"name\": \"a\", \"name\": \"b\"}", "file_key_twice"},
	{"JSON with the same key escaped", "{\"name\": \"a\", \"\\u006eame\": \"b\"}", "file_key_twice"},
	{"deep JSON", strings.Repeat("{\"a\":", 50) + "1" + strings.Repeat("}", 50), "file_deep"},
	{"a cave of JSON", "{\"a\":" + strings.Repeat("[", 200_000), "file_deep"},
	{"JSON with a text without end", "{\"name\": \"" + strings.Repeat("a", 70_000) + "\"}", "file_scalar"},
	{"JSON with many values", "{\"keywords\": [" + strings.Repeat("1,", 6000) + "1]}", "file_nodes"},
	{"JSON with an unknown key", "{\"nam\": \"Hammer\"}", "file_key_near"},
	{"JSON with a fraction for a price", "{\"plans\": [{\"monthly_minor\": 4.0}]}", "file_want_number"},
	{"JSON with a key in capitals", "{\"Name\": \"Hammer\"}", "file_key_near"},
}

func deep(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%sa:\n", strings.Repeat(" ", i))
	}
	return b.String() + strings.Repeat(" ", n) + "b: c\n"
}

func TestHostileFilesAreRefused(t *testing.T) {
	t.Parallel()
	for _, h := range hostile {
		began := time.Now()
		_, found := listingfile.Read([]byte(h.text))
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%s: took %s", h.name, took)
		}
		named := false
		for _, f := range found {
			named = named || f.Rule == h.rule && f.Severity == models.SeverityError
			if len(f.Params["reason"])+len(f.Params["value"])+len(f.Params["key"]) > 500 {
				t.Errorf("%s: a message of %d bytes", h.name, len(f.Params["reason"]))
			}
		}
		if !named {
			t.Errorf("%s: %+v, want %s", h.name, found, h.rule)
		}
	}
}
