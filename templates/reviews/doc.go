// Package reviews holds the pages of handing in and reviewing.
package reviews
