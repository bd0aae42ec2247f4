// Package dev answers whoever works on Souk. It is mounted in development
// only.
package dev

import (
	"github.com/labstack/echo/v4"

	"souk/templates"
	"souk/web"
)

// Dev holds the handlers.
type Dev struct{}

// New makes the handlers.
func New() *Dev { return &Dev{} }

// Gallery shows every component by its examples.
func (*Dev) Gallery(c echo.Context) error {
	return web.Page(c, templates.Gallery(templates.Examples()))
}
