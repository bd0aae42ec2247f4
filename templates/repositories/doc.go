// Package repositories holds the pages of accounts and their repositories.
// Levels, reasons, kinds and orders come as codes; what they are called stands
// in the messages.
package repositories
