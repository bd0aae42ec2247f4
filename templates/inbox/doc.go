// Package inbox holds the list of notifications.
package inbox
