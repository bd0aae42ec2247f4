package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models/ledger"
)

// TestLedgerCheck ends with a status that says whether the books agree.
func TestLedgerCheck(t *testing.T) {
	t.Parallel()
	s := apptest.NewShop(t)
	s.Buy(t, apptest.Team)
	url := s.DB.Pool().Config().ConnString()
	check := func(args ...string) (int, string, string) {
		var out, errs bytes.Buffer
		getenv := func(name string) string {
			return map[string]string{"DATABASE_URL": url, "SOUK_LOG_LEVEL": "error"}[name]
		}
		code := run(t.Context(), &system{stdin: strings.NewReader(""), stdout: &out, stderr: &errs, getenv: getenv}, append([]string{"ledger"}, args...))
		return code, out.String(), errs.String()
	}
	if code, out, errs := check("check", "--ask", "all"); code != 0 || !strings.Contains(out, "1 charges asked for: 0 disagreements") {
		t.Errorf("books that agree: %d %s%s", code, out, errs)
	}
	s.Exec(t, `UPDATE sellers SET last_number = last_number + 1`)
	if code, out, errs := check("check"); code != exitFailure || !strings.Contains(out, "number_gap: seller") || !strings.Contains(errs, "1 disagreement") {
		t.Errorf("books that don't: %d %s%s", code, out, errs)
	}
	code, out, _ := check("check", "--json")
	var r ledger.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != exitFailure || r.Found != 1 || r.Discrepancies[0].Reference != "TM-000002" {
		t.Errorf("as JSON: %d %v %s", code, err, out)
	}
	for _, wrong := range [][]string{{}, {"prove"}, {"check", "--ask", "some"}, {"check", "twice"}} {
		if code, _, _ := check(wrong...); code != exitUsage {
			t.Errorf("%v: %d", wrong, code)
		}
	}
}
