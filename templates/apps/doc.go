// Package apps holds the pages of registering and changing apps.
package apps
