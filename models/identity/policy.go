package identity

import (
	"strings"
	"unicode/utf8"

	"github.com/ccojocar/zxcvbn-go"
	"github.com/ccojocar/zxcvbn-go/frequency"
	"github.com/ccojocar/zxcvbn-go/match"
	"github.com/ccojocar/zxcvbn-go/matching"

	"souk/models"
)

// siteName is the first thing that people put into a password for this site.
const siteName = "souk"

// minScore is what zxcvbn must give: "safely unguessable", more than 10^8
// guesses against a slow hash.
const minScore = 3

// CheckPassword says why a password can't be had, or nil: ErrPasswordShort,
// ErrPasswordLong, ErrPasswordCommon (it stands in lists of passwords that have
// leaked, or is one word or name), ErrPasswordPersonal (little is left without
// personal, such as the login and mail address, and the site's name),
// ErrPasswordGuess. There are no rules about kinds of characters.
func CheckPassword(password string, personal ...string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < models.MinPassword:
		return models.ErrPasswordShort
	case n > models.MaxPassword:
		return models.ErrPasswordLong
	}
	folded := strings.ToLower(password)
	hints := hintsOf(personal)
	rest := folded
	for _, h := range hints {
		rest = strings.ReplaceAll(rest, h, "")
	}
	if rest != folded && (utf8.RuneCountInString(rest) < models.MinPassword/2 || judge(rest, nil).score < minScore) {
		return models.ErrPasswordPersonal
	}
	switch v := judge(password, hints); {
	case v.word, listed[folded]:
		return models.ErrPasswordCommon
	case v.score < minScore:
		return models.ErrPasswordGuess
	}
	return nil
}

// listed are the entries of zxcvbn's lists that are long enough to be tried as a
// password here: zxcvbn itself may find a cheaper way to write one, such as a
// row of digits. Nobody needs the lists themselves any more, which are large.
var listed = func() map[string]bool {
	long := map[string]bool{}
	for _, list := range frequency.Lists {
		for _, entry := range list.List {
			if utf8.RuneCountInString(entry) >= models.MinPassword {
				long[strings.ToLower(entry)] = true
			}
		}
	}
	clear(frequency.Lists)
	return long
}()

// hintsOf are the parts of what is personal that are long enough to be told
// apart from chance, the longest ones first as they come.
func hintsOf(personal []string) []string {
	hints := []string{}
	for _, p := range append(personal, siteName) {
		p = strings.ToLower(p)
		local, _, isMail := strings.Cut(p, "@")
		if len(p) >= 4 {
			hints = append(hints, p)
		}
		if isMail && len(local) >= 4 {
			hints = append(hints, local)
		}
	}
	return hints
}

type verdict struct {
	score int  // 0 to 4
	word  bool // the whole of it is one entry of a list
}

// judged is how much of a password zxcvbn gets to see, and undisguised how much
// it may try letters for digits in: its work grows with the square of the
// length, and with the number of ways to read one.
const (
	judged      = 64
	undisguised = 24
)

func judge(password string, hints []string) verdict {
	seen := plain(password)
	long := func(m match.Matcher) bool { return len(seen) > undisguised && matching.FilterL33tMatcher(m) }
	result := zxcvbn.PasswordStrength(seen, hints, long)
	v := verdict{score: result.Score}
	if m := result.MatchSequence; len(m) == 1 {
		v.word = m[0].Pattern == "dictionary" && m[0].I == 0 && m[0].J == len(seen)-1
	}
	return v
}

// plain is the beginning of a password with a letter for each character beyond
// ASCII: zxcvbn counts bytes, and would take one ideograph for three characters.
func plain(password string) string {
	b := make([]byte, 0, judged)
	for _, r := range password {
		if len(b) == judged {
			break
		}
		if r >= utf8.RuneSelf {
			r = 'a' + r%26
		}
		b = append(b, byte(r))
	}
	return string(b)
}
