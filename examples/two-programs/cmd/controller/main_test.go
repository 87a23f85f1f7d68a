package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"operator-coverage.dev/two-programs/internal/objects"
	"operator-coverage.dev/two-programs/internal/quota"
)

func TestInitWritesTheRulesThatItNeeds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rules.json")
	if err := run(t.Context(), false, path, "127.0.0.1:0"); err == nil {
		t.Error("Expected an error without rules, got none")
	}
	if err := run(t.Context(), true, path, ""); err != nil {
		t.Fatal(err)
	}
	if rules, err := quota.Read(path); err != nil || rules != quota.Default {
		t.Errorf("Expected %+v, got %+v, %v", quota.Default, rules, err)
	}
}

func TestTheHandlerTakesWhatTheRulesAllow(t *testing.T) {
	h := handler(objects.NewStore(), quota.Default)
	for _, step := range []struct {
		method, path, body string
		want               int
	}{
		{"GET", "/objects/a", "", http.StatusNotFound},
		{"POST", "/objects", `{"name":"a","size":3}`, http.StatusAccepted},
		{"GET", "/objects/a", "", http.StatusOK},
		{"POST", "/objects", `{"name":"a","size":99}`, http.StatusUnprocessableEntity},
		{"POST", "/objects", `{`, http.StatusBadRequest},
	} {
		recorder := httptest.NewRecorder()
		h.ServeHTTP(recorder, httptest.NewRequest(step.method, step.path, strings.NewReader(step.body)))
		if recorder.Code != step.want {
			t.Errorf("Expected %d of %s %s %s, got %d", step.want, step.method, step.path, step.body, recorder.Code)
		}
	}
}
