package server

import (
	"context"
	"net"
	"net/http"
	"testing"
)

func TestServesProbesAndTheHandlerUntilTheContextEnds(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- serve(ctx, listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			Answer(w, http.StatusTeapot, "tea")
		}))
	}()
	for path, want := range map[string]int{"/healthz": http.StatusOK, "/readyz": http.StatusOK, "/else": http.StatusTeapot} {
		response, err := http.Get("http://" + listener.Addr().String() + path)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("Expected %d of %s, got %d", want, path, response.StatusCode)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Expected an orderly end, got %v", err)
	}
}

func TestRunRefusesAnAddressThatIsTaken(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if err := Run(t.Context(), listener.Addr().String(), http.NotFoundHandler()); err == nil {
		t.Error("Expected an error, got none")
	}
}
