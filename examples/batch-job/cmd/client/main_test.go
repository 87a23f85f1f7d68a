package main

import (
	"log/slog"
	"strings"
	"testing"
)

func TestWhatIsMissingIsNamed(t *testing.T) {
	t.Setenv("KUBERNETES_SERVICE_HOST", "") // there is no cluster around unit tests
	for namespace, want := range map[string]string{"": "NAMESPACE", "default": "find the cluster"} {
		err := run(t.Context(), slog.New(slog.DiscardHandler), namespace)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Expected an error about %q in namespace %q, got %v", want, namespace, err)
		}
	}
}
