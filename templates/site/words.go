package site

import (
	"context"
	"strconv"
	"strings"
	"time"

	"souk/models"
	"souk/templates/ui"
	"souk/web/i18n"
)

// words are the texts that every card of a list repeats, looked up once.
type words struct {
	verified, oauth, discontinued, by, compare, why string
	free, freePaid, paid, trial, priceUnknown       string
}

func newWords(ctx context.Context) *words {
	return &words{
		verified:     i18n.T(ctx, "site.card.verified"),
		oauth:        i18n.T(ctx, "site.type.oauth_app"),
		discontinued: i18n.T(ctx, "site.card.discontinued"),
		by:           i18n.T(ctx, "site.card.by"),
		compare:      i18n.T(ctx, "site.card.compare"),
		why:          i18n.T(ctx, "site.card.why"),
		free:         i18n.T(ctx, "site.pricing.free"),
		freePaid:     i18n.T(ctx, "site.pricing.free_paid"),
		paid:         i18n.T(ctx, "site.pricing.paid"),
		trial:        i18n.T(ctx, "site.pricing_value.trial"),
		priceUnknown: i18n.T(ctx, "site.pricing.unknown"),
	}
}

// price is a listing's pricing in a few words: "Free · from $12/month".
func (w *words) price(ctx context.Context, p models.Pricing) string {
	switch {
	case !p.Known:
		return w.priceUnknown
	case !p.Paid:
		return w.free
	}
	switch {
	case p.FromMinor != nil && p.Free:
		return i18n.T(ctx, "site.pricing.free_from", "price", i18n.MoneyShort(ctx, *p.FromMinor, p.Currency))
	case p.FromMinor != nil:
		return i18n.T(ctx, "site.pricing.from", "price", i18n.MoneyShort(ctx, *p.FromMinor, p.Currency))
	case p.Free:
		return w.freePaid
	}
	return w.paid
}

// riskLabel is a band in words.
func riskLabel(ctx context.Context, b models.RiskBand) string {
	switch b {
	case models.RiskUnknown:
		return i18n.T(ctx, "site.risk.unknown")
	case models.RiskNone:
		return i18n.T(ctx, "site.risk.none")
	}
	return i18n.T(ctx, "site.risk", "band", i18n.T(ctx, "risk.band."+string(b)))
}

var riskIcons = map[models.RiskBand]ui.Icon{
	models.RiskUnknown:  ui.IconUnknown,
	models.RiskNone:     ui.IconRiskNone,
	models.RiskLow:      ui.IconRiskLow,
	models.RiskModerate: ui.IconRiskModerate,
	models.RiskElevated: ui.IconRiskElevated,
	models.RiskHigh:     ui.IconRiskHigh,
}

var riskClasses = map[models.RiskBand]string{
	models.RiskUnknown:  "risk risk-unknown",
	models.RiskNone:     "risk risk-none",
	models.RiskLow:      "risk risk-low",
	models.RiskModerate: "risk risk-moderate",
	models.RiskElevated: "risk risk-elevated",
	models.RiskHigh:     "risk risk-high",
}

var levelIcons = map[models.Level]ui.Icon{
	models.LevelRead: ui.IconRead, models.LevelWrite: ui.IconWrite, models.LevelAdmin: ui.IconAdmin,
}

var levelClasses = map[models.Level]string{
	models.LevelRead: "level level-read", models.LevelWrite: "level level-write", models.LevelAdmin: "level level-admin",
}

// installs is a rough number for lists: "12K installs".
func installs(ctx context.Context, n int64) string {
	if n >= 1000 {
		return i18n.T(ctx, "site.installs.short", "n", i18n.Compact(ctx, n))
	}
	return i18n.N(ctx, "site.installs", n)
}

// valueLabel is one value of a facet in words.
func valueLabel(ctx context.Context, facet, value, label string) string {
	switch facet {
	case "type":
		return known(ctx, "site.type."+value, value)
	case "pricing":
		return known(ctx, "site.pricing_value."+value, value)
	case "verified":
		return known(ctx, "site.verified_value."+value, value)
	case "language":
		return ProgrammingName(value)
	case "permission":
		if key := "site.permission_value." + value; i18n.Has(key) {
			return i18n.T(ctx, key)
		}
		return i18n.T(ctx, "site.permission_value.asks", "name", known(ctx, "permission."+value+".name", value))
	}
	if label != "" {
		return label
	}
	return value
}

func known(ctx context.Context, key, otherwise string) string {
	if i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return otherwise
}

// dateISO is a day for a machine.
func dateISO(t time.Time) string { return t.Format("2006-01-02") }

