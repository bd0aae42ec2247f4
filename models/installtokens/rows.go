package installtokens

import (
	"github.com/jackc/pgx/v5"

	"souk/models"
)

// columns are an installation as the API tells of it; see tables for the letters.
const columns = `i.id, i.app_id, i.account_id, i.selection, i.permissions, i.single_file_paths, i.lacks, i.suspended_at, i.suspended_by, i.barred_at, i.barred_by,
	i.used_at, i.created_at, i.updated_at, a.slug, a.client_id, a.events, o.login, o.kind, b.id, b.login, b.kind`

// tables are what columns are read from: i is the installation, a the app, o the
// account, b who suspended it first.
const tables = ` installations i JOIN apps a ON a.id = i.app_id JOIN accounts o ON o.id = i.account_id
	LEFT JOIN accounts b ON b.id = CASE WHEN i.barred_at IS NOT NULL AND (i.suspended_at IS NULL OR i.barred_at < i.suspended_at) THEN i.barred_by ELSE i.suspended_by END`

// by are the columns of who suspended an installation, null for nobody.
type by struct {
	id          *int64
	login, kind *string
}

type row struct {
	models.HookInstallation
	by by
}

// places are where columns go. settle finishes what they began.
func (r *row) places() []any {
	i := &r.Installation
	return []any{&i.ID, &i.AppID, &i.AccountID, &i.Selection, &i.Permissions, &i.SingleFilePaths, &i.Lacks, &i.SuspendedAt, &i.SuspendedBy, &i.BarredAt, &i.BarredBy,
		&i.UsedAt, &i.CreatedAt, &i.UpdatedAt, &r.App.Slug, &r.App.ClientID, &r.App.Events, &r.Account.Login, &r.Account.Kind, &r.by.id, &r.by.login, &r.by.kind}
}

func (r *row) settle() {
	r.App.ID, r.Account.ID = r.AppID, r.AccountID
	if r.by.id != nil {
		r.StoppedBy = &models.HookAccount{ID: *r.by.id, Login: *r.by.login, Kind: models.AccountKind(*r.by.kind)}
	}
}

// scan reads columns and what stands behind them.
func scan(from pgx.Row, r *row, more ...any) error {
	if err := from.Scan(append(r.places(), more...)...); err != nil {
		return err
	}
	r.settle()
	return nil
}
