package models

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	payloadDay  = time.Date(2026, time.March, 5, 12, 0, 0, 0, time.UTC)
	payloadAda  = HookAccount{ID: 7, Login: "ada", Kind: KindUser}
	payloadEve  = HookAccount{ID: 9, Login: "eve", Kind: KindUser}
	payloadAcme = HookAccount{ID: 8, Login: "acme", Kind: KindOrganization}
	payloadLab  = HookRepository{ID: 21, Owner: payloadAcme, Name: "lab", Description: "Where it is tried", Private: true, CreatedAt: payloadDay, UpdatedAt: payloadDay}
	payloadSite = HookRepository{ID: 22, Owner: payloadAda, Name: "site", Archived: true, CreatedAt: payloadDay, UpdatedAt: payloadDay}
)

// standing is the app hammer on an account.
func standing(on HookAccount, change ...func(*HookInstallation)) *HookInstallation {
	i := &HookInstallation{App: App{ID: 3, Slug: "hammer", ClientID: new("Iv1.0123456789abcdef"), Events: []string{"issues", "push", "repository"}}, Account: on,
		Installation: Installation{ID: 41, AppID: 3, AccountID: on.ID, Selection: SelectSelected, Permissions: Grants{"issues": LevelWrite, "metadata": LevelRead},
			CreatedAt: payloadDay, UpdatedAt: payloadDay.Add(time.Hour)}}
	for _, c := range change {
		c(i)
	}
	return i
}

// installationPayloads are bodies of every event that tells of an installation, by the
// name of their golden file.
func installationPayloads() map[string]any {
	const base = "https://souk.example"
	files := func(i *HookInstallation) {
		i.Selection, i.Permissions, i.SingleFilePaths = SelectAll, Grants{"single_file": LevelRead}, []string{"a.yml", "b.yml"}
	}
	stopped := func(i *HookInstallation) {
		i.SuspendedAt, i.SuspendedBy, i.StoppedBy = new(payloadDay.Add(time.Hour)), &payloadAda.ID, &payloadAda
	}
	byItself := func(i *HookInstallation) { i.BarredAt = new(payloadDay.Add(time.Hour)) }
	bot := Bot(3, "hammer", Visit{})
	nothing := func(i *HookInstallation) { i.Selection, i.Permissions, i.App.Events = SelectNone, nil, nil }
	lab, both := []HookRepository{payloadLab}, []HookRepository{payloadLab, payloadSite}
	return map[string]any{
		"installation_created":                     InstallationPayloadOf(InstallationCreated, standing(payloadAcme), lab, &payloadEve, payloadAda, base),
		"installation_created_all":                 InstallationPayloadOf(InstallationCreated, standing(payloadAda, files), both, nil, payloadAda, base),
		"installation_created_none":                InstallationPayloadOf(InstallationCreated, standing(payloadAda, nothing), nil, nil, payloadAda, base),
		"installation_suspend":                     InstallationPayloadOf(InstallationSuspended, standing(payloadAcme, stopped), lab, nil, payloadAda, base),
		"installation_suspend_by_app":              InstallationPayloadOf(InstallationSuspended, standing(payloadAcme, byItself), lab, nil, bot.Sender(), base),
		"installation_unsuspend_by_app":            InstallationPayloadOf(InstallationUnsuspended, standing(payloadAcme), lab, nil, bot.Sender(), base),
		"installation_deleted_by_app":              InstallationPayloadOf(InstallationDeleted, standing(payloadAcme), lab, nil, bot.Sender(), base),
		"repository_created_by_app":                RepositoryPayloadOf(RepositoryCreated, 41, &payloadLab, RepositoryWas{}, bot.Sender(), base),
		"installation_repositories_by_app":         InstallationRepositoriesPayloadOf(standing(payloadAcme), lab, nil, nil, bot.Sender(), base),
		"installation_deleted":                     InstallationPayloadOf(InstallationDeleted, standing(payloadAcme), lab, nil, payloadAda, base),
		"installation_repositories_both":           InstallationRepositoriesPayloadOf(standing(payloadAcme), lab, []HookRepository{payloadSite}, nil, payloadAda, base),
		"installation_repositories_gone":           InstallationRepositoriesPayloadOf(standing(payloadAcme), nil, lab, nil, payloadAda, base),
		"installation_target_renamed":              InstallationTargetPayloadOf(41, payloadAcme, "acne", payloadAda, base),
		"installation_target_user":                 InstallationTargetPayloadOf(41, payloadAda, "adah", payloadAda, base),
		"app_authorization_revoked":                AuthorizationRevokedPayloadOf(payloadEve, base),
		"repository_created":                       RepositoryPayloadOf(RepositoryCreated, 41, &payloadLab, RepositoryWas{}, payloadAda, base),
		"repository_renamed":                       RepositoryPayloadOf(RepositoryRenamed, 41, &payloadSite, RepositoryWas{Name: "page"}, payloadAda, base),
		"repository_transferred":                   RepositoryPayloadOf(RepositoryTransferred, 41, &payloadLab, RepositoryWas{Owner: &payloadEve}, payloadAda, base),
		"repository_transferred_from_organization": RepositoryPayloadOf(RepositoryTransferred, 41, &payloadSite, RepositoryWas{Owner: &payloadAcme}, payloadAda, base),
		"organization_renamed":                     OrganizationPayloadOf(OrganizationRenamed, 41, payloadAcme, "acne", nil, payloadAda, base),
		"organization_member_removed":              OrganizationPayloadOf(OrganizationMemberRemoved, 41, payloadAcme, "", &HookMembership{payloadEve, RoleOwner}, payloadAda, base),
		"member_edited":                            MemberPayloadOf(MemberEdited, 41, payloadEve, &payloadLab, RepositoryAdmin, RepositoryWrite, payloadAda, base),
		"member_removed":                           MemberPayloadOf(MemberRemoved, 41, payloadEve, &payloadLab, RepositoryAdmin, NoAccess, payloadAda, base),
		"ping": PingOf(HookTarget{App: true, ID: 3}, HookSettings{URL: "https://hammer.example/hook", Active: true, Content: HookJSON}, []string{"push"}, true,
			payloadDay, payloadDay, payloadAda, base),
	}
}