// grantSentence says in words what one permission allows.
func grantSentence(ctx context.Context, key string, level models.Level) string {
	if m := "permission." + key + "." + string(level); i18n.Has(m) {
		return i18n.T(ctx, m)
	}
	return i18n.T(ctx, "site.access.other", "key", key)
}

func scopeSentence(ctx context.Context, s Scope) string {
	if m := "scope." + s.Message; s.Message != "" && i18n.Has(m) {
		return i18n.T(ctx, m)
	}
	return i18n.T(ctx, "site.access.other", "key", s.Name)
}

// riskReason is one reason of a score in words.
func riskReason(ctx context.Context, p models.RiskPoint) string {
	if p.Combo != "" {
		return i18n.T(ctx, "risk.combo."+p.Combo)
	}
	if p.Level != "" {
		return grantSentence(ctx, p.Key, p.Level)
	}
	return scopeSentence(ctx, Scope{Name: p.Key, Message: strings.ReplaceAll(p.Key, ":", "_")})
}

// planPrice is the exact price of a plan for a period: "$12.00 a month".
func planPrice(ctx context.Context, p *Plan, period models.Period) string {
	if p.Kind == models.PlanFree {
		return i18n.T(ctx, "site.plan.free")
	}
	minor, key, none := p.MonthlyMinor, "month", "site.plan.no_month"
	if period == models.Yearly {
		minor, key, none = p.YearlyMinor, "year", "site.plan.no_year"
	}
	switch {
	case p.MonthlyMinor == nil && p.YearlyMinor == nil:
		return i18n.T(ctx, "site.plan.price_unknown")
	case minor == nil:
		return i18n.T(ctx, none)
	case p.Kind == models.PlanPerUnit:
		unit := p.UnitName
		if unit == "" {
			unit = i18n.T(ctx, "site.plan.unit")
		}
		return i18n.T(ctx, "site.plan.unit_"+key, "price", i18n.Money(ctx, *minor, p.Currency), "unit", unit)
	}
	return i18n.T(ctx, "site.plan."+key, "price", i18n.Money(ctx, *minor, p.Currency))
}

// trialWords are the exact terms of a plan's trial for a period, or empty.
func trialWords(ctx context.Context, p *Plan, period models.Period) string {
	if p.TrialDays == 0 || p.Kind == models.PlanFree {
		return ""
	}
	minor := p.MonthlyMinor
	if period == models.Yearly {
		minor = p.YearlyMinor
	}
	if minor == nil {
		return i18n.N(ctx, "site.plan.trial_only", int64(p.TrialDays))
	}
	return i18n.N(ctx, "site.plan.trial", int64(p.TrialDays), "price", planPrice(ctx, p, period))
}

func programmingNames(values []string) []string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = ProgrammingName(v)
	}
	return names
}

// ProgrammingName is a programming language's name as it is usually written.
func ProgrammingName(value string) string {
	if name, ok := programming[strings.ToLower(value)]; ok {
		return name
	}
	if value != strings.ToLower(value) || value == "" {
		return value
	}
	return strings.ToUpper(value[:1]) + value[1:]
}

var programming = func() map[string]string {
	m := map[string]string{}
	for _, name := range strings.Fields("ABAP ActionScript AppleScript ASP.NET AutoHotkey CoffeeScript CSS C# C++ F# CUDA " +
		"ClojureScript ColdFusion D3 FreeMarker GLSL GraphQL HCL HLSL HTML INI JSON JSX Jupyter LESS LLVM LaTeX MATLAB " +
		"MDX JavaScript NumPy OCaml Objective-C Objective-C++ OpenSCAD PHP PL/SQL PLpgSQL PostScript PowerShell " +
		"PureScript QML ReScript RPM SCSS SQL SVG TeX TOML TSX TypeScript VB.NET VBA VHDL WebAssembly XML XSLT YAML") {
		m[strings.ToLower(name)] = name
	}
	return m
}()

func langName(lang string) string {
	return map[string]string{"en": "English", "zh-CN": "简体中文", "ja": "日本語", "fr": "français"}[lang]
}

func langNames(langs []string) []string {
	names := make([]string, len(langs))
	for i, l := range langs {
		names[i] = langName(l)
	}
	return names
}

// ruleFound is what a ranking rule found: the words that matched, a number of
// installs, or how far it holds.
func ruleFound(ctx context.Context, r Rule) string {
	if n, err := strconv.ParseInt(r.Detail, 10, 64); err == nil && n > 0 {
		switch r.Code {
		case "installs":
			return installs(ctx, n)
		case "stars":
			return i18n.Number(ctx, n)
		}
	}
	if r.Detail != "" {
		return r.Detail
	}
	return percent(r.Score)
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) }

func percent(f float64) string { return strconv.FormatFloat(f*100, 'f', 0, 64) + "%" }
