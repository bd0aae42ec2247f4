package api

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/swaggest/jsonschema-go"
	"github.com/swaggest/openapi-go"
	"github.com/swaggest/openapi-go/openapi31"

	"souk/models"
	"souk/web/paths"
)

const about = `What anyone may read of the catalogue, and what people's own programs may
read in their name. The catalogue needs no account; what is one's own needs a
personal access token, sent as "Authorization: Bearer soukp_…". What is an
app's needs a JSON web token that the app signs, or its client secret.

Texts come in English, Chinese, Japanese and French: ask with lang or
Accept-Language. Lists are paged, with the addresses of the other pages in the
Link header. Every answer has an ETag; send it back as If-None-Match. A
parameter that is unknown or not valid is an error, never ignored. Errors are
problem details (RFC 9457) with a stable code.`

// Problem is the body of an error (RFC 9457).
type Problem struct {
	Type      string         `json:"type" format:"uri"`
	Title     string         `json:"title"`
	Status    int            `json:"status" minimum:"400" maximum:"599"`
	Code      string         `json:"code" description:"Stable name of what went wrong."`
	Detail    string         `json:"detail" description:"What went wrong, in the reader's language."`
	Instance  string         `json:"instance"`
	RequestID string         `json:"request_id,omitempty" required:"false"`
	Errors    []ProblemField `json:"errors,omitempty" required:"false" description:"The parameters at fault."`
}

// ProblemField is one parameter at fault.
type ProblemField struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail,omitempty" required:"false" description:"What is wrong with the value, in English."`
}

// describe renders the routes and their types as OpenAPI 3.1.
func describe(routes []route) ([]byte, error) {
	r := openapi31.NewReflector()
	r.Spec.Info.WithTitle("Souk").WithVersion("1").WithDescription(about).
		WithLicense(openapi31.License{Name: "MIT"})
	r.Spec.WithServers(openapi31.Server{URL: "/"})
	r.Spec.SetHTTPBearerTokenSecurity(security, "", "A personal access token, from /settings/tokens. It begins with "+models.AccessTokenPrefix+".")
	r.Spec.SetHTTPBearerTokenSecurity(appSecurity, "JWT", "A JSON web token that a GitHub App signs with one of its private keys (RS256; iss: its id or client id; exp: at most ten minutes ahead).")
	r.Spec.SetHTTPBasicSecurity(clientSecurity, "The client id and a client secret of an app.")
	r.DefaultOptions = append(r.DefaultOptions,
		func(rc *jsonschema.ReflectContext) { rc.EnvelopNullability = true },
		jsonschema.InterceptProp(finishFields),
		jsonschema.InterceptNullability(listsAreNotNull),
		jsonschema.InterceptDefName(func(t reflect.Type, _ string) string { return definitionName(t) }))
	for _, route := range routes {
		if err := add(r, route); err != nil {
			return nil, fmt.Errorf("describe %s: %w", route.pattern, err)
		}
	}
	return json.MarshalIndent(r.Spec, "", "  ")
}

func add(r *openapi31.Reflector, route route) error {
	op, err := r.NewOperationContext(cmp.Or(route.method, http.MethodGet), template(route.pattern))
	if err != nil {
		return err
	}
	op.SetID(route.id)
	op.SetSummary(route.summary)
	op.SetTags(route.tag())
	op.AddReqStructure(route.in)
	route.describeBody(op)
	answer := []openapi.ContentOption{openapi.WithHTTPStatus(http.StatusOK), with("What was asked for.")}
	if route.media != "" {
		answer = append(answer, openapi.WithContentType(route.media))
	}
	op.AddRespStructure(route.out, answer...)
	if route.method == "" {
		op.AddRespStructure(nil, openapi.WithHTTPStatus(http.StatusNotModified), with("What If-None-Match names is still right."))
	}
	problem := func(status int, text string) {
		op.AddRespStructure(new(Problem), openapi.WithHTTPStatus(status), openapi.WithContentType("application/problem+json"), with(text))
	}
	problem(http.StatusBadRequest, "A parameter is unknown or not valid; errors names it.")
	if route.token {
		op.AddSecurity(security, route.scopes()...)
		problem(http.StatusUnauthorized, "There is no token, or it is revoked, expired or no token at all.")
		problem(http.StatusForbidden, "The token lacks a scope, which errors names, or its owner is suspended.")
	}
	if route.app {
		op.AddSecurity(appSecurity)
		op.AddSecurity(clientSecurity)
		problem(http.StatusUnauthorized, "It doesn't come from an app: the token is no good, or the secret.")
	}
	if route.missing {
		problem(http.StatusNotFound, "There is no such thing, or it isn't public.")
	}
	if route.clashes {
		problem(http.StatusConflict, "Somebody has changed the same meanwhile, which errors names, or the listing's state doesn't allow it.")
	}
	if route.pattern == paths.APIListings {
		problem(http.StatusServiceUnavailable, "No search engine answered; try again later.")
	}
	return r.AddOperation(op)
}

