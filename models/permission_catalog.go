package models

import "slices"

// The tables below follow GitHub's `app-permissions` schema (55 keys), plus the
// enterprise keys of GitHub Enterprise Server and the names that go over the
// wire although the schema lacks them. Weights are ours.

// permissionAliases maps a spelling that manifests and documents use to the one
// that responses carry.
var permissionAliases = map[string]string{
	"email_addresses":   "emails",
	"git_ssh_keys":      "keys",
	"custom_properties": "repository_custom_properties",
}

// unknownWeight is for keys and scopes that GitHub may add after us.
const unknownWeight = 4

var (
	readOnly  = []Level{LevelRead}
	writeOnly = []Level{LevelWrite}
	readWrite = []Level{LevelRead, LevelWrite}
	upToAdmin = []Level{LevelRead, LevelWrite, LevelAdmin}
)

var permissions = slices.Concat(
	permissionsOf(GroupRepository, []Permission{
		{Key: "actions", Levels: readWrite, Weight: 4},
		{Key: "actions_variables", Levels: readWrite, Weight: 4},
		{Key: "administration", Levels: readWrite, Weight: 9},
		{Key: "artifact_metadata", Levels: readWrite, Weight: 1},
		{Key: "attestations", Levels: readWrite, Weight: 3},
		{Key: "checks", Levels: readWrite, Weight: 2},
		{Key: "code_quality", Levels: readWrite, Weight: 2},
		{Key: "codespaces", Levels: readWrite, Weight: 6},
		{Key: "codespaces_lifecycle_admin", Levels: readWrite, Weight: 3},
		{Key: "codespaces_metadata", Levels: readOnly, Weight: 2},
		{Key: "codespaces_secrets", Levels: readWrite, Weight: 8},
		{Key: "content_references", Levels: readWrite, Weight: 1},
		{Key: "contents", Levels: readWrite, Weight: 8},
		{Key: "dependabot_secrets", Levels: readWrite, Weight: 8},
		{Key: "deployments", Levels: readWrite, Weight: 4},
		{Key: "discussions", Levels: readWrite, Weight: 1},
		{Key: "environments", Levels: readWrite, Weight: 6},
		{Key: "issues", Levels: readWrite, Weight: 2},
		{Key: "merge_queues", Levels: readWrite, Weight: 2},
		{Key: "metadata", Levels: readWrite, Weight: 0},
		{Key: "packages", Levels: readWrite, Weight: 6},
		{Key: "pages", Levels: readWrite, Weight: 4},
		{Key: "pull_requests", Levels: readWrite, Weight: 3},
		{Key: "repository_advisories", Levels: readWrite, Weight: 6},
		{Key: "repository_custom_properties", Levels: readWrite, Weight: 2},
		{Key: "repository_hooks", Levels: readWrite, Weight: 5},
		{Key: "repository_pre_receive_hooks", Levels: readWrite, Weight: 6},
		{Key: "repository_projects", Levels: upToAdmin, Weight: 1},
		{Key: "secret_scanning_alerts", Levels: readWrite, Weight: 8},
		{Key: "secrets", Levels: readWrite, Weight: 8},
		{Key: "security_events", Levels: readWrite, Weight: 5},
		{Key: "single_file", Levels: readWrite, Weight: 2},
		{Key: "statuses", Levels: readWrite, Weight: 2},
		{Key: "vulnerability_alerts", Levels: readWrite, Weight: 5},
		{Key: "workflows", Levels: writeOnly, Weight: 9},
	}),
	permissionsOf(GroupOrganization, []Permission{
		{Key: "custom_properties_for_organizations", Levels: readWrite, Weight: 2},
		{Key: "members", Levels: readWrite, Weight: 6},
		{Key: "organization_actions_variables", Levels: readWrite, Weight: 5},
		{Key: "organization_administration", Levels: readWrite, Weight: 12},
		{Key: "organization_announcement_banners", Levels: readWrite, Weight: 1},
		{Key: "organization_api_insights", Levels: readOnly, Weight: 2},
		{Key: "organization_codespaces", Levels: readWrite, Weight: 5},
		{Key: "organization_codespaces_secrets", Levels: readWrite, Weight: 9},
		{Key: "organization_codespaces_settings", Levels: readWrite, Weight: 4},
		{Key: "organization_copilot_agent_settings", Levels: readWrite, Weight: 4},
		{Key: "organization_copilot_metrics", Levels: readOnly, Weight: 2},
		{Key: "organization_copilot_seat_management", Levels: readWrite, Weight: 4},
		{Key: "organization_custom_org_roles", Levels: readWrite, Weight: 9},
		{Key: "organization_custom_properties", Levels: upToAdmin, Weight: 3},
		{Key: "organization_custom_roles", Levels: readWrite, Weight: 8},
		{Key: "organization_dependabot_secrets", Levels: readWrite, Weight: 9},
		{Key: "organization_events", Levels: readOnly, Weight: 2},
		{Key: "organization_hooks", Levels: readWrite, Weight: 7},
		{Key: "organization_knowledge_bases", Levels: readWrite, Weight: 3},
		{Key: "organization_packages", Levels: readWrite, Weight: 6},
		{Key: "organization_personal_access_token_requests", Levels: readWrite, Weight: 9},
		{Key: "organization_personal_access_tokens", Levels: readWrite, Weight: 9},
		{Key: "organization_plan", Levels: readOnly, Weight: 1},
		{Key: "organization_pre_receive_hooks", Levels: readWrite, Weight: 7},
		{Key: "organization_projects", Levels: upToAdmin, Weight: 2},
		{Key: "organization_secrets", Levels: readWrite, Weight: 9},
		{Key: "organization_self_hosted_runners", Levels: readWrite, Weight: 9},
		{Key: "organization_user_blocking", Levels: readWrite, Weight: 3},
		{Key: "team_discussions", Levels: readWrite, Weight: 2},
	}),
	permissionsOf(GroupAccount, []Permission{
		{Key: "blocking", Levels: readWrite, Weight: 2},
		{Key: "codespaces_user_secrets", Levels: readWrite, Weight: 8},
		{Key: "copilot_messages", Levels: readOnly, Weight: 4},
		{Key: "emails", Levels: readWrite, Weight: 4},
		{Key: "followers", Levels: readWrite, Weight: 1},
		{Key: "gists", Levels: readWrite, Weight: 3},
		{Key: "git_signing_ssh_public_keys", Levels: readWrite, Weight: 7},
		{Key: "gpg_keys", Levels: readWrite, Weight: 7},
		{Key: "interaction_limits", Levels: readWrite, Weight: 2},
		{Key: "keys", Levels: readWrite, Weight: 12},
		{Key: "plan", Levels: readOnly, Weight: 1},
		{Key: "profile", Levels: writeOnly, Weight: 2},
		{Key: "starring", Levels: readWrite, Weight: 1},
		{Key: "user_events", Levels: readOnly, Weight: 2},
		{Key: "watching", Levels: readWrite, Weight: 1},
	}),
	permissionsOf(GroupEnterprise, []Permission{
		{Key: "enterprise_administration", Levels: readWrite, Weight: 12},
		{Key: "enterprise_custom_properties", Levels: readWrite, Weight: 3},
		{Key: "enterprise_custom_properties_for_organizations", Levels: upToAdmin, Weight: 3},
		{Key: "enterprise_organization_installation_repositories", Levels: readWrite, Weight: 10},
		{Key: "enterprise_organization_installations", Levels: readWrite, Weight: 12},
	}),
)

var permissionIndex = func() map[string]Permission {
	index := make(map[string]Permission, len(permissions))
	for _, p := range permissions {
		index[p.Key] = p
	}
	return index
}()

func permissionsOf(group PermissionGroup, rows []Permission) []Permission {
	for i := range rows {
		rows[i].Group = group
	}
	return rows
}
