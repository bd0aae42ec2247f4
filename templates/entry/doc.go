// Package entry holds the pages of joining and signing in.
package entry
