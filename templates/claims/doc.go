// Package claims holds the pages of claiming imported listings.
package claims
