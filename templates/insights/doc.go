// Package insights holds the pages of figures of listings.
package insights
