// Package server serves HTTP as a pod should: with probes, and an orderly end.
package server

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"time"
)

// shutdownTimeout is less than the grace period of the pods, so that programs end by themselves.
const shutdownTimeout = 5 * time.Second

// Run serves `handler`, /healthz and /readyz until the context ends, which is no error.
func Run(ctx context.Context, address string, handler http.Handler) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	return serve(ctx, listener, handler)
}

func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	mux := http.NewServeMux()
	for _, probe := range []string{"GET /healthz", "GET /readyz"} {
		mux.HandleFunc(probe, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	}
	mux.Handle("/", handler)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: shutdownTimeout}

	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	return server.Shutdown(ctx)
}

// Answer sends a value as JSON.
func Answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // whoever asked may be gone
}
