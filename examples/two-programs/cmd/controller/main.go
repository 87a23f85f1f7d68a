// Command controller brings objects to the size that users ask for. With --init it writes the rules that
// it will work by, and ends: an init container runs it so.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"operator-coverage.dev/two-programs/internal/objects"
	"operator-coverage.dev/two-programs/internal/quota"
	"operator-coverage.dev/two-programs/internal/server"
)

const interval = 100 * time.Millisecond

func main() {
	initialize := flag.Bool("init", false, "Write the rules and end.")
	rules := flag.String("rules", "/rules/rules.json", "The file of the rules.")
	address := flag.String("address", ":8080", "Where to serve.")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *initialize, *rules, *address); err != nil {
		slog.Error("the controller ends", "error", err)
		os.Exit(1)
	}
}

// run writes the rules, or works until the context ends, which is no error.
func run(ctx context.Context, initialize bool, path, address string) error {
	if initialize {
		slog.Info("writing the rules", "path", path)
		return quota.Default.Write(path)
	}
	rules, err := quota.Read(path)
	if err != nil {
		return fmt.Errorf("read the rules: %w", err)
	}
	store := objects.NewStore()
	go store.Run(ctx, interval)
	slog.Info("serving", "address", address, "rules", rules)
	return server.Run(ctx, address, handler(store, rules))
}

// handler serves POST /objects with an object, and GET /objects/NAME.
func handler(store *objects.Store, rules quota.Rules) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /objects", func(w http.ResponseWriter, r *http.Request) {
		var object quota.Object
		if err := json.NewDecoder(r.Body).Decode(&object); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if err := rules.Check(object); err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		store.Set(object)
		server.Answer(w, http.StatusAccepted, object)
	})
	mux.HandleFunc("GET /objects/{name}", func(w http.ResponseWriter, r *http.Request) {
		state, found := store.Get(r.PathValue("name"))
		if !found {
			http.NotFound(w, r)
			return
		}
		server.Answer(w, http.StatusOK, state)
	})
	return mux
}
