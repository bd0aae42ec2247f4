package ui

import (
	"context"
	"io"
	"slices"

	"github.com/a-h/templ"
)

// Example is a component with something in it, for the gallery and for the
// tests that hold its HTML.
type Example struct {
	Name      string
	Component templ.Component
}

// Examples are the pieces of this package.
func Examples() []Example { return slices.Concat(pieceExamples(), accountExamples(), formExamples()) }

func pieceExamples() []Example {
	return []Example{
		{"icons-accounts", templ.Join(IconBell, IconBlock, IconCalendar, IconCopy, IconDevice, IconEdit, IconFingerprint, IconInbox, IconKey, IconLink, IconLock, IconMail, IconMore, IconPasskey, IconPause, IconPeople, IconPhone, IconPin, IconRefresh, IconRepository, IconSettings, IconSignOut, IconTransfer, IconTrash, IconUpload)},
		{"icons", templ.Join(IconSearch, IconRead, IconWrite, IconAdmin, IconVerified, IconRiskNone, IconRiskLow, IconRiskModerate, IconRiskElevated, IconRiskHigh, IconUnknown)},
		{"marked", Marked("", []Span{{Text: "code "}, {Text: "review", Mark: true}})},
		{"tile-monogram", Tile(TileProps{Slug: "codecov", Name: "Codecov"})},
		{"tile-large", Tile(TileProps{Slug: "持续", Name: "持续集成", Large: true})},
		{"tile-picture", Tile(TileProps{Slug: "mergify", Name: "Mergify", LogoURL: "/logos/mergify.svg"})},
		{"tile-stored", Tile(TileProps{Slug: "mergify", Name: "Mergify", LogoURL: "/images/1", Backdrop: "0c655d", Large: true})},
		{"note", templ.Join(Note(IconInfo))},
		{"pager", Pager(PagerProps{Label: "Pages", Previous: "?page=3", Next: "?page=5", Links: []PageLink{
			{Page: 1, Href: "?page=1"}, {Gap: true}, {Page: 3, Href: "?page=3"}, {Page: 4, Href: "?page=4", Current: true}, {Page: 5, Href: "?page=5"},
		}})},
	}
}

func accountExamples() []Example {
	copied := Copy("souk_pat_0kZq8T3rVbN5wXyL2mJh7QdC4sFgA9eU_1f0c2a", "the token")
	return []Example{
		{"avatars", templ.Join(Avatar("octavia", false), Avatar("北京工坊", false), Avatar("octavia", true))},
		{"badges", templ.Join(Badge("Private", ToneQuiet), Badge("Active", ToneGood), Badge("Expires soon", ToneWarn), Badge("Suspended", ToneBad), Badge("New", ToneAccent))},
		{"breadcrumb", Breadcrumb([]Crumb{{"octavia", "/octavia"}, {"hello-world", ""}})},
		{"changes", Changes([]Change{{"role", "member", "owner"}, {"company", "", "Octavia & Co"}, {"location", "Kyōto", ""}})},
		{"copy", copied},
		{"empty-list", within(Empty(IconKey, "No tokens yet", "A token lets a script act as you. It is shown once."), Quiet("Make a token"))},
		{"secret", within(Secret("Your new token", "Copy it now: it is not shown again."), copied)},
		{"table", within(Scroll("What happened"), templ.Raw(`<table class="table"><thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col" class="num">Times</th></tr></thead><tbody><tr><th scope="row">3 May</th><td>octavia</td><td class="num">12</td></tr></tbody></table>`))},
		{"tabs", Tabs("Octavia", []Tab{{Icon: IconRepository, Text: "Repositories", Path: "/octavia", Count: "12", Current: true}, {Icon: IconPeople, Text: "People", Path: "/orgs/octavia/people"}})},
		{"when", When("2027-05-03T10:00:00Z", "3 May 2027")},
	}
}

func formExamples() []Example {
	levels := []Option{{"read", "Read", "See the repository."}, {"write", "Write", "Change what is in it."}}
	return []Example{
		{"field", Field(FieldProps{Name: "display_name", Label: "Name", Help: "As others see it.", Value: "Octavia <b>", Optional: true, Max: 100})},
		{"field-bad", Field(FieldProps{Name: "login", Label: "User name", Help: "Letters, digits and hyphens.", Value: "octavia!", Auto: "username", Problem: "This name has a character that isn’t allowed.", Mono: true})},
		{"field-code", Field(FieldProps{Name: "code", Label: "Code", Auto: "one-time-code", Digits: true})},
		{"field-lines", Field(FieldProps{Name: "bio", Label: "About you", Lines: 4, Optional: true, Example: "What you work on"})},
		{"field-password", Field(FieldProps{Name: "password", Label: "Password", Type: "password", Value: "never shown", Auto: "current-password", Max: 100})},
		{"field-readonly", Field(FieldProps{Name: "id", Label: "Number", Value: "12", Readonly: true})},
		{"select", Select(SelectProps{Name: "zone", Label: "Time zone", Help: "For times and invoices.", Value: "Asia/Tokyo", Problem: "There is no such zone.", Options: []Option{{Value: "UTC", Label: "UTC"}, {Value: "Asia/Tokyo", Label: "Tokyo"}}})},
		{"radios", Radios(SelectProps{Name: "level", Label: "Level", Help: "What this person may do.", Value: "write", Options: levels})},
		{"radios-bad", Radios(SelectProps{Name: "role", Label: "Role", Problem: "Choose one.", Options: levels})},
		{"choices", Choices(ChoicesProps{Name: "scopes", Label: "Scopes", Values: []string{"read"}, Options: levels})},
		{"checkbox", Checkbox(CheckboxProps{Name: "private_profile", Label: "Private profile", Help: "Only your login is shown.", Checked: true})},
		{"checkbox-bad", Checkbox(CheckboxProps{Name: "sure", Label: "I understand", Problem: "Tick this to go on."})},
		{"buttons", templ.Join(Submit("Save profile"), Quiet("Cancel"), Danger("Delete this account"))},
		{"posts", templ.Join(
			Post(PostProps{Action: "/settings/sessions/1", Label: "End", About: "Firefox on Linux", Danger: true}),
			Post(PostProps{Action: "/notifications/1", Label: "Done", Hidden: []Value{{"id", "1"}}}),
			Post(PostProps{Action: "/invitations/1", Label: "Accept", Main: true}))},
		{"summary", Summary([]Problem{{Field: "login", Text: "This name is taken."}, {Text: "Try again in a minute."}})},
	}
}

// within puts one component into another.
func within(outer, inner templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return outer.Render(templ.WithChildren(ctx, inner), w)
	})
}
