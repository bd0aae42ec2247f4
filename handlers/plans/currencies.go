package plans

import (
	"slices"

	"souk/models"
	"souk/templates/ui"
)

// currencies are those that a plan can be in, the common ones first.
func currencies() []ui.Option {
	var all []ui.Option
	common := models.CommonCurrencies()
	for _, code := range common {
		all = append(all, ui.Option{Value: code, Label: code})
	}
	for _, code := range models.Currencies() {
		if !slices.Contains(common, code) {
			all = append(all, ui.Option{Value: code, Label: code})
		}
	}
	return all
}
