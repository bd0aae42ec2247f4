package models

import (
	"reflect"
	"strings"
)

// ListingPaths lists the path of every value that ListingContent can hold, with
// [] for entries and {} for languages, in the order of the struct.
func ListingPaths() []string {
	var all []string
	walkPaths(reflect.TypeFor[ListingContent](), "", func(path string) { all = append(all, path) })
	return all
}

func walkPaths(t reflect.Type, path string, visit func(string)) {
	if path != "" {
		visit(path)
	}
	switch t.Kind() {
	case reflect.Pointer:
		walkPaths(t.Elem(), "", func(rest string) { visit(joinPath(path, rest)) })
	case reflect.Slice:
		walkPaths(t.Elem(), path+"[]", visit)
	case reflect.Map:
		if t.Elem().Kind() == reflect.Struct {
			walkPaths(t.Elem(), path+"{}", visit)
		}
	case reflect.Struct:
		for f := range t.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.Anonymous && name == "" {
				walkPaths(f.Type, "", func(rest string) { visit(joinPath(path, rest)) })
				continue
			}
			walkPaths(f.Type, joinPath(path, name), visit)
		}
	}
}

func joinPath(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
