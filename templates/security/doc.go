// Package security holds the pages of passwords, sessions, second factors and passkeys.
package security
