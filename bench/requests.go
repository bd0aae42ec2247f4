//go:build linux

package main

import (
	"fmt"
	"strings"
)

// get is a request as a browser sends it, without compression.
func get(uri string, head ...string) []byte {
	lines := append([]string{
		"GET " + uri + " HTTP/1.1", "Host: localhost", "User-Agent: Mozilla/5.0 (bench)",
		"Accept: text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language: en-US,en;q=0.9",
	}, head...)
	return []byte(strings.Join(lines, "\r\n") + "\r\n\r\n")
}

// post sends JSON.
func post(uri, body string, head ...string) []byte {
	lines := append([]string{"POST " + uri + " HTTP/1.1", "Host: localhost", "Content-Type: application/json",
		fmt.Sprintf("Content-Length: %d", len(body))}, head...)
	return []byte(strings.Join(lines, "\r\n") + "\r\n\r\n" + body)
}
