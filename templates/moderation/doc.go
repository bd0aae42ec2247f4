// Package moderation holds the pages of reports, taking down and appeals.
package moderation
