package models

import "slices"

// LintRule is one thing that the linter looks at. Its name is that of its
// messages: lint.<name> and lint.<name>.mend.
type LintRule struct {
	Name     string
	Severity Severity
	Topic    LintTopic
}

// LintTopic groups rules in the documentation.
type LintTopic string

// The topics.
const (
	LintNeeded   LintTopic = "needed"
	LintText     LintTopic = "text"
	LintMarkdown LintTopic = "markdown"
	LintAddress  LintTopic = "address"
	LintValue    LintTopic = "value"
	LintPlan     LintTopic = "plan"
	LintPicture  LintTopic = "picture"
	LintFile     LintTopic = "file"
)

// LintTopics lists the topics in the order of the documentation.
func LintTopics() []LintTopic {
	return []LintTopic{LintNeeded, LintText, LintMarkdown, LintAddress, LintValue, LintPlan, LintPicture, LintFile}
}

var lintRules = slices.Concat(
	rulesOf(LintNeeded, SeverityError, "required", "required_plan", "required_purchase_url", "required_installation", "required_data"),
	rulesOf(LintNeeded, SeverityWarning, "terms_for_paid", "data_contradiction"),
	rulesOf(LintNeeded, SeverityHint, "documentation_missing", "screenshots_missing"),

	rulesOf(LintText, SeverityError, "encoding", "control", "direction", "invisible", "stacked_marks", "line_break", "too_long", "too_many", "too_large"),
	rulesOf(LintText, SeverityWarning, "mixed_scripts", "placeholder", "plain_markup"),
	rulesOf(LintText, SeverityHint, "too_short", "shouting", "exclamation", "full_stop", "name_repeated", "translation_same", "translation_partial"),

	rulesOf(LintMarkdown, SeverityWarning, "markdown_image", "markdown_html", "markdown_scheme"),
	rulesOf(LintMarkdown, SeverityHint, "headings_missing", "heading_skipped"),

	rulesOf(LintAddress, SeverityError, "address", "address_scheme", "address_user", "address_private", "mail"),
	rulesOf(LintAddress, SeverityWarning, "address_number", "address_scripts", "address_example"),

	rulesOf(LintValue, SeverityError, "choice", "slug", "slug_reserved", "twice", "translation_language", "category_unknown", "colour",
		"permission_unknown", "event_unknown", "scope_unknown", "path"),
	rulesOf(LintValue, SeverityHint, "language_spelling"),

	rulesOf(LintPlan, SeverityError, "plan_price_missing", "plan_price_range", "plan_price_zero", "plan_price_free", "plan_currency",
		"plan_unit_missing", "plan_units_range", "plan_units_order", "plan_capacity_range", "plan_capacity_low", "plan_trial_range", "plan_trial_free", "plan_notice_range",
		"plan_name_twice", "plan_number_twice", "plan_number", "plan_date"),
	rulesOf(LintPlan, SeverityWarning, "plan_yearly_dearer", "plan_units_unused", "plan_currencies", "purchase_url_unused"),
	rulesOf(LintPlan, SeverityHint, "plan_one_period", "plan_undescribed", "plan_same_price"),

	rulesOf(LintPicture, SeverityError, "picture_source", "picture_file", "picture_hash"),
	rulesOf(LintPicture, SeverityWarning, "screenshot_twice", "feature_colour_missing"),
	rulesOf(LintPicture, SeverityHint, "caption_missing"),

	rulesOf(LintFile, SeverityError, "file_large", "file_encoding", "file_binary", "file_syntax", "file_empty", "file_documents", "file_shape",
		"file_anchor", "file_merge", "file_tag", "file_deep", "file_scalar", "file_nodes", "file_key", "file_key_twice", "file_key_near", "file_key_unknown",
		"file_foreign", "picture_unsent",
		"file_want_text", "file_want_number", "file_want_truth", "file_want_list", "file_want_fields"),
	rulesOf(LintFile, SeverityWarning, "file_ignored"),
)

func rulesOf(topic LintTopic, severity Severity, names ...string) []LintRule {
	rules := make([]LintRule, len(names))
	for i, name := range names {
		rules[i] = LintRule{Name: name, Severity: severity, Topic: topic}
	}
	return rules
}

// LintRules lists every rule, by topic and then by severity.
func LintRules() []LintRule { return slices.Clone(lintRules) }

var lintIndex = func() map[string]LintRule {
	index := make(map[string]LintRule, len(lintRules))
	for _, r := range lintRules {
		index[r.Name] = r
	}
	return index
}()
