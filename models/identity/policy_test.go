package identity

import (
	"errors"
	"strings"
	"testing"
	"time"

	"souk/models"
)

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		password string
		want     error
	}{
		{"violet tractor under seven moons", nil},
		{"q8#Lw!2zR@9p", nil},
		{"correct horse souk battery staple", nil}, // strong without the site's name
		{"私の猫は毎朝六時に起きます", nil},
		{strings.Repeat("violet tractor ", 17), nil}, // 255

		{"", models.ErrPasswordShort},
		{"q8#Lw!2zR", models.ErrPasswordShort},
		{"猫猫猫猫猫猫猫猫猫", models.ErrPasswordShort}, // nine characters, whatever the bytes
		{strings.Repeat("violet tractor ", 18), models.ErrPasswordLong},

		{"basketball", models.ErrPasswordCommon},
		{"BASKETBALL", models.ErrPasswordCommon},
		{"1234567890", models.ErrPasswordCommon},
		{"p4ssword123", models.ErrPasswordGuess},
		{"aaaaaaaaaaaaaaaa", models.ErrPasswordGuess},
		{"ああああああああああああ", models.ErrPasswordGuess},
		{"qwertyuiopasdf", models.ErrPasswordGuess},
		{"abcdefghijklmnop", models.ErrPasswordGuess},

		{"ada-lovelace-1", models.ErrPasswordPersonal},
		{"Ada-Lovelace", models.ErrPasswordPersonal},
		{"countess@example.test", models.ErrPasswordPersonal},
		{"countess2024", models.ErrPasswordPersonal},
		{"soukpassword", models.ErrPasswordPersonal},
	} {
		err := CheckPassword(c.password, "ada-lovelace", "countess@example.test")
		if !errors.Is(err, c.want) || c.want == nil && err != nil {
			t.Errorf("%q: %v, want %v", c.password, err, c.want)
		}
	}
}

// What people send can't keep the machine busy: zxcvbn's work grows with the
// length and with the ways to read letters for digits.
func TestJudgingIsQuick(t *testing.T) {
	for _, p := range []string{
		strings.Repeat("4@8({<369&!|10$57+%2", 12), strings.Repeat("password", 32), strings.Repeat("a", 256),
		strings.Repeat("1234567890", 25), "4@8({<369&!|10$57+%2zZ", strings.Repeat("19/09/1999", 25),
	} {
		quickest := time.Hour // the others had to share the machine
		for range 8 {
			began := time.Now()
			_ = CheckPassword(p, strings.Repeat("a", 39), strings.Repeat("b", 200)+"@example.test")
			quickest = min(quickest, time.Since(began))
		}
		if quickest > 250*time.Millisecond {
			t.Errorf("%.20q… takes %v", p, quickest)
		}
	}
}

func FuzzCheckPassword(f *testing.F) {
	f.Add("violet tractor under seven moons", "ada")
	f.Add("İıſK\x00\xff\xfe………………", "\xff@\xff")
	f.Add("4@8({<369&!|10$57+%2", "")
	f.Fuzz(func(t *testing.T, password, personal string) {
		err := CheckPassword(password, personal)
		if err == nil {
			if n := len([]rune(password)); n < models.MinPassword || n > models.MaxPassword {
				t.Errorf("%q is let through", password)
			}
			return
		}
		if _, ok := errors.AsType[*models.Error](err); !ok {
			t.Errorf("%q: %v", password, err)
		}
	})
}
