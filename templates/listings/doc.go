// Package listings holds the pages of writing listings.
package listings