// The bodies are GitHub's, key by key.
func TestInstallationPayloads(t *testing.T) {
	t.Parallel()
	for name, payload := range installationPayloads() {
		body, err := json.MarshalIndent(payload, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		file := "testdata/hooks/app/" + name + ".json"
		if *updateHooks {
			if err := os.WriteFile(file, append(body, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(file); err != nil || string(body)+"\n" != string(want) {
			t.Errorf("%s is\n%s\n%v", name, body, err)
		}
	}
}

// What GitHub's description of webhooks requires, and what clients break without: lists
// that are lists though empty, and everywhere but in a ping which installation it is.
func TestInstallationPayloadsByTheFacts(t *testing.T) {
	t.Parallel()
	full := []string{"access_tokens_url", "account", "app_id", "app_slug", "client_id", "created_at", "events", "has_multiple_single_files", "html_url", "id",
		"node_id", "permissions", "repositories_url", "repository_selection", "single_file_name", "single_file_paths", "suspended_at", "suspended_by",
		"target_id", "target_type", "updated_at"}
	for name, payload := range installationPayloads() {
		body, err := json.Marshal(payload)
		if err != nil {
			t.Fatal(err)
		}
		var p map[string]any
		if err := json.Unmarshal(body, &p); err != nil {
			t.Fatal(err)
		}
		if _, ok := p["sender"].(map[string]any); !ok {
			t.Errorf("%s has no sender", name)
		}
		switch installation, _ := p["installation"].(map[string]any); {
		case name == "ping" || name == "app_authorization_revoked":
			if installation != nil {
				t.Errorf("%s is of an installation", name)
			}
		case strings.HasPrefix(name, "installation_") && !strings.HasPrefix(name, "installation_target"):
			if keys := slices.Sorted(maps.Keys(installation)); !slices.Equal(keys, full) {
				t.Errorf("%s has %v", name, keys)
			}
			for _, key := range []string{"events", "single_file_paths"} {
				if _, ok := installation[key].([]any); !ok {
					t.Errorf("%s: %s is no list", name, key)
				}
			}
			if _, ok := installation["permissions"].(map[string]any); !ok {
				t.Errorf("%s: no permissions", name)
			}
		default:
			if keys := slices.Sorted(maps.Keys(installation)); !slices.Equal(keys, []string{"id", "node_id"}) {
				t.Errorf("%s has %v", name, keys)
			}
		}
	}
}

// An installation gets those events that what was granted unlocks, and no others.
func TestEventsOfAnInstallation(t *testing.T) {
	t.Parallel()
	if got := PayloadInstallationOf(standing(payloadAcme), "").Events; !slices.Equal(got, []string{"issues", "repository"}) {
		t.Errorf("%v", got)
	}
}

// Every event that goes to apps unasked is one that can't be asked for.
func TestAutomaticEvents(t *testing.T) {
	t.Parallel()
	for _, name := range []string{EventInstallation, EventInstallationRepositories, EventInstallationTarget, EventAppAuthorization, EventPing} {
		if !AutomaticEvent(name) {
			t.Errorf("%s has to be asked for", name)
		}
	}
	for _, name := range []string{EventRepository, EventOrganization, EventMember, EventPurchase, "push", ""} {
		if AutomaticEvent(name) {
			t.Errorf("%s comes unasked", name)
		}
	}
}
