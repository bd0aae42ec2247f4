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
	IconAdmin       Icon = "admin"
	IconArchive     Icon = "archive"
	IconAuto        Icon = "auto"
	IconBell        Icon = "bell"
	IconBlock       Icon = "block"
	IconBook        Icon = "book"
	IconBuilding    Icon = "building"
	IconCalendar    Icon = "calendar"
	IconCheck       Icon = "check"
	IconClock       Icon = "clock"
	IconClose       Icon = "close"
	IconCode        Icon = "code"
	IconCompare     Icon = "compare"
	IconCopy        Icon = "copy"
	IconDevice      Icon = "device"
	IconDown        Icon = "down"
	IconEdit        Icon = "edit"
	IconExternal    Icon = "external"
	IconFeed        Icon = "feed"
	IconFilter      Icon = "filter"
	IconFingerprint Icon = "fingerprint"
	IconGlobe       Icon = "globe"
	IconInbox       Icon = "inbox"
	IconInfo        Icon = "info"
	IconInstall     Icon = "install"
	IconKey         Icon = "key"
	IconLeft        Icon = "left"
	IconLink        Icon = "link"
	IconLock        Icon = "lock"
	IconMail        Icon = "mail"
	IconMark        Icon = "mark"
	IconMoon        Icon = "moon"
	IconMore        Icon = "more"
	IconPasskey     Icon = "passkey"
	IconPause       Icon = "pause"
	IconPeople      Icon = "people"
	IconPerson      Icon = "person"
	IconPhone       Icon = "phone"
	IconPin         Icon = "pin"
	IconPlus        Icon = "plus"
	IconRanking     Icon = "ranking"
	IconRead        Icon = "read"
	IconReceipt     Icon = "receipt"
	IconRefresh     Icon = "refresh"
	IconRepository  Icon = "repository"
	IconRight       Icon = "right"
	IconSearch      Icon = "search"
	IconSettings    Icon = "settings"
	IconShield      Icon = "shield"
	IconSignOut     Icon = "sign-out"
	IconStar        Icon = "star"
	IconSun         Icon = "sun"
	IconTransfer    Icon = "transfer"
	IconTrash       Icon = "trash"
	IconUnknown     Icon = "unknown"
	IconUpload      Icon = "upload"
	IconVerified    Icon = "verified"
	IconWarning     Icon = "warning"
	IconWrite       Icon = "write"

	IconDownload = IconInstall // the same arrow, for files

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
