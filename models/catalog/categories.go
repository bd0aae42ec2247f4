package catalog

import "souk/models"

// NewCategories makes Categories of a list that stands in order.
func NewCategories(all []*models.Category) *Categories {
	c := &Categories{All: all, bySlug: make(map[string]*models.Category, len(all)), byID: make(map[int64]*models.Category, len(all))}
	for _, m := range all {
		c.bySlug[m.Slug], c.byID[m.ID] = m, m
	}
	return c
}
