package search_test

import (
	"strings"
	"testing"

	"souk/search"
)

func TestHighlight(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		terms string
		want  string
	}{
		{"Runs your builds on every push", "builds", "Runs your [builds] on every push"},
		{"Déploiement continu", "deploiement", "[Déploiement] continu"},
		{"GitGuardian finds secrets", "gitguardian secrets", "[GitGuardian] finds [secrets]"},
		{"GitGuardian", "guardian", "Git[Guardian]"},
		{"Merge When Green", "mergewhengreen", "[Merge When Green]"},
		{"轻量级服务器监控工具", "服务 务器 监控", "轻量级[服务器监控]工具"},
		{"サーバーの監視", "サー ーバ 监视", "[サーバ]ーの[監視]"},
		{"ﾒｰﾙサーバー", "メー ール", "[ﾒｰﾙ]サーバー"},
		{"<b>merge</b> & go", "merge", "<b>[merge]</b> & go"},
		{"l’intégration", "integration", "l’[intégration]"},
		{"nothing here", "other", "nothing here"},
		{"nothing asked", "", "nothing asked"},
		{"\xffbroken merge", "merge", "\uFFFDbroken [merge]"},
		{"", "x", ""},
	} {
		var b strings.Builder
		for _, s := range search.Highlight(c.text, strings.Fields(c.terms)) {
			if s.Mark {
				b.WriteString("[" + s.Text + "]")
			} else {
				b.WriteString(s.Text)
			}
		}
		if b.String() != c.want {
			t.Errorf("%q, %s: %s, want %s", c.text, c.terms, b.String(), c.want)
		}
	}
}

func BenchmarkHighlight(b *testing.B) {
	text := "Reviews pull requests with static analysis and proposes fixes for many of the issues it reports."
	for b.Loop() {
		search.Highlight(text, []string{"static", "analysis", "fixes"})
	}
}
