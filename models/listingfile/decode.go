package listingfile

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/agext/levenshtein"

	"souk/models"
)

// decoder fills a content from nodes, by the JSON keys of its type, and says what
// doesn't fit.
type decoder struct {
	found []models.Finding
	lines map[string]int
}

func (d *decoder) say(line int, path, rule string, params ...string) {
	f := models.NewFinding(rule, path, params...)
	f.Line = line
	d.found = append(d.found, f)
}

func (d *decoder) into(n *node, c *models.ListingContent) {
	d.fields(n, "", reflect.ValueOf(c).Elem())
}

func (d *decoder) value(n *node, path string, v reflect.Value) {
	d.lines[path] = n.line
	if n.kind == kindScalar && n.scalar == scalarNull {
		return // as good as missing
	}
	switch v.Kind() {
	case reflect.Pointer:
		to := reflect.New(v.Type().Elem())
		before := len(d.found)
		d.value(n, path, to.Elem())
		if len(d.found) == before || v.Type().Elem().Kind() == reflect.Struct {
			v.Set(to)
		}
	case reflect.Struct:
		d.fields(n, path, v)
	case reflect.Map:
		d.mapped(n, path, v)
	case reflect.Slice:
		d.list(n, path, v)
	case reflect.String:
		d.text(n, path, v)
	case reflect.Bool:
		if n.kind != kindScalar || n.scalar != scalarTruth {
			d.say(n.line, path, "file_want_truth")
			return
		}
		v.SetBool(strings.EqualFold(n.text, "true"))
	case reflect.Int, reflect.Int64:
		d.number(n, path, v)
	}
}

func (d *decoder) text(n *node, path string, v reflect.Value) {
	if n.kind != kindScalar || n.scalar == scalarTruth {
		d.say(n.line, path, "file_want_text")
		return
	}
	v.SetString(n.text)
}

var wholeNumber = regexp.MustCompile(`^-?(?:0|[1-9][0-9]{0,17})$`)

func (d *decoder) number(n *node, path string, v reflect.Value) {
	if n.kind != kindScalar || n.scalar != scalarNumber || !wholeNumber.MatchString(n.text) {
		d.say(n.line, path, "file_want_number")
		return
	}
	i, err := strconv.ParseInt(n.text, 10, 64)
	if err != nil || v.OverflowInt(i) {
		d.say(n.line, path, "file_want_number")
		return
	}
	v.SetInt(i)
}

func (d *decoder) list(n *node, path string, v reflect.Value) {
	if n.kind != kindList {
		d.say(n.line, path, "file_want_list")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
	for i, item := range n.items {
		d.value(item, path+"["+strconv.Itoa(i)+"]", v.Index(i))
	}
}

// mapped fills a map from texts, such as the permissions, or the translations.
func (d *decoder) mapped(n *node, path string, v reflect.Value) {
	if n.kind != kindFields {
		d.say(n.line, path, "file_want_fields")
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, f := range n.fields {
		to := reflect.New(v.Type().Elem()).Elem()
		d.value(f.value, path+"."+f.key, to)
		d.lines[path+"."+f.key] = f.line
		v.SetMapIndex(reflect.ValueOf(f.key).Convert(v.Type().Key()), to)
	}
}

func (d *decoder) fields(n *node, path string, v reflect.Value) {
	if n.kind != kindFields {
		d.say(n.line, path, "file_want_fields")
		return
	}
	for _, f := range n.fields {
		at := f.key
		if path != "" {
			at = path + "." + f.key
		}
		to, ok := fieldByKey(v, f.key)
		if !ok {
			d.unknown(f, path, v.Type())
			continue
		}
		d.value(f.value, at, to)
		d.lines[at] = f.line
	}
}

// unknown says which key was meant, or else which there are.
func (d *decoder) unknown(f field, path string, t reflect.Type) {
	keys := keysOf(t)
	best, distance := "", 1+len(f.key)/3
	for _, k := range keys {
		if n := levenshtein.Distance(strings.ToLower(f.key), k, nil); n <= distance {
			best, distance = k, n-1
		}
	}
	if best != "" {
		d.say(f.line, path, "file_key_near", "key", short(f.key), "near", best)
		return
	}
	slices.Sort(keys)
	d.say(f.line, path, "file_key_unknown", "key", short(f.key), "allowed", strings.Join(keys, ", "))
}

// fieldByKey finds the field with a JSON key, in embedded structs too.
func fieldByKey(v reflect.Value, key string) (reflect.Value, bool) {
	t := v.Type()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if t.Field(i).Anonymous && name == "" {
			if found, ok := fieldByKey(v.Field(i), key); ok {
				return found, true
			}
			continue
		}
		if name == key {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if t.Field(i).Anonymous && name == "" {
			keys = append(keys, keysOf(t.Field(i).Type)...)
			continue
		}
		keys = append(keys, name)
	}
	return keys
}
