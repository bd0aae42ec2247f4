package models_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"souk/models"
)

func TestErrorsMatchByCode(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("catalog: %w", models.ErrBadParameter.On("sort").Because(io.ErrUnexpectedEOF))
	if !errors.Is(err, models.ErrBadParameter) || !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, models.ErrNotFound) {
		t.Errorf("matching is off: %v", err)
	}
	if models.ErrBadParameter.Field != "" {
		t.Error("On changed the sentinel")
	}
}

func TestErrorCodesAreUnique(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, e := range models.Errors() {
		if seen[e.Code] || e.Code == "" {
			t.Errorf("code %q stands twice or is empty", e.Code)
		}
		seen[e.Code] = true
	}
}
