package models

// CheckPage returns ErrPageOutOfRange for a page, counted from 1, that a list of so
// many rows with so many on a page doesn't have. The first one is always there.
func CheckPage(page, perPage, total int) error {
	if page < 1 || page > 1 && (page-1)*perPage >= total {
		return ErrPageOutOfRange
	}
	return nil
}
