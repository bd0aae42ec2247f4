// Package migrations holds the schema as numbered SQL files, applied forward
// only and in order. It refuses to hold anything but SQL: what needs Go is a
// command or a job.
package migrations

import "embed"

// Files are the migrations, NNNN_verb_noun.sql.
//
//go:embed *.sql
var Files embed.FS
