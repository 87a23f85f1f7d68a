// Command manager runs the memcached operator.
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

	cachev1alpha1 "operator-coverage.dev/memcached-operator/api/v1alpha1"
	"operator-coverage.dev/memcached-operator/internal/controller"
)

const (
	leaderElectionID = "memcached-operator.operator-coverage.dev"
	// shutdownTimeout is less than the grace period of the pod, so that this process ends by itself.
	shutdownTimeout = 8 * time.Second
)

var scheme = runtime.NewScheme()

func init() {
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(cachev1alpha1.AddToScheme(scheme))
}

// settings are the command's flags.
type settings struct {
	metricsAddress          string
	probeAddress            string
	leaderElection          bool
	leaderElectionNamespace string
	verbose                 bool
}

func parseSettings() settings {
	var s settings
	flag.StringVar(&s.metricsAddress, "metrics-bind-address", "0", "Where to serve metrics over plain HTTP, for instance :8080; 0 serves none.")
	flag.StringVar(&s.probeAddress, "health-probe-bind-address", ":8081", "Where to serve /healthz and /readyz.")
	flag.BoolVar(&s.leaderElection, "leader-elect", false, "Work only while holding the lease, so that one replica is active at a time.")
	flag.StringVar(&s.leaderElectionNamespace, "leader-election-namespace", "", "Where the lease is; needed only outside of a cluster.")
	flag.BoolVar(&s.verbose, "verbose", false, "Log details, too.")
	flag.Parse()
	return s
}

func main() {
	s := parseSettings()
	level := slog.LevelInfo
	if s.verbose {
		level = slog.LevelDebug
	}
	ctrl.SetLogger(logr.FromSlogHandler(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level})))

	if err := run(ctrl.SetupSignalHandler(), s); err != nil {
		ctrl.Log.Error(err, "the operator ends")
		os.Exit(1)
	}
}

// run works until the context ends, which is no error.
func run(ctx context.Context, s settings) error {
	config, err := ctrl.GetConfig()
	if err != nil {
		return fmt.Errorf("find the cluster: %w", err)
	}
	mgr, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:                  scheme,
		Metrics:                 server.Options{BindAddress: s.metricsAddress},
		HealthProbeBindAddress:  s.probeAddress,
		GracefulShutdownTimeout: ptr.To(shutdownTimeout),
		LeaderElection:          s.leaderElection,
		LeaderElectionID:        leaderElectionID,
		LeaderElectionNamespace: s.leaderElectionNamespace,
		// The process ends right after the manager does, so no other leader can meet this one at work.
		LeaderElectionReleaseOnCancel: true,
		Cache: cache.Options{ByObject: map[client.Object]cache.ByObject{
			&corev1.Pod{}: {Label: labels.SelectorFromSet(controller.PodLabels)},
		}},
	})
	if err != nil {
		return fmt.Errorf("make the manager: %w", err)
	}

	reconciler := &controller.MemcachedReconciler{
		Client:   mgr.GetClient(),
		Live:     mgr.GetAPIReader(),
		Scheme:   mgr.GetScheme(),
		Recorder: mgr.GetEventRecorderFor("memcached-controller"),
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
