package analyze

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
)

// Stem cuts the endings off a folded term, so that merges, merged and merging
// are one. It is Snowball's English stemmer and, since the same rules must fit
// French words, -ique and -ale before it and the -e and -ee that it leaves. Terms with
// anything but Latin letters stay as they are.
func Stem(term string) string {
	if len(term) < 4 {
		return term
	}
	for i := range len(term) {
		if c := term[i]; c < 'a' || c > 'z' {
			return term
		}
	}
	switch {
	case strings.HasSuffix(term, "iques"), strings.HasSuffix(term, "ique"):
		term = strings.TrimSuffix(strings.TrimSuffix(term, "s"), "que") + "c"
	case strings.HasSuffix(term, "ales"), strings.HasSuffix(term, "ale"):
		term = strings.TrimSuffix(strings.TrimSuffix(term, "s"), "e")
	}
	if base, ok := ize(term); ok {
		return base
	}
	env := snowballstem.NewEnv(term)
	english.Stem(env)
	s := env.Current()
	for len(s) >= 5 && s[len(s)-1] == 'e' {
		s = s[:len(s)-1]
	}
	return s
}

// ize gives words in -ize and -isation one stem of their own: Snowball would
// take authorization for author and localize for local.
func ize(term string) (string, bool) {
	for _, end := range []string{"isations", "izations", "isation", "ization", "isees", "isers", "izers", "isee", "iser", "izer", "ising", "izing", "ised", "ized", "ises", "izes", "ise", "ize"} {
		if base, ok := strings.CutSuffix(term, end); ok && len(base) >= 4 {
			return base + "iz", true
		}
	}
	return "", false
}

// IsStop reports whether a folded term says so little that a query is better
// off without it, where it says anything else.
func IsStop(term string) bool { return stops[term] }

var stops = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range []string{
		// English
		"a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "every", "for", "from", "how", "i", "if", "in", "into",
		"is", "it", "its", "me", "my", "of", "on", "or", "our", "so", "that", "the", "their", "them", "this", "to", "we",
		"what", "when", "which", "while", "who", "will", "with", "without", "you", "your", "between", "via", "using", "use",
		"app", "apps", "tool", "tools", "bot", "bots", "software",
		// French
		"au", "aux", "avec", "ce", "ces", "cette", "comment", "dans", "de", "des", "du", "elle", "en", "entre", "est", "et", "il",
		"la", "le", "les", "leur", "leurs", "mes", "mon", "ou", "par", "pas", "pour", "que", "qui", "sa", "sans", "ses", "son",
		"sur", "un", "une", "vers", "vos", "votre", "nos", "notre", "outil", "outils", "logiciel", "logiciels", "application", "applications",
		// Japanese, folded to katakana, as pairs and single characters
		"ノ", "ヲ", "ニ", "ハ", "ガ", "ト", "デ", "モ", "ヤ", "ヘ", "カ", "スル", "シタ", "シテ", "カラ", "マデ", "ナド", "タメ", "デス", "マス", "ナイ", "アル", "イル", "レル",
		// Chinese
		"的", "了", "和", "与", "在", "是", "我", "把", "用", "个",
	} {
		m[w] = true
	}
	return m
}()
