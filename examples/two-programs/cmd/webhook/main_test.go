package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"operator-coverage.dev/two-programs/internal/quota"
)

func TestTheVerdictIsThatOfTheRules(t *testing.T) {
	for body, allowed := range map[string]bool{`{"name":"a","size":3}`: true, `{"name":"a","size":99}`: false} {
		recorder := post(body)
		var got verdict
		if err := json.Unmarshal(recorder.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if got.Allowed != allowed || (got.Reason == "") != allowed {
			t.Errorf("Expected %s to be allowed: %t, got %+v", body, allowed, got)
		}
	}
}

func TestWhatIsNoObjectIsABadRequest(t *testing.T) {
	if recorder := post(`{`); recorder.Code != http.StatusBadRequest {
		t.Errorf("Expected %d, got %d", http.StatusBadRequest, recorder.Code)
	}
}

func post(body string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	handler(quota.Default).ServeHTTP(recorder, httptest.NewRequest("POST", "/validate", strings.NewReader(body)))
	return recorder
}