// describeBody says what a request sends, which its type says by the tag body.
func (r route) describeBody(op openapi.OperationContext) {
	t := reflect.TypeOf(r.in).Elem()
	for i := range t.NumField() {
		switch f := t.Field(i); f.Tag.Get("body") {
		case "file":
			op.AddReqStructure(new(models.ListingContent), openapi.WithContentType("application/json"), with("The listing. The same fields may be sent as YAML."))
			op.AddReqStructure(new(string), openapi.WithContentType("application/yaml"))
		case "picture":
			for _, media := range []string{"image/png", "image/jpeg", "image/gif", "image/webp"} {
				op.AddReqStructure(new(string), openapi.WithContentType(media), with("The file, up to 5 MiB; what it is is told by its content."))
			}
		case "json":
			op.AddReqStructure(reflect.New(f.Type).Interface(), openapi.WithContentType("application/json"))
		}
	}
}

// security is the name of the way to say who asks.
const security = "token"

// appSecurity and clientSecurity are the ways of apps.
const (
	appSecurity    = "app"
	clientSecurity = "client"
)

func (r route) tag() string {
	if r.token {
		return "account"
	}
	if r.app {
		return "app"
	}
	return "catalogue"
}

func (r route) scopes() []string {
	if r.scope == "" {
		return nil
	}
	return []string{r.scope}
}

func with(description string) openapi.ContentOption {
	return func(cu *openapi.ContentUnit) { cu.Description = description }
}

// finishFields makes every field of a reply required, unless its tag says
// otherwise, and lets those be null whose tag says so. Fields of requests are
// left as they are.
func finishFields(p jsonschema.InterceptPropParams) error {
	if p.Field.Tag.Get("json") == "" {
		return nil
	}
	optional := strings.Contains(p.Field.Tag.Get("json"), ",omit") || p.Field.Tag.Get("required") == "false"
	if !p.Processed && !optional {
		p.ParentSchema.Required = append(p.ParentSchema.Required, p.Name)
	}
	if p.Processed && p.Field.Tag.Get("nullable") == "true" {
		p.PropertySchema.AddType(jsonschema.Null)
	}
	if p.Processed && len(p.PropertySchema.AnyOf) > 0 {
		// A pointer to a struct: null or that, which the generator's own type
		// would rule out.
		p.PropertySchema.Type = nil
		for _, s := range p.PropertySchema.AnyOf {
			if s.TypeObject.Ref != nil {
				s.TypeObject.Type = nil
			}
		}
	}
	return nil
}

// listsAreNotNull undoes the generator's belief that every list and map may be
// null.
func listsAreNotNull(p jsonschema.InterceptNullabilityParams) {
	if kind := p.Type.Kind(); kind == reflect.Slice || kind == reflect.Map {
		p.Schema.RemoveType(jsonschema.Null)
	}
}

// definitionName is the type's own name; the one page of a list is called
// after what it lists.
func definitionName(t reflect.Type) string {
	name, of, generic := strings.Cut(t.Name(), "[")
	if generic {
		of = of[strings.LastIndex(of, ".")+1:]
		return name + "Of" + strings.TrimSuffix(of, "]")
	}
	return name
}
