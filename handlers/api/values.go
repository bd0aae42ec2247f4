package api

import (
	"souk/models"
	"souk/search"
)

// The closed sets of values. They come from the nouns, so that the
// API accepts and describes exactly what the rest of Souk knows.
type (
	// AppType is a type of app.
	AppType string
	// PricingValue is one thing that holds of a listing's prices.
	PricingValue string
	// VerifiedValue is true or false.
	VerifiedValue string
	// PermissionKey is a permission that can be filtered by.
	PermissionKey string
	// Order is an order of listings.
	Order string
	// TextLanguage is a language that texts come in.
	TextLanguage string
)

// Enum lists the types of apps.
func (AppType) Enum() []any { return values(models.AppKinds()) }

// Enum lists the values of the pricing filter.
func (PricingValue) Enum() []any { return values(models.PricingValues()) }

// Enum lists the values of the verified filter.
func (VerifiedValue) Enum() []any { return []any{"true", "false"} }

// Enum lists the permissions that can be filtered by.
func (PermissionKey) Enum() []any {
	var all []any
	for _, p := range models.Permissions() {
		all = append(all, p.Key)
	}
	return append(all, search.NoCodeWrite, search.NoPermissions, search.UnknownPermissions)
}

// Enum lists the orders.
func (Order) Enum() []any { return values(search.Sorts()) }

// Enum lists the languages of texts.
func (TextLanguage) Enum() []any { return values(models.Languages()) }

func values[S ~string](list []S) []any {
	all := make([]any, len(list))
	for i, s := range list {
		all[i] = string(s)
	}
	return all
}

func plain[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

func typed[S ~string](list []string) []S {
	out := make([]S, len(list))
	for i, s := range list {
		out[i] = S(s)
	}
	return out
}
