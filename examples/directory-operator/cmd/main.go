// Command manager runs the directory operator.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"operator-coverage.dev/directory-operator/internal/controller"
	cachev1alpha1 "operator-coverage.dev/memcached-operator/api/v1alpha1"
)

// shutdownTimeout is less than the grace period of the pod, so that this process ends by itself.
const shutdownTimeout = 8 * time.Second

var scheme = runtime.NewScheme()

func init() {
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(cachev1alpha1.AddToScheme(scheme))
}

func main() {
	probeAddress := flag.String("health-probe-bind-address", ":8081", "Where to serve /healthz and /readyz.")
	verbose := flag.Bool("verbose", false, "Log details, too.")
	flag.Parse()
	level := slog.LevelInfo
	if *verbose {
		level = slog.LevelDebug
	}
	ctrl.SetLogger(logr.FromSlogHandler(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level})))

	if err := run(ctrl.SetupSignalHandler(), *probeAddress); err != nil {
		ctrl.Log.Error(err, "the operator ends")
		os.Exit(1)
	}
}

// run works until the context ends, which is no error.
func run(ctx context.Context, probeAddress string) error {
	config, err := ctrl.GetConfig()
	if err != nil {
		return fmt.Errorf("find the cluster: %w", err)
	}
	mgr, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:                  scheme,
		Metrics:                 server.Options{BindAddress: "0"},
		HealthProbeBindAddress:  probeAddress,
		GracefulShutdownTimeout: ptr.To(shutdownTimeout),
		// Of pods and ConfigMaps a cluster has many that are no concern of ours.
		Cache: cache.Options{ByObject: map[client.Object]cache.ByObject{
			&corev1.Pod{}:       {Label: labels.SelectorFromSet(controller.PodLabels)},
			&corev1.ConfigMap{}: {Label: labels.SelectorFromSet(controller.DirectoryLabels)},
		}},
	})
	if err != nil {
		return fmt.Errorf("make the manager: %w", err)
	}

	reconciler := &controller.DirectoryReconciler{
		Client:   mgr.GetClient(),
		Live:     mgr.GetAPIReader(),
		Scheme:   mgr.GetScheme(),
		Recorder: mgr.GetEventRecorderFor("directory-controller"),
	}
	if err := reconciler.SetupWithManager(mgr); err != nil {
		return fmt.Errorf("set up the controller: %w", err)
	}
	if err := mgr.AddHealthzCheck("healthz", healthz.Ping); err != nil {
		return fmt.Errorf("add the health check: %w", err)
	}
	if err := mgr.AddReadyzCheck("readyz", healthz.Ping); err != nil {
		return fmt.Errorf("add the readiness check: %w", err)
	}
	return mgr.Start(ctx)
}
