package identity

import "golang.org/x/crypto/argon2"

// WeakHash is a password's hash as it might have been made long ago.
func WeakHash(password string) string {
	c, salt := cost{memory: 8 * 1024, time: 1, threads: 1}, []byte("0123456789abcdef")
	return encode(c, salt, argon2.IDKey([]byte(password), salt, c.time, c.memory, c.threads, keyLength))
}
