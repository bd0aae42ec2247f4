// Package ownership holds the pages of managers, transfer and deletion of apps.
package ownership
