package requests

import (
	"context"
	"slices"
	"strconv"

	"souk/models"
	"souk/templates/ui"
	"souk/web/i18n"
)

// RuleItem is a rule as a list of them shows it.
type RuleItem struct {
	Decision   models.Decision
	Conditions []string // what it looks at, in words
	Words      string
	Kept       string // as the form carries it
}

func (p *Policy) items(ctx context.Context) []RuleItem {
	var all []RuleItem
	for i := range p.Policy.Rules {
		r := &p.Policy.Rules[i]
		item := RuleItem{Decision: r.Decision, Conditions: p.conditions(ctx, r), Words: r.Words}
		if p.MayChange {
			item.Kept = p.Kept[i]
		}
		all = append(all, item)
	}
	return all
}

// Decided is a decision in a word.
func Decided(ctx context.Context, d models.Decision) string { return decision(ctx, d) }

// DecidedTone is how that is marked.
func DecidedTone(d models.Decision) ui.Tone { return decisionTone(d) }

// Coded are codes as options: prefix and code make the key of a text, and "any" stands
// for no code.
func Coded[T ~string](ctx context.Context, prefix string, all []T) []ui.Option {
	return coded(ctx, prefix, all)
}

// Levels are the levels of permissions as options.
func Levels(ctx context.Context) []ui.Option { return levels(ctx) }

// Categories are categories as options, and none of them.
func Categories(ctx context.Context, all []models.Category) []ui.Option {
	return categories(ctx, all, "requests.category.any")
}

// CategoryName is what a category is called.
func CategoryName(ctx context.Context, all []models.Category, slug string) string {
	return categoryName(ctx, all, slug)
}

// Access is what an app asks for, in words.
func Access(ctx context.Context, permission string, level models.Level) string {
	return access(ctx, &models.BuyRule{Permission: permission, Level: level})
}

// conditions are what a rule looks at, in words; none fits everything.
func (p *Policy) conditions(ctx context.Context, r *models.BuyRule) []string {
	var all []string
	if r.Price != models.PriceAny {
		all = append(all, i18n.T(ctx, "requests.rule.price."+string(r.Price), "amount", i18n.Money(ctx, r.Minor, r.Currency)))
	}
	if r.Category != "" {
		all = append(all, i18n.T(ctx, "requests.rule.category", "category", categoryName(ctx, p.Categories, r.Category)))
	}
	if r.Permission != "" {
		all = append(all, access(ctx, r))
	}
	if r.Publisher != models.PublisherAny {
		all = append(all, i18n.T(ctx, "requests.rule.publisher."+string(r.Publisher)))
	}
	if len(all) == 0 {
		all = append(all, i18n.T(ctx, "requests.rule.everything"))
	}
	return all
}

// access is what the app asks for, in words.
func access(ctx context.Context, r *models.BuyRule) string {
	name := r.Permission
	if key := "permission." + r.Permission + ".name"; i18n.Has(key) {
		name = i18n.T(ctx, key)
	} else {
		return i18n.T(ctx, "requests.rule.scope", "scope", name)
	}
	if r.Level == "" || r.Level == models.LevelRead {
		return i18n.T(ctx, "requests.rule.permission", "permission", name)
	}
	return i18n.T(ctx, "requests.rule.permission.level", "permission", name, "level", i18n.T(ctx, "permission.level."+string(r.Level)))
}

func categoryName(ctx context.Context, all []models.Category, slug string) string {
	if i := slices.IndexFunc(all, func(c models.Category) bool { return c.Slug == slug }); i >= 0 {
		if name := all[i].Names.In(i18n.Lang(ctx)); name != "" {
			return name
		}
	}
	return slug
}

// coded are codes as options; any is the text for none of them.
func coded[T ~string](ctx context.Context, prefix string, all []T) []ui.Option {
	var options []ui.Option
	for _, v := range all {
		key := prefix + string(v)
		if v == "" {
			key = prefix + "any"
		}
		options = append(options, ui.Option{Value: string(v), Label: i18n.T(ctx, key)})
	}
	return options
}

func decisions(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, d := range models.Decisions() {
		all = append(all, ui.Option{Value: string(d), Label: decision(ctx, d), Help: i18n.T(ctx, "requests.decision."+string(d)+".help")})
	}
	return all
}

func levels(ctx context.Context) []ui.Option {
	all := []ui.Option{{Value: "", Label: i18n.T(ctx, "requests.level.any")}}
	for _, l := range []models.Level{models.LevelRead, models.LevelWrite, models.LevelAdmin} {
		all = append(all, ui.Option{Value: string(l), Label: i18n.T(ctx, "requests.level.least", "level", i18n.T(ctx, "permission.level."+string(l)))})
	}
	return all
}

// categories are the categories as options; none is the text for none of them.
func categories(ctx context.Context, all []models.Category, none string) []ui.Option {
	options := []ui.Option{{Value: "", Label: i18n.T(ctx, none)}}
	for _, c := range all {
		options = append(options, ui.Option{Value: c.Slug, Label: categoryName(ctx, all, c.Slug)})
	}
	return options
}

func currencies() []ui.Option {
	var all []ui.Option
	common := models.CommonCurrencies()
	for _, c := range common {
		all = append(all, ui.Option{Value: c, Label: c})
	}
	for _, c := range models.Currencies() {
		if !slices.Contains(common, c) {
			all = append(all, ui.Option{Value: c, Label: c})
		}
	}
	return all
}

// suggestions are what a rule can be about: permissions and scopes, each by what the
// field takes and by its name.
func suggestions(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, p := range models.Permissions() {
		if key := "permission." + p.Key + ".name"; i18n.Has(key) {
			all = append(all, ui.Option{Value: p.Key, Label: i18n.T(ctx, key)})
		}
	}
	for _, s := range models.Scopes() {
		all = append(all, ui.Option{Value: s.Name})
	}
	return all
}

// act is what a button of the form does to a rule.
func act(what string, i int) string { return what + ":" + strconv.Itoa(i) }

// sentence is what came of a replay.
func (r *Replay) sentence(ctx context.Context) string {
	if r.Orders == 0 {
		return i18n.T(ctx, "requests.replay.none")
	}
	return i18n.N(ctx, "requests.replay.stopped", int64(r.Orders), "denied", i18n.Number(ctx, int64(r.Denied)))
}

// share is how much of a budget is spent, of a hundred.
func share(b *models.BudgetUse) int64 {
	if b.Limit.Minor == 0 {
		if b.Spent.Minor > 0 {
			return 100
		}
		return 0
	}
	return min(b.Spent.Minor*100/b.Limit.Minor, 100)
}

func over(b *models.BudgetUse) bool { return b.Spent.Minor > b.Limit.Minor }

// left is what may still be spent.
func left(b *models.BudgetUse) models.Money {
	return models.Money{Minor: b.Limit.Minor - b.Spent.Minor, Currency: b.Limit.Currency}
}
