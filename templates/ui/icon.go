// Package ui holds the pieces that pages are put together from: icons, tiles,
// chips, tables of pages. Its components take plain values. It knows neither a
// listing nor a price, and no message of its own beyond the names of controls.
package ui

import (
	"context"
	"io"

	"souk/static"
)

// Icon is one drawing of the sprite; it is itself a component. An icon never
// speaks: the word stands beside it, or Hidden text does.
type Icon string

// The icons.
const (
	IconAdmin      Icon = "admin"
	IconArchive    Icon = "archive"
	IconAuto       Icon = "auto"
	IconBell       Icon = "bell"
	IconBook       Icon = "book"
	IconBuilding   Icon = "building"
	IconCheck      Icon = "check"
	IconClock      Icon = "clock"
	IconClose      Icon = "close"
	IconCode       Icon = "code"
	IconCompare    Icon = "compare"
	IconDown       Icon = "down"
	IconExternal   Icon = "external"
	IconFeed       Icon = "feed"
	IconFilter     Icon = "filter"
	IconGlobe      Icon = "globe"
	IconInfo       Icon = "info"
	IconInstall    Icon = "install"
	IconKey        Icon = "key"
	IconLeft       Icon = "left"
	IconLock       Icon = "lock"
	IconMark       Icon = "mark"
	IconMoon       Icon = "moon"
	IconMail       Icon = "mail"
	IconPeople     Icon = "people"
	IconPerson     Icon = "person"
	IconPlus       Icon = "plus"
	IconRanking    Icon = "ranking"
	IconRead       Icon = "read"
	IconReceipt    Icon = "receipt"
	IconRepository Icon = "repository"
	IconRight      Icon = "right"
	IconSearch     Icon = "search"
	IconSettings   Icon = "settings"
	IconShield     Icon = "shield"
	IconStar       Icon = "star"
	IconSun        Icon = "sun"
	IconTrash      Icon = "trash"
	IconUnknown    Icon = "unknown"
	IconVerified   Icon = "verified"
	IconWarning    Icon = "warning"
	IconWrite      Icon = "write"

	IconRiskNone     Icon = "risk-none"
	IconRiskLow      Icon = "risk-low"
	IconRiskModerate Icon = "risk-moderate"
	IconRiskElevated Icon = "risk-elevated"
	IconRiskHigh     Icon = "risk-high"
)

var iconOpen = `<svg class="i" aria-hidden="true"><use href="` + static.URL("icons.svg") + `#`

// Render writes the icon.
func (i Icon) Render(_ context.Context, w io.Writer) error {
	for _, s := range [...]string{iconOpen, string(i), `"></use></svg>`} {
		if _, err := io.WriteString(w, s); err != nil {
			return err
		}
	}
	return nil
}
