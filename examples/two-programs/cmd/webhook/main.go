// Command webhook says of objects whether they are allowed.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"operator-coverage.dev/two-programs/internal/quota"
	"operator-coverage.dev/two-programs/internal/server"
)

// verdict is the answer to an object.
type verdict struct {
	Allowed bool   `json:"allowed"`
	Reason  string `json:"reason,omitempty"`
}

func main() {
	address := flag.String("address", ":8080", "Where to serve.")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	slog.Info("serving", "address", *address)
	if err := server.Run(ctx, *address, handler(quota.Default)); err != nil {
		slog.Error("the webhook ends", "error", err)
		os.Exit(1)
	}
}

// handler serves POST /validate with an object.
func handler(rules quota.Rules) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /validate", func(w http.ResponseWriter, r *http.Request) {
		var object quota.Object
		if err := json.NewDecoder(r.Body).Decode(&object); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if err := rules.Check(object); err != nil {
			server.Answer(w, http.StatusOK, verdict{Reason: err.Error()})
			return
		}
		server.Answer(w, http.StatusOK, verdict{Allowed: true})
	})
	return mux
}
