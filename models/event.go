package models

import (
	"maps"
	"slices"
)

// eventPermissions says, for every webhook event that GitHub describes, which
// permission keys unlock it; any one of them will do, at read or more. Events
// with none are sent without a permission (installation, ping, meta,
// security_advisory), follow a listing (marketplace_purchase, sponsorship), or
// never reach an app (repository_import, repository_vulnerability_alert).
var eventPermissions = map[string][]string{
	"branch_protection_configuration": {"administration"},
	"branch_protection_rule":          {"administration"},
	"check_run":                       {"checks"},
	"check_suite":                     {"checks"},
	"code_scanning_alert":             {"security_events"},
	"commit_comment":                  {"contents"},
	"create":                          {"contents"},
	"custom_property":                 {"organization_custom_properties"},
	"custom_property_values":          {"organization_custom_properties"},
	"delete":                          {"contents"},
	"dependabot_alert":                {"vulnerability_alerts"},
	"deploy_key":                      {"deployments"},
	"deployment":                      {"deployments"},
	"deployment_protection_rule":      {"deployments"},
	"deployment_review":               {"deployments"},
	"deployment_status":               {"deployments"},
	"discussion":                      {"discussions"},
	"discussion_comment":              {"discussions"},
	"fork":                            {"contents"},
	"github_app_authorization":        nil,
	"gollum":                          {"contents"},
	"installation":                    nil,
	"installation_repositories":       nil,
	"installation_target":             nil,
	"issue_comment":                   {"issues", "pull_requests"},
	"issue_dependencies":              {"issues"},
	"issues":                          {"issues"},
	"label":                           {"metadata"},
	"marketplace_purchase":            nil,
	"member":                          {"members"},
	"membership":                      {"members"},
	"merge_group":                     {"merge_queues"},
	"meta":                            nil,
	"milestone":                       {"issues", "pull_requests"},
	"org_block":                       {"organization_administration", "organization_user_blocking"},
	"organization":                    {"members"},
	"package":                         {"packages"},
	"page_build":                      {"pages"},
	"personal_access_token_request":   {"organization_personal_access_token_requests"},
	"ping":                            nil,
	"project":                         {"repository_projects", "organization_projects"},
	"project_card":                    {"repository_projects", "organization_projects"},
	"project_column":                  {"repository_projects", "organization_projects"},
	"projects_v2":                     {"organization_projects"},
	"projects_v2_item":                {"organization_projects"},
	"projects_v2_status_update":       {"organization_projects"},
	"public":                          {"metadata"},
	"pull_request":                    {"pull_requests"},
	"pull_request_review":             {"pull_requests"},
	"pull_request_review_comment":     {"pull_requests"},
	"pull_request_review_thread":      {"pull_requests"},
	"push":                            {"contents"},
	"registry_package":                {"packages"},
	"release":                         {"contents"},
	"repository":                      {"metadata"},
	"repository_advisory":             {"repository_advisories"},
	"repository_dispatch":             {"contents"},
	"repository_import":               nil,
	"repository_ruleset":              {"administration", "organization_administration"},
	"repository_vulnerability_alert":  nil,
	"secret_scanning_alert":           {"secret_scanning_alerts"},
	"secret_scanning_alert_location":  {"secret_scanning_alerts"},
	"secret_scanning_scan":            {"secret_scanning_alerts"},
	"security_advisory":               nil,
	"security_and_analysis":           {"administration"},
	"sponsorship":                     nil,
	"star":                            {"metadata"},
	"status":                          {"statuses"},
	"sub_issues":                      {"issues"},
	"team":                            {"members"},
	"team_add":                        {"members"},
	"watch":                           {"metadata"},
	"workflow_dispatch":               {"contents"},
	"workflow_job":                    {"actions"},
	"workflow_run":                    {"actions"},
}

// Events lists the known webhook events in alphabetical order.
func Events() []string { return slices.Sorted(maps.Keys(eventPermissions)) }

// EventKnown reports whether GitHub describes a webhook event of that name.
func EventKnown(name string) bool {
	_, ok := eventPermissions[name]
	return ok
}

// EventPermissions lists the permission keys any of which unlocks the event;
// none if it needs no permission or is not known.
func EventPermissions(name string) []string {
	return slices.Clone(eventPermissions[name])
}
