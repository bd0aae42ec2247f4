package enginetest

import (
	"fmt"
	"time"

	"souk/models"
	"souk/search"
)

// epoch is when the first document was published.
var epoch = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

var categoryNames = map[string]models.Texts{
	"continuous-integration": {"en": "Continuous integration", "zh-CN": "持续集成", "ja": "継続的インテグレーション", "fr": "Intégration continue"},
	"code-review":            {"en": "Code review", "zh-CN": "代码审查", "ja": "コードレビュー", "fr": "Revue de code"},
	"security":               {"en": "Security", "zh-CN": "安全", "ja": "セキュリティ", "fr": "Sécurité"},
	"monitoring":             {"en": "Monitoring", "zh-CN": "监控", "ja": "監視", "fr": "Surveillance"},
}

// document returns a document with what every document has; more changes it.
func document(id int64, slug, name, tagline string, more ...func(*search.Document)) search.Document {
	d := search.Document{
		ID: id, Slug: slug, Name: name,
		Names: map[string]string{}, Taglines: map[string]string{"en": tagline},
		Introductions: map[string]string{}, Descriptions: map[string]string{},
		Type: models.GitHubApp, Pricing: []string{models.PricingUnknown},
		PublishedAt: epoch.AddDate(0, 0, int(id)), UpdatedAt: epoch.AddDate(0, 1, -int(id)),
		Version: fmt.Sprintf("%d-1", id),
	}
	for _, change := range more {
		change(&d)
	}
	return d
}

func in(slugs ...string) func(*search.Document) {
	return func(d *search.Document) {
		for _, s := range slugs {
			d.Categories = append(d.Categories, s)
			d.CategoryNames = append(d.CategoryNames, categoryNames[s])
		}
	}
}

func by(login, name string, verified bool) func(*search.Document) {
	return func(d *search.Document) { d.Publisher, d.PublisherName, d.Verified = login, name, verified }
}

func installs(n int64) func(*search.Document) {
	return func(d *search.Document) { d.Installs = &n }
}

func text(lang, tagline, introduction string) func(*search.Document) {
	return func(d *search.Document) { d.Taglines[lang], d.Introductions[lang] = tagline, introduction }
}

func described(s string) func(*search.Document) {
	return func(d *search.Document) { d.Descriptions["en"] = s }
}

func priced(values ...string) func(*search.Document) {
	return func(d *search.Document) { d.Pricing = values }
}

func programming(values ...string) func(*search.Document) {
	return func(d *search.Document) { d.Programming = values }
}

func asking(g models.Grants) func(*search.Document) {
	return func(d *search.Document) { d.Permissions = g }
}

func oauth(scopes ...string) func(*search.Document) {
	return func(d *search.Document) { d.Type, d.Scopes = models.OAuthApp, scopes }
}

func keywords(words ...string) func(*search.Document) {
	return func(d *search.Document) { d.Keywords = words }
}

// Documents is the catalogue that the suite searches.
func Documents() []search.Document {
	return []search.Document{
		document(1, "buildkeeper", "BuildKeeper", "Runs your builds on every push", in("continuous-integration"), installs(900_000),
			by("acme", "Acme Corporation", true), priced("free", "paid"), programming("go", "rust"), asking(models.Grants{"checks": "write", "contents": "read"})),
		document(2, "gitguard", "GitGuard", "Finds secrets and leaked keys in source code", in("security", "monitoring"), installs(50_000),
			by("gitguard", "GitGuard Inc", true), priced("paid", "trial"), asking(models.Grants{"contents": "read"})),
		document(3, "merge-when-green", "Merge When Green", "Merges pull requests as soon as the checks pass", in("code-review"), installs(1_200),
			by("lone-dev", "Lone Developer", false), priced("free"), programming("typescript"), asking(models.Grants{"contents": "write", "pull_requests": "write"})),
		document(4, "mergewhenready", "MergeWhenReady", "Waits for reviews and then merges", in("code-review"), priced("free"),
			asking(models.Grants{"contents": "write"})),
		document(5, "reviewer", "Reviewer", "Assigns people to review pull requests", in("code-review", "continuous-integration"), installs(70_000),
			by("acme", "Acme Corporation", true), priced("free", "paid"), asking(models.Grants{"pull_requests": "write"}),
			text("fr", "Désigne les relecteurs des pull requests", "Répartit équitablement la relecture entre développeurs."),
			text("ja", "プルリクエストのレビュー担当者を割り当てる", "コードレビューを公平に分担します。"),
			text("zh-CN", "为拉取请求分配评审人员", "在团队成员之间公平地分配代码审查工作。")),
		document(6, "server-watch", "Server Watch", "Watches servers and sends an alarm", in("monitoring"), installs(3_000),
			by("watchers", "Les Guetteurs", false), priced("paid"), programming("python"),
			text("zh-CN", "轻量级服务器监控工具", "实时查看服务器状态。"),
			text("ja", "サーバーの監視ツール", "メールサーバーも監視できます。ブックマークに保存できます。"),
			text("fr", "Surveille les serveurs et alerte l’équipe", "Déploiement en une minute, sans dépendance.")),
		document(7, "renovator", "Renovator", "Keeps dependencies up to date with pull requests", installs(400_000),
			by("renovator", "Renovator", true), priced("free"), keywords("dependency updates", "outdated packages"),
			asking(models.Grants{"contents": "write", "workflows": "write"})),
		document(8, "renovator-approve", "Renovator Approve", "Approves the pull requests of Renovator", installs(2_000_000),
			by("renovator", "Renovator", true), priced("free")),
		document(9, "silent", "Silent", "An app that asks for nothing", asking(models.Grants{}), described("Its description mentions zymurgy once.")),
		document(10, "gist-desk", "Gist Desk", "Desktop organiser for code snippets", oauth("gist"), priced("free"), programming("javascript")),
		document(11, "repo-desk", "Repo Desk", "Desktop client for repositories", oauth("repo"), priced("paid")),
		document(12, "cplus", "C++ Lint", "Lints C++ and C# sources", in("code-review"), programming("c++")),
		document(13, "odd", "\u202eOdd\x00 \xff\xfe Näme’s \"quoted\" \\ 'x' & <b>", "\x00\x01"+string(rune(0x10FFFF))+"\u0000 \\' || DROP", keywords("", "\x00", "🙂🙂")),
		document(14, "empty", "", ""),
		document(15, "bookmark-box", "Bookmark Box", "Keeps bookmarks in an issue", priced("free"),
			text("ja", "ブックマークを課題に保存", ""), text("zh-CN", "把书签保存在议题中", ""), text("fr", "Garde les favoris dans un ticket", "")),
	}
}

// many returns n documents that share words, for paging and counting.
func many(n int) []search.Document {
	docs := make([]search.Document, n)
	for i := range docs {
		id := int64(1000 + i)
		docs[i] = document(id, fmt.Sprintf("bulk-%d", i), fmt.Sprintf("Bulk %d", i), "Common words in a crowd of listings",
			in([]string{"security", "monitoring", "code-review"}[i%3]), priced([]string{"free", "paid"}[i%2]),
			by(fmt.Sprintf("pub-%d", i%7), fmt.Sprintf("Publisher %d", i%7), i%5 == 0))
		if i%4 != 0 {
			installs(int64(i * 10))(&docs[i])
		}
	}
	return docs
}
