package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"souk/models/db"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const insertAccount = "INSERT INTO accounts (login, kind) VALUES (?, 'user')"

func TestTxCommitsWhatBothSidesWrote(t *testing.T) {
	d := dbtest.New(t)
	err := d.Tx(t.Context(), func(tx *db.Tx) error {
		if err := tx.Exec(insertAccount, "gorm").Error; err != nil {
			return err
		}
		_, err := tx.Pgx.Exec(t.Context(), "INSERT INTO accounts (login, kind) SELECT 'after-' || login, 'user' FROM accounts")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	wantLogins(t, d, "after-gorm", "gorm")
}

func TestTxRollsBackOnError(t *testing.T) {
	d := dbtest.New(t)
	refused := errors.New("refused")
	err := d.Tx(t.Context(), func(tx *db.Tx) error {
		if err := tx.Exec(insertAccount, "never").Error; err != nil {
			return err
		}
		return refused
	})
	if !errors.Is(err, refused) {
		t.Fatalf("the error is %v", err)
	}
	wantLogins(t, d)
}

func TestTxRollsBackOnPanicAndFreesItsConnection(t *testing.T) {
	d := dbtest.New(t)
	for range 20 { // more often than there are connections
		func() {
			defer func() {
				if r := recover(); r != "boom" {
					t.Fatalf("recovered %v", r)
				}
			}()
			_ = d.Tx(t.Context(), func(tx *db.Tx) error {
				if err := tx.Exec(insertAccount, "never").Error; err != nil {
					t.Fatal(err)
				}
				panic("boom")
			})
		}()
	}
	wantLogins(t, d)
}

func TestTxEndsWithItsContext(t *testing.T) {
	d := dbtest.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := d.Tx(ctx, func(tx *db.Tx) error {
		if err := tx.Exec(insertAccount, "never").Error; err != nil {
			return err
		}
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("the error is %v", err)
	}
	wantLogins(t, d)
}

func TestOpenSaysThatTheDatabaseDoesNotAnswer(t *testing.T) {
	for _, url := range []string{"postgres://nobody@127.0.0.1:1/none", "postgres://%zz"} {
		if d, err := db.Open(t.Context(), url, 0); err == nil {
			d.Close()
			t.Errorf("%s was opened", url)
		}
	}
}

func TestFound(t *testing.T) {
	other := errors.New("other")
	for _, c := range []struct {
		in    error
		found bool
		out   error
	}{
		{nil, true, nil},
		{gorm.ErrRecordNotFound, false, nil},
		{sql.ErrNoRows, false, nil},
		{fmt.Errorf("wrapped: %w", pgx.ErrNoRows), false, nil},
		{other, false, other},
	} {
		if found, err := db.Found(c.in); found != c.found || !errors.Is(err, c.out) {
			t.Errorf("Found(%v) = %v, %v", c.in, found, err)
		}
	}
}

func TestViolatesNamesTheConstraint(t *testing.T) {
	d := dbtest.New(t)
	dbtest.Account(t, d)
	var login string
	if err := d.Read(t.Context()).Raw("SELECT login FROM accounts").Scan(&login).Error; err != nil {
		t.Fatal(err)
	}
	err := d.Read(t.Context()).Exec(insertAccount, login).Error
	if !db.Violates(err, "accounts_login_key") || db.Violates(err, "accounts_login_form") || db.Violates(nil, "accounts_login_key") {
		t.Fatalf("the error is %v", err)
	}
}

func wantLogins(t *testing.T, d *db.DB, want ...string) {
	t.Helper()
	var got []string
	if err := d.Read(t.Context()).Raw("SELECT login FROM accounts ORDER BY login").Scan(&got).Error; err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("accounts: %v, want %v", got, want)
	}
}
