package analyze

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTerms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		mode Mode
		want string
	}{
		{"Hello, World 42", Text, "hello world 42"},
		{"Déploiement SÉCURITÉ œuvre", Text, "deploiement securite oeuvre"},
		{"l’intégration d'agents qu'il", Text, "integration agents il"},
		{"developer's don't", Text, "developer dont"},
		{"C++ C# F# .NET Node.js", Text, "c++ c# f# net node js nodejs*"},
		{"pre-commit", Text, "pre commit precommit*"},
		{"GitGuardian", Text, "gitguardian"},
		{"GitGuardian", Name, "git* guardian* gitguardian"},
		{"GitHub", Name, "github"},
		{"CircleCI HTMLParser", Name, "circle* ci* circleci html* parser* htmlparser circlecihtmlparser*"},
		{"Merge When Green", Name, "merge when green mergewhen* mergewhengreen* whengreen*"},
		{"持续集成", Text, "持续 续集 集成 成*"},
		{"持續集成", Query, "持续 续集 集成"},
		{"钉", Query, "钉"},
		{"監視", Query, "监视"},
		{"メールサーバー", Query, "メー ール ルサ サー ーバ"},
		{"めーるさーばー", Query, "メー ール ルサ サー ーバ"},
		{"メールサーバ", Query, "メー ール ルサ サー ーバ"},
		{"ﾒｰﾙｻｰﾊﾞｰ", Query, "メー ール ルサ サー ーバ"},
		{"コード・レビュー", Query, "コー ード ドレ レビ ビュ"},
		{"Gitの監視", Text, "git ノ 监视 视*"},
		{"ＧｉｔＨｕｂ　ａｐｐ", Text, "github app"},
		{"soft\u00adhyphen zero\u200bwidth", Text, "softhyphen zerowidth"},
		{"", Text, ""},
		{" \x00\xff\xfe—…🙂", Text, ""},
	} {
		var got []string
		for _, tok := range Tokens(c.text, c.mode) {
			s := tok.Term
			if tok.Extra {
				s += "*"
			}
			got = append(got, s)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q: %s, want %s", c.text, s, c.want)
		}
	}
}

func TestFoldAndKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, fold, key string }{
		{"Merge When Green!", "merge when green", "mergewhengreen"},
		{"サーバーの監視", "サーバ ノ 監視", "サバノ监视"},
		{"Revue de code : l’Été", "revue de code ete", "revuedecodelete"},
		{"C++", "c++", "c++"},
		{"面向 1Panel企业版", "面向 1panel 企业版", "面向1panel企业版"},
	} {
		if got := Fold(c.text); got != c.fold {
			t.Errorf("Fold(%q) = %q, want %q", c.text, got, c.fold)
		}
		if got := Key(c.text); got != c.key {
			t.Errorf("Key(%q) = %q, want %q", c.text, got, c.key)
		}
	}
}

func TestStem(t *testing.T) {
	t.Parallel()
	for _, group := range []string{
		"merge merges merged merging", "dependency dependencies", "automatisé automatisée automatisées", "dessin dessinées",
		"continuous continue", "fichier fichiers", "monitoring monitor monitors",
	} {
		var stems []string
		for _, w := range strings.Fields(group) {
			stems = append(stems, Stem(Terms(w, Text)[0]))
		}
		if len(slices.Compact(stems)) != 1 {
			t.Errorf("%s: %v", group, stems)
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b   string
		limit  int
		prefix bool
		want   int
	}{
		{"rennovate", "renovate", 2, false, 1},
		{"imgbto", "imgbot", 1, false, 1},
		{"gitgaurdian", "gitguardian", 2, false, 1},
		{"crowdln", "crowdin", 1, false, 1},
		{"same", "same", 1, false, 0},
		{"code", "review", 2, false, 3},
		{"gitgau", "gitguardian", 1, true, 1},
		{"gitgu", "gitguardian", 1, true, 0},
		{"abcdef", "abc", 2, false, 3},
		{"", "abc", 1, true, 0},
	} {
		if got := Distance([]rune(c.a), []rune(c.b), c.limit, c.prefix); got != c.want {
			t.Errorf("Distance(%s, %s, %v) = %d, want %d", c.a, c.b, c.prefix, got, c.want)
		}
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"GitGuardian l'été C++", "メールサーバー持续集成", "a-b_c.d", "\xff\x00'", "İßœ"} {
		f.Add(s, 0)
	}
	f.Fuzz(func(t *testing.T, s string, mode int) {
		for _, tok := range Tokens(s, Mode(uint(mode)%3)) {
			if tok.Start < 0 || tok.End > len(strings.ToValidUTF8(s, "\uFFFD")) || tok.Start >= tok.End {
				t.Fatalf("%q: %+v", s, tok)
			}
			if tok.Term == "" || !utf8.ValidString(tok.Term) || strings.ContainsAny(tok.Term, " '\\\x00") {
				t.Fatalf("%q: term %q", s, tok.Term)
			}
		}
		if !utf8.ValidString(Key(s)) || !utf8.ValidString(Fold(s)) {
			t.Fatalf("%q: %q, %q", s, Key(s), Fold(s))
		}
	})
}

func BenchmarkTokens(b *testing.B) {
	for name, s := range map[string]string{
		"en": "Reviews pull requests with static analysis and proposes fixes for many of the issues it reports.",
		"fr": "Examine les modifications d’une pull request et y signale les défauts d’accessibilité.",
		"ja": "プルリクエストのレビュー時にアクセシビリティの問題を指摘します。",
	} {
		b.Run(fmt.Sprint(name), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Tokens(s, Text)
			}
		})
	}
}
