// Package media holds the pages on which integrators give their apps and listings
// pictures. Each page takes one view; handlers fill it in.
package media
