//go:build linux

package main

import (
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
)

// vocabularySize is how many different English nouns listings draw from.
const vocabularySize = 8000

// The words that developers use most, the most frequent first. The rest of the
// vocabulary is made of the syllables below, as product names are.
var developerWords = strings.Fields(`
code review build pull request deployment test issue repository branch commit pipeline security coverage release
dependency container workflow merge team project quality report check vulnerability kubernetes docker cloud
documentation license changelog label webhook notification dashboard lint static analysis scan secret token
environment staging preview cluster package registry version update monitoring incident alert log metric trace
performance database migration schema query cache queue server function service endpoint gateway contract type
script template comment approval reviewer owner member organization permission policy audit compliance access role
board backlog sprint milestone task ticket story estimate roadmap triage duplicate stale conflict rebase squash
integration continuous delivery automation bot agent assistant model prompt suggestion snippet refactor format style
typo spelling grammar translation localization language string locale screenshot visual regression snapshot browser
mobile android ios simulator device emulator app store website page site accessibility contrast keyboard heading
python javascript typescript rust golang java kotlin swift ruby php scala elixir terraform ansible helm chart
manifest config variable flag toggle experiment rollout canary rollback artifact binary image layer base matrix
runner job step stage trigger schedule cron event payload signature delivery retry timeout limit quota rate
budget cost invoice billing usage seat plan trial customer support chat channel message thread mention digest
summary insight trend chart graph table export import backup restore archive mirror sync fork clone patch diff
blame hook pre-commit linter formatter compiler bundle minify sourcemap crash error exception stack symbol debug
profiler memory leak latency throughput benchmark load stress fuzz mutation unit end-to-end contract mock fixture
stub seed sandbox playground notebook dataset training inference embedding search index document wiki handbook
onboarding tutorial course lesson quiz badge sponsor funding donation contributor community maintainer newcomer
welcome sla codeowners signoff certificate provenance attestation sbom supply-chain malware phishing leak exposure
firewall identity sso saml scim oauth session password rotation vault encryption key hash checksum firmware embedded
game engine shader asset texture level blockchain wallet ledger payment checkout subscription tax currency refund
`)

var (
	nameHeads = strings.Fields(`git kube code cloud dev ops auto open smart deep fast clear true bright north
		blue green iron stone river forge merge patch ship build test lint guard watch sync flow data byte bit
		node edge core mono poly micro macro meta hyper quick deft keen terra helio luna nova orbit atlas argo
		delta sigma kappa vector tensor prism quartz amber cedar maple falcon heron otter lynx raven`)
	nameTails = strings.Fields(`lint flow guard hub ship forge watch sync pilot scout sense mark line point base
		gate bridge port dock yard craft works smith wise light path track trail map lens scope view board deck
		stack layer grid mesh net link loop cycle pulse beat spark beam wave stream spring field root seed
		branch leaf tree nest hive cell cube block brick stone shift lift bolt snap ping relay`)
	nameRoles = strings.Fields(`Bot CI Review Checks Insights Cloud Hub Guard Scan Deploy Sync Assist Labs
		Reports Desk Tracker Notes Board Audit Preview Metrics Flow Builder Tests Docs`)

	verbs = strings.Fields(`builds tests reviews checks scans watches reports collects compares deploys measures
		labels merges updates translates archives signs verifies finds explains summarizes formats closes opens
		assigns groups tracks publishes enforces blocks restores monitors`)
	prepositions = strings.Fields(`for with from before after across inside without behind between on against`)
	adjectives   = strings.Fields(`every new failing large small stale risky open merged private public slow missing
		broken hidden shared internal weekly automatic reproducible signed nightly`)
)

// vocabulary is a list of words of which the first come up most.
type vocabulary struct {
	words   []string
	weights []uint64 // cumulative; whole numbers, so that every machine draws alike
}

// newVocabulary weighs words by Zipf's law.
func newVocabulary(words []string) *vocabulary {
	v := &vocabulary{words: words, weights: make([]uint64, len(words))}
	sum := uint64(0)
	for i := range words {
		sum += 1_000_000_000 / uint64(i+4)
		v.weights[i] = sum
	}
	return v
}

