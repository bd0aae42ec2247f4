// Package repositories holds the pages of accounts and their repositories.
package repositories
