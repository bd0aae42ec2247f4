# Souk. `make` lists what there is.

export CGO_ENABLED ?= 0
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo development)
LDFLAGS := -s -w -X main.version=$(VERSION)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build Souk and run it on http://localhost:8080 (PORT=… for another port)
	@exec bin/souk serve

build: ## build bin/souk, one static file
	@go build -trimpath -ldflags '$(LDFLAGS)' -o bin/souk ./cmd/souk

dev: ## run Souk with live reload on http://localhost:7331
	@SOUK_DEV=true go tool templ generate --watch --proxy=http://localhost:$${PORT:-8080} --cmd='go run ./cmd/souk'

test: ## install what the tests need, and run every check and every test
	@scripts/test

check: ## the quick part: format, vet, staticcheck, generated files, tests without a browser
	@scripts/check

lint: ## format, vet, staticcheck and generated files
	@scripts/lint

generate: ## write generated files: templates, schema.sql
	@scripts/generate

bench: ## measure against bare handlers; prints a table (see bench/README.md)
	@scripts/bench

.PHONY: help run build dev test check lint generate bench
