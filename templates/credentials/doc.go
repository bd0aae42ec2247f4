// Package credentials holds the pages of client secrets and private keys.
package credentials
