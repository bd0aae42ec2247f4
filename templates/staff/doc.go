// Package staff holds the pages of those who run the marketplace.
package staff
