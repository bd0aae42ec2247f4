package api

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"souk/models"
)

// nothing is the request of an endpoint that takes no parameters.
type nothing struct{}

// choice is a type with a closed set of values, in the form that the
// description's generator knows.
type choice interface{ Enum() []any }

// parameter is one field of a request. The tags say all about it, and are
// what the description is made of: path, query or header (its name), body, default,
// minimum, maximum, maxLength and, for the values of a list, items.maxLength.
type parameter struct {
	name      string
	field     int
	from      string // "path", "query", "header", or "file" and "json" for the body
	list      bool
	number    bool
	minimum   int
	maximum   int
	maxLength int
	fallback  string
	choices   []string
}

// readerOf makes the function that reads an In. It panics on tags that it
// can't follow, as soon as the endpoint is mounted.
func readerOf[In any]() func(echo.Context) (In, error) {
	parameters := parametersOf(reflect.TypeFor[In]())
	return func(c echo.Context) (In, error) {
		var in In
		query, err := url.ParseQuery(c.Request().URL.RawQuery)
		if err != nil {
			return in, models.ErrBadParameter.Because(err)
		}
		if name := unknown(query, parameters); name != "" {
			return in, models.ErrUnknownParameter.On(name)
		}
		into := reflect.ValueOf(&in).Elem()
		for i := range parameters {
			p := &parameters[i]
			if p.from == "picture" {
				continue // left to the verb
			}
			if p.from == "file" || p.from == "json" {
				if err := p.readBody(c, into.Field(p.field)); err != nil {
					return in, err
				}
				continue
			}
			if err := p.read(p.given(c, query), into.Field(p.field)); err != nil {
				return in, models.ErrBadParameter.On(p.name).Because(err)
			}
		}
		return in, nil
	}
}

func (p *parameter) given(c echo.Context, query url.Values) []string {
	switch p.from {
	case "path":
		return []string{c.Param(p.name)}
	case "header":
		return []string{c.Request().Header.Get(p.name)}
	}
	return query[p.name]
}

// unknown names the first parameter, in alphabetical order, that nobody reads.
func unknown(query url.Values, parameters []parameter) string {
	names := make([]string, 0, len(query))
	for name := range query {
		if !slices.ContainsFunc(parameters, func(p parameter) bool { return p.from == "query" && p.name == name }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

func parametersOf(t reflect.Type) []parameter {
	var all []parameter
	for i := range t.NumField() {
		f := t.Field(i)
		p := parameter{field: i, fallback: f.Tag.Get("default")}
		for _, from := range []string{"path", "query", "header"} {
			if name := f.Tag.Get(from); name != "" {
				p.name, p.from = name, from
			}
		}
		if body := f.Tag.Get("body"); body != "" {
			all = append(all, parameter{field: i, name: "body", from: body})
			continue
		}
		if p.name == "" {
			panic("api: no path, query, header or body tag on " + t.String() + "." + f.Name)
		}
		p.list = f.Type.Kind() == reflect.Slice
		p.number = f.Type.Kind() == reflect.Int
		p.minimum = tagged(f, "minimum")
		p.maximum = tagged(f, "maximum")
		p.maxLength = tagged(f, "maxLength") + tagged(f, "items.maxLength")
		element := f.Type
		if p.list {
			element = element.Elem()
		}
		if c, ok := reflect.Zero(element).Interface().(choice); ok {
			for _, v := range c.Enum() {
				p.choices = append(p.choices, fmt.Sprint(v))
			}
		}
		all = append(all, p)
	}
	return all
}

func tagged(f reflect.StructField, tag string) int {
	s, ok := f.Tag.Lookup(tag)
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		panic("api: tag " + tag + " of " + f.Name + " is no number")
	}
	return n
}

// maxValues bounds how many values of one parameter are read.
const maxValues = 50

// read checks the given values and sets the field. An empty value is none.
func (p *parameter) read(given []string, field reflect.Value) error {
	values, err := p.split(given)
	if err != nil {
		return err
	}
	if len(values) == 0 && p.fallback != "" {
		values = []string{p.fallback}
	}
	if p.list {
		field.Set(reflect.MakeSlice(field.Type(), len(values), len(values)))
		for i, v := range values {
			field.Index(i).SetString(v)
		}
		return nil
	}
	if len(values) == 0 {
		return nil
	}
	if !p.number {
		field.SetString(values[0])
		return nil
	}
	n, err := strconv.Atoi(values[0])
	if err != nil || strconv.Itoa(n) != values[0] || n < p.minimum || n > p.maximum {
		return fmt.Errorf("%q is not a number from %d to %d", values[0], p.minimum, p.maximum)
	}
	field.SetInt(int64(n))
	return nil
}

// split takes the values of a list apart at commas, drops empty ones and those
// that come twice, and checks each.
func (p *parameter) split(given []string) ([]string, error) {
	if p.list {
		given = strings.Split(strings.Join(given, ","), ",")
	}
	var values []string
	for _, v := range given {
		if v == "" || p.list && slices.Contains(values, v) {
			continue
		}
		if err := p.check(v); err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	if !p.list && len(values) > 1 || len(values) > maxValues {
		return nil, fmt.Errorf("too many values")
	}
	return values, nil
}

func (p *parameter) check(v string) error {
	if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
		return fmt.Errorf("%q is no text", v)
	}
	if p.maxLength > 0 && utf8.RuneCountInString(v) > p.maxLength {
		return fmt.Errorf("longer than %d characters", p.maxLength)
	}
	if p.choices != nil && !slices.Contains(p.choices, v) {
		return fmt.Errorf("%q is none of %s", v, strings.Join(p.choices, ", "))
	}
	return nil
}
