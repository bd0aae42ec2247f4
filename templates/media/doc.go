// Package media holds the pages of pictures of apps and listings.
package media
