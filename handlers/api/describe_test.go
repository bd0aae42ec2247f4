package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"souk/models/db/dbtest"
)

const described = "https://souk.example/api/v1/openapi.json"

func decoded(t *testing.T, b []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestTheDescriptionIsValid holds the description to the schema that the
// OpenAPI initiative publishes for 3.1 (testdata/oas-3.1-schema.json).
func TestTheDescriptionIsValid(t *testing.T) {
	s := newSite(t)
	schema, err := os.ReadFile("testdata/oas-3.1-schema.json")
	if err != nil {
		t.Fatal(err)
	}
	const name = "https://spec.openapis.org/oas/3.1/schema/2022-10-07"
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, decoded(t, schema)); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled.Validate(decoded(t, s.get("/api/v1/openapi.json").Body.Bytes())); err != nil {
		t.Error(err)
	}
}

// TestEveryRouteIsDescribed compares the description with the router.
func TestEveryRouteIsDescribed(t *testing.T) {
	s := newSite(t)
	var description struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Parameters  []struct{ Name, In string }
		}
	}
	if err := json.Unmarshal(s.get("/api/v1/openapi.json").Body.Bytes(), &description); err != nil {
		t.Fatal(err)
	}
	mounted := map[string]bool{}
	ids := map[string]bool{}
	parameter := regexp.MustCompile(`:(\w+)`)
	for _, r := range s.echo.Routes() {
		if r.Method == http.MethodOptions || r.Method == http.MethodHead || !strings.HasPrefix(r.Path, "/api/") ||
			strings.HasPrefix(r.Path, "/api/v3/") { // GitHub describes that
			continue
		}
		path := parameter.ReplaceAllString(r.Path, "{$1}")
		mounted[path] = true
		op, ok := description.Paths[path][strings.ToLower(r.Method)]
		if !ok {
			t.Errorf("%s %s is not described", r.Method, path)
		}
		if ids[op.OperationID] {
			t.Errorf("two operations are called %s", op.OperationID)
		}
		ids[op.OperationID] = true
	}
	for path := range description.Paths {
		if !mounted[path] {
			t.Errorf("%s is described but not there", path)
		}
	}
	if n := len(description.Paths["/api/v1/listings"]["get"].Parameters); n != 12 {
		t.Errorf("a search is described with %d parameters", n)
	}
}

// TestAnswersFitTheirSchemas sends real requests and holds what comes back to
// what the description says of that address and status.
func TestAnswersFitTheirSchemas(t *testing.T) {
	s := newSite(t)
	s.stock()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(described, decoded(t, s.get("/api/v1/openapi.json").Body.Bytes())); err != nil {
		t.Fatal(err)
	}
	ada := dbtest.User(t, s.db, "ada")
	dbtest.Organization(t, s.db, "guild", ada)
	tokens := map[string]string{"token": dbtest.AccessToken(t, s.db, ada, "user", "read:org"), "weak": dbtest.AccessToken(t, s.db, ada)}
	for _, r := range []struct {
		path, template string // behind #: with which token
		status         int
	}{
		{"/api/v1", "/api/v1", 200},
		{"/api/v1?x=1", "/api/v1", 400},
		{"/api/v1/listings", "/api/v1/listings", 200},
		{"/api/v1/listings?lang=ja&query=x", "/api/v1/listings", 200},
		{"/api/v1/listings?page=50", "/api/v1/listings", 200},
		{"/api/v1/listings?page=0", "/api/v1/listings", 400},
		{"/api/v1/listings/builder", "/api/v1/listings/{slug}", 200},
		{"/api/v1/listings/builder?lang=ja", "/api/v1/listings/{slug}", 200},
		{"/api/v1/listings/mystery", "/api/v1/listings/{slug}", 200},
		{"/api/v1/listings/nothing", "/api/v1/listings/{slug}", 404},
		{"/api/v1/categories", "/api/v1/categories", 200},
		{"/api/v1/publishers/acme", "/api/v1/publishers/{login}", 200},
		{"/api/v1/publishers/nobody", "/api/v1/publishers/{login}", 404},
		{"/api/v1/openapi.json", "/api/v1/openapi.json", 200},
		{"/api/v1/user", "/api/v1/user", 401},
		{"/api/v1/user#token", "/api/v1/user", 200},
		{"/api/v1/user#weak", "/api/v1/user", 200},
		{"/api/v1/user/organizations#token", "/api/v1/user/organizations", 200},
		{"/api/v1/user/organizations#weak", "/api/v1/user/organizations", 403},
		{"/api/v1/user/subscriptions#token", "/api/v1/user/subscriptions", 200},
		{"/api/v1/user/subscriptions#weak", "/api/v1/user/subscriptions", 403},
	} {
		path, who, _ := strings.Cut(r.path, "#")
		var headers []string
		if who != "" {
			headers = []string{"Authorization", "Bearer " + tokens[who]}
		}
		w := s.get(path, headers...)
		if w.Code != r.status {
			t.Errorf("%s answers %d, want %d", r.path, w.Code, r.status)
			continue
		}
		fits(t, c, r.path, r.template, w)
	}
}

func fits(t *testing.T, c *jsonschema.Compiler, path, template string, w *httptest.ResponseRecorder) {
	t.Helper()
	media, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
	escape := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D", "+", "%2B")
	at := strings.Join([]string{
		described + "#/paths", escape.Replace(template), "get/responses", strconv.Itoa(w.Code), "content", escape.Replace(media), "schema",
	}, "/")
	schema, err := c.Compile(at)
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return
	}
	if err := schema.Validate(decoded(t, w.Body.Bytes())); err != nil {
		t.Errorf("%s: %v\n%s", path, err, w.Body)
	}
}