func (v *vocabulary) draw(r *rand.Rand) string {
	n := r.Uint64N(v.weights[len(v.weights)-1])
	return v.words[sort.Search(len(v.weights), func(i int) bool { return v.weights[i] > n })]
}

// coined lists n invented names such as "gitlint" and "kubeflow", in an order
// that looks like chance and is always the same.
func coined(n int) []string {
	seen := map[string]bool{}
	for _, w := range developerWords {
		seen[w] = true
	}
	var out []string
	middles := []string{"", "a", "o", "er", "ly", "ix"}
	for _, m := range middles {
		var round []string
		for _, h := range nameHeads {
			for _, t := range nameTails {
				if w := h + m + t; h != t && !seen[w] {
					seen[w] = true
					round = append(round, w)
				}
			}
		}
		r := rand.New(rand.NewPCG(1, uint64(len(m))))
		r.Shuffle(len(round), func(i, j int) { round[i], round[j] = round[j], round[i] })
		out = append(out, round...)
	}
	return out[:n]
}

// english is the vocabulary of all English texts.
var english = func() *vocabulary {
	var words []string
	for _, w := range developerWords {
		if !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return newVocabulary(append(words, coined(vocabularySize-len(words))...))
}()

// foreign is what texts in another language are made of. A sentence takes a
// subject, a noun, a verb and a noun through one of the patterns.
type foreign struct {
	nouns    *vocabulary
	verbs    *vocabulary
	patterns []string // with {name}, {n}, {m}, {k} for nouns and {v}
}

var languages = map[string]foreign{
	"zh-CN": {
		nouns: newVocabulary(strings.Fields(`代码 拉取请求 仓库 构建 测试 部署 议题 分支 提交 流水线 安全 覆盖率 发布 依赖项
			容器 工作流 合并 团队 项目 质量 报告 检查 漏洞 集群 云服务 文档 许可证 变更日志 标签 通知 仪表板 静态分析 密钥 令牌
			环境 预览 软件包 版本 监控 告警 日志 指标 性能 数据库 缓存 队列 服务器 接口 模板 评论 审批 审查者 成员 组织 权限
			策略 审计 合规 看板 里程碑 任务 工单 路线图 冲突 持续集成 持续交付 自动化 机器人 智能体 模型 建议 代码片段 重构 格式
			拼写 翻译 本地化 截图 视觉回归 浏览器 移动应用 模拟器 无障碍 配置 变量 功能开关 灰度发布 回滚 制品 镜像 定时任务
			事件 签名 重试 超时 配额 费用 账单 订阅 客户支持 聊天频道 摘要 趋势 图表 备份 恢复 同步 补丁 差异 崩溃 错误 调试
			内存 延迟 基准测试 负载测试 单元测试 端到端测试 沙盒 数据集 训练 搜索 索引 教程 赞助 贡献者 社区 维护者 证书 加密`)),
		verbs: newVocabulary(strings.Fields(`检查 构建 测试 审查 扫描 监控 报告 收集 比较 部署 衡量 合并 更新 翻译 归档 签署 验证 发现 解释 汇总`)),
		patterns: []string{
			"{name} 会自动{v}{n}，并在{m}中显示{k}。", "每次{n}之后，{name} 都会{v}{m}。", "帮助团队{v}{n}和{m}，减少{k}带来的风险。",
			"在合并之前{v}{n}的{m}。", "支持{n}、{m}与{k}，无需额外配置。", "{name} 把{n}的结果写入{m}，方便维护者{v}。",
		},
	},
	"ja": {
		nouns: newVocabulary(strings.Fields(`コード プルリクエスト リポジトリ ビルド テスト デプロイ イシュー ブランチ コミット パイプライン
			セキュリティ カバレッジ リリース 依存関係 コンテナ ワークフロー マージ チーム プロジェクト 品質 レポート チェック 脆弱性
			クラスター クラウド ドキュメント ライセンス 変更履歴 ラベル 通知 ダッシュボード 静的解析 シークレット トークン 環境 プレビュー
			パッケージ バージョン 監視 アラート ログ メトリクス パフォーマンス データベース キャッシュ キュー サーバー エンドポイント
			テンプレート コメント 承認 レビュアー メンバー 組織 権限 ポリシー 監査 コンプライアンス ボード マイルストーン タスク
			チケット ロードマップ 競合 継続的インテグレーション 継続的デリバリー 自動化 ボット エージェント モデル 提案 スニペット
			リファクタリング 書式 スペル 翻訳 ローカライズ スクリーンショット 視覚回帰 ブラウザー モバイルアプリ エミュレーター
			アクセシビリティ 設定 変数 機能フラグ カナリアリリース ロールバック 成果物 イメージ 定期実行 イベント 署名 再試行
			タイムアウト 割り当て コスト 請求 サブスクリプション サポート チャンネル 要約 傾向 グラフ バックアップ 復元 同期 パッチ
			差分 クラッシュ エラー デバッグ メモリ レイテンシ ベンチマーク 負荷テスト 単体テスト 結合テスト サンドボックス データセット
			学習 検索 インデックス チュートリアル スポンサー コントリビューター コミュニティ メンテナー 証明書 暗号化 コードレビュー`)),
		verbs: newVocabulary(strings.Fields(`確認 構築 検証 レビュー スキャン 監視 報告 収集 比較 配信 計測 統合 更新 翻訳 保管 署名 検出 説明 要約 整形`)),
		patterns: []string{
			"{name} は{n}を自動で{v}し、{m}に{k}を表示します。", "{n}のたびに{m}を{v}します。", "{n}と{m}を一か所で{v}できます。",
			"マージ前に{n}の{m}を{v}し、{k}を防ぎます。", "{name} は{n}、{m}、{k}に対応しています。", "{n}の結果を{m}にまとめ、{k}の手間を減らします。",
		},
	},
	"fr": {
		nouns: newVocabulary(strings.Fields(`code dépôt compilation test déploiement ticket branche commit pipeline sécurité couverture
			publication dépendance conteneur processus fusion équipe projet qualité rapport contrôle vulnérabilité grappe nuage
			documentation licence journal étiquette notification tableau analyse secret jeton environnement aperçu paquet version
			surveillance alerte trace mesure performance base cache file serveur interface modèle commentaire approbation relecteur
			membre organisation permission politique audit conformité jalon tâche demande feuille conflit intégration livraison
			automatisation robot agent assistant suggestion extrait refonte format style orthographe traduction localisation capture
			régression navigateur application simulateur accessibilité configuration variable bascule expérience retour artefact image
			planification événement signature relance délai quota coût facture abonnement support canal résumé tendance graphique
			sauvegarde restauration synchronisation correctif différence plantage erreur débogage mémoire latence charge sonde
			tutoriel parrainage contribution communauté mainteneur certificat chiffrement clé empreinte revue`)),
		verbs: newVocabulary(strings.Fields(`vérifie construit teste relit analyse surveille signale rassemble compare déploie mesure
			étiquette fusionne actualise traduit archive signe valide trouve explique`)),
		patterns: []string{
			"{name} {v} chaque {n} et affiche le résultat dans la {m}.", "À chaque {n}, l’équipe voit la {m} et le {k}.",
			"{name} {v} la {n} avant la {m}, sans {k} supplémentaire.", "Un outil qui {v} {n}, {m} et {k} au même endroit.",
			"L’intégration {v} la {n} de chaque dépôt et réduit le {k}.", "Chaque {n} reçoit une {m} que la communauté peut relire.",
		},
	},
}

func (f foreign) sentence(r *rand.Rand, name string) string {
	return strings.NewReplacer("{name}", name, "{n}", f.nouns.draw(r), "{m}", f.nouns.draw(r), "{k}", f.nouns.draw(r),
		"{v}", f.verbs.draw(r)).Replace(f.patterns[r.IntN(len(f.patterns))])
}
