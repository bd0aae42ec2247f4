package site

import (
	"souk/models"
	"souk/templates/site"
)

// Access is what an app asks for, as every page of an app shows it.
func Access(a *models.App) site.Access { return accessView(a) }
