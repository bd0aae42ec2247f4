// Package organizations holds the pages of organizations.
package organizations
