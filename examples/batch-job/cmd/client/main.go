// Command client logs in to the API server as the pod's service account, takes an inventory of the pod's
// namespace, stores it and ends.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	corev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"

	"operator-coverage.dev/batch-job/internal/inventory"
)

const (
	// timeout bounds all work, so that a cluster which does not answer fails the Job.
	timeout = time.Minute
	// failedStatus is the exit status when FAIL asks for a failure.
	failedStatus = 3
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	if err := run(ctx, log, os.Getenv("NAMESPACE")); err != nil {
		log.Error("the inventory failed", "error", err)
		os.Exit(1)
	}
	if os.Getenv("FAIL") == "1" {
		log.Error("failing, as FAIL asks for it")
		os.Exit(failedStatus)
	}
}

// run takes and stores the inventory of a namespace.
func run(ctx context.Context, log *slog.Logger, namespace string) error {
	if namespace == "" {
		return errors.New("Expected NAMESPACE to be the pod's namespace, got nothing. Let the pod set it by a fieldRef to metadata.namespace")
	}
	config, err := rest.InClusterConfig()
	if err != nil {
		return fmt.Errorf("find the cluster: %w", err)
	}
	client, err := corev1.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("make a client: %w", err)
	}

	found, err := inventory.Take(ctx, client.Pods(namespace))
	if err != nil {
		return err
	}
	operation, err := inventory.Store(ctx, client.ConfigMaps(namespace), found)
	if err != nil {
		return err
	}
	log.Info("the inventory is stored", "namespace", namespace, "configMap", inventory.Name, "operation", operation, "pods", found.Pods)
	return nil
}
