package outside

import (
	"context"
	"encoding/xml"

	"souk/static"
	"souk/web/i18n"
	"souk/web/paths"
	"souk/web/view"
)

type openSearch struct {
	XMLName     xml.Name         `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
	ShortName   string           `xml:"ShortName"`
	LongName    string           `xml:"LongName"`
	Description string           `xml:"Description"`
	Language    string           `xml:"Language"`
	Encoding    string           `xml:"InputEncoding"`
	Image       openSearchImage  `xml:"Image"`
	URLs        []openSearchLink `xml:"Url"`
}

type openSearchImage struct {
	Type   string `xml:"type,attr"`
	Width  int    `xml:"width,attr"`
	Height int    `xml:"height,attr"`
	Href   string `xml:",chardata"`
}

type openSearchLink struct {
	Type     string `xml:"type,attr"`
	Rel      string `xml:"rel,attr"`
	Template string `xml:"template,attr"`
}

// OpenSearch describes the search to browsers, so that people can search from
// the address bar.
func OpenSearch(ctx context.Context) ([]byte, error) {
	r := view.From(ctx)
	lang := "&lang=" + r.Lang
	return document(&openSearch{
		ShortName: i18n.T(ctx, "site.name"), LongName: i18n.T(ctx, "site.title"), Description: i18n.T(ctx, "site.description"),
		Language: r.Lang, Encoding: "UTF-8",
		Image: openSearchImage{Type: "image/svg+xml", Width: 32, Height: 32, Href: r.Base + static.URL("favicon.svg")},
		URLs: []openSearchLink{
			{Type: "text/html", Rel: "results", Template: r.Base + paths.Localized(r.Lang, paths.Browse) + "?query={searchTerms}"},
			{Type: "application/x-suggestions+json", Rel: "suggestions", Template: r.Base + paths.OpenSearchSuggest + "?q={searchTerms}" + lang},
			{Type: "application/opensearchdescription+xml", Rel: "self", Template: r.Base + paths.OpenSearch + "?lang=" + r.Lang},
		},
	})
}
