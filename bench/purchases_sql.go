//go:build linux

package main

import (
	"context"
	_ "embed" // the statements
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

var (
	//go:embed purchases_world.sql
	worldSQL string
	//go:embed purchases_buyers.sql
	buyersSQL string
	//go:embed purchases_function.sql
	functionSQL string
)

// fill sets up a market in an empty database, with the function that buys there.
func fill(ctx context.Context, c *pgx.Conn, listings, buyers int) error {
	if _, err := c.Exec(ctx, worldSQL, listings); err != nil {
		return fmt.Errorf("filling the market: %w", err)
	}
	if err := moreBuyers(ctx, c, 0, buyers); err != nil {
		return err
	}
	for _, sql := range []string{functionSQL, "CREATE SEQUENCE bench_buyers"} {
		if _, err := c.Exec(ctx, sql); err != nil {
			return fmt.Errorf("the function that buys: %w", err)
		}
	}
	return nil
}

// moreBuyers adds n buyers to those that there are.
func moreBuyers(ctx context.Context, c *pgx.Conn, there, n int) error {
	if _, err := c.Exec(ctx, buyersSQL, there+1, there+n); err != nil {
		return fmt.Errorf("more buyers: %w", err)
	}
	return nil
}

// writes says how many rows of each table something adds and changes. It looks at the
// rows themselves: every version of a row names the transaction that wrote it.
func writes(ctx context.Context, c *pgx.Conn, do func() error) (map[string]string, error) {
	var before int64
	if err := c.QueryRow(ctx, "SELECT pg_current_xact_id()::text::bigint").Scan(&before); err != nil {
		return nil, err
	}
	was, err := versions(ctx, c, before)
	if err != nil {
		return nil, err
	}
	if err := do(); err != nil {
		return nil, err
	}
	is, err := versions(ctx, c, before)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for table, now := range is {
		added := now.rows - was[table].rows
		if added != 0 || now.fresh != 0 {
			found[table] = fmt.Sprintf("+%d ~%d", added, now.fresh-added)
		}
	}
	return found, nil
}

type version struct{ rows, fresh int64 }

// versions counts the rows of all tables, and those of them that were written since a
// transaction.
func versions(ctx context.Context, c *pgx.Conn, since int64) (map[string]version, error) {
	rows, err := c.Query(ctx, "SELECT quote_ident(relname) FROM pg_stat_user_tables ORDER BY 1")
	if err != nil {
		return nil, err
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	parts := make([]string, len(tables))
	for i, t := range tables {
		parts[i] = fmt.Sprintf("SELECT '%s', count(*), count(*) FILTER (WHERE xmin::text::bigint > %d) FROM %s", t, since, t)
	}
	if rows, err = c.Query(ctx, strings.Join(parts, " UNION ALL ")); err != nil {
		return nil, err
	}
	all := map[string]version{}
	var name string
	var v version
	_, err = pgx.ForEachRow(rows, []any{&name, &v.rows, &v.fresh}, func() error {
		all[name] = v
		return nil
	})
	return all, err
}

// books proves that there is one of everything for each order, and says so.
func books(ctx context.Context, c *pgx.Conn, orders int) (string, error) {
	for _, what := range []struct{ name, from string }{
		{"orders", "orders WHERE state = 'done'"},
		{"subscriptions", "subscriptions WHERE state = 'active'"},
		{"invoices", "invoices"},
		{"numbers of invoices", "(SELECT generate_series(1, last_number) FROM sellers INTERSECT SELECT number FROM invoices) n"},
		{"ledger transactions", "ledger_transactions WHERE kind = 'invoice'"},
		{"webhook events", "hook_events"},
		{"webhook jobs", "river_job WHERE kind = 'deliver_hook'"},
		{"invoice mails", "river_job WHERE kind = 'mail_invoice'"},
		{"notice mails", "river_job WHERE kind = 'send_mail'"},
		{"notices", "notifications"},
		{"lines of the audit log", "audit_events WHERE action = 'subscription.buy'"},
		{"whole orders", wholeOrders},
	} {
		var n int
		if err := c.QueryRow(ctx, "SELECT count(*) FROM "+what.from).Scan(&n); err != nil {
			return "", err
		}
		if n != orders {
			return "", fmt.Errorf("%d orders were placed, but there are %d %s", orders, n, what.name)
		}
	}
	var off int64
	if err := c.QueryRow(ctx, "SELECT count(*) FROM (SELECT FROM ledger_entries GROUP BY transaction_id HAVING sum(minor) <> 0 OR count(*) <> 3) e").Scan(&off); err != nil {
		return "", err
	}
	if off != 0 {
		return "", fmt.Errorf("%d ledger transactions aren't balanced", off)
	}
	return fmt.Sprintf("%d orders, and as many subscriptions, invoices (numbered without gaps), ledger transactions (balanced), webhook events, jobs and notices", orders), nil
}

// wholeOrders are those with all that belongs to them, however they are counted.
const wholeOrders = `orders o JOIN subscriptions s ON s.id = o.subscription_id AND s.account_id = o.account_id AND s.plan_id = o.plan_id
	JOIN invoices i ON i.subscription_id = s.id AND i.total_minor = o.total_minor AND i.id = (s.due ->> 'invoice_id')::bigint
	JOIN ledger_transactions l ON l.invoice_id = i.id
	JOIN hook_events h ON h.subscription_id = s.id
	JOIN river_job d ON d.kind = 'deliver_hook' AND d.args ->> 'guid' = h.guid::text
	JOIN river_job m ON m.kind = 'mail_invoice' AND m.args ->> 'id' = i.id::text`
