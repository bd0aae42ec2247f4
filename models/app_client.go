package models

import (
	"crypto/rand"
	"math/big"
	"strings"
)

// clientLetters are those of a client id.
const clientLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// NewClientID makes a client id as GitHub's are: "Iv23" for a GitHub App, "Ov23"
// for an OAuth App, and sixteen letters and digits. It is no secret.
func NewClientID(kind AppKind) string {
	var b strings.Builder
	b.WriteString(map[AppKind]string{GitHubApp: "Iv23", OAuthApp: "Ov23"}[kind])
	for range 16 {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(clientLetters))))
		if err != nil {
			panic("models: no randomness: " + err.Error())
		}
		b.WriteByte(clientLetters[n.Int64()])
	}
	return b.String()
}
