package models

// Errors of policies about apps.
var (
	ErrTooManyAppRules = &Error{Kind: Invalid, Code: "too_many_app_rules"}
	ErrRuleApp         = &Error{Kind: Invalid, Code: "rule_app", Field: "app"}
)

// NoticeAppPolicy is that an owner changed which apps an organization lets in.
const NoticeAppPolicy NotificationKind = "app_policy"

// What is refused, recorded and told of policies about apps.
var (
	appPolicyErrors  = []*Error{ErrTooManyAppRules, ErrRuleApp}
	appPolicyActions = []AuditAction{"app_policy.change"}
	appPolicyNotices = []notice{{NoticeAppPolicy, TopicInstallations, []string{"login", "organization"}}}
)
