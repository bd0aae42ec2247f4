package ui

// PagerOf links to the first and the last of some pages, and to those around the one
// that is shown; at is the address of one. A single page needs no links.
func PagerOf(page, last int, at func(page int) string) PagerProps {
	var p PagerProps
	if last < 2 {
		return p
	}
	for n := 1; n <= last; n++ {
		if n == 1 || n == last || (n >= page-2 && n <= page+2) {
			p.Links = append(p.Links, PageLink{Page: n, Href: at(n), Current: n == page})
		} else if !p.Links[len(p.Links)-1].Gap {
			p.Links = append(p.Links, PageLink{Gap: true})
		}
	}
	if page > 1 {
		p.Previous = at(page - 1)
	}
	if page < last {
		p.Next = at(page + 1)
	}
	return p
}
