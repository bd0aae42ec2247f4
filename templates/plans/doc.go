// Package plans holds the pages of plans and trying them.
package plans
