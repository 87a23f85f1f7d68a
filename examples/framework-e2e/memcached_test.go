//go:build e2e

// Package e2e tests the memcached operator with sigs.k8s.io/e2e-framework, on the cluster where it runs. It
// reads KUBECONFIG and nothing else.
package e2e

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/e2e-framework/klient/k8s"
	"sigs.k8s.io/e2e-framework/klient/wait"
	"sigs.k8s.io/e2e-framework/klient/wait/conditions"
	"sigs.k8s.io/e2e-framework/pkg/env"
	"sigs.k8s.io/e2e-framework/pkg/envconf"
	"sigs.k8s.io/e2e-framework/pkg/envfuncs"
	"sigs.k8s.io/e2e-framework/pkg/features"

	cachev1alpha1 "operator-coverage.dev/memcached-operator/api/v1alpha1"
)

var (
	environment env.Environment
	// patience bounds every wait.
	patience = []wait.Option{wait.WithTimeout(time.Minute), wait.WithInterval(200 * time.Millisecond)}
)

func TestMain(m *testing.M) {
	path := os.Getenv("KUBECONFIG")
	if path == "" {
		fmt.Fprintln(os.Stderr, "Expected KUBECONFIG to name the cluster where the memcached operator runs, got nothing.")
		os.Exit(1)
	}
	environment = env.NewWithKubeConfig(path)
	namespace := envconf.RandomName("framework-e2e", 20)
	environment.Setup(learnAPI, envfuncs.CreateNamespace(namespace))
	environment.Finish(envfuncs.DeleteNamespace(namespace))
	os.Exit(environment.Run(m))
}

// learnAPI teaches the client the operator's API, and waits until the cluster serves it.
func learnAPI(ctx context.Context, config *envconf.Config) (context.Context, error) {
	resources := config.Client().Resources()
	if err := cachev1alpha1.AddToScheme(resources.GetScheme()); err != nil {
		return ctx, err
	}
	err := wait.For(func(ctx context.Context) (bool, error) {
		return resources.List(ctx, &cachev1alpha1.MemcachedList{}) == nil, nil
	}, patience...)
	if err != nil {
		return ctx, fmt.Errorf("Expected the cluster to serve Memcacheds (is the operator deployed?), got %w", err)
	}
	return ctx, nil
}

func TestMemcached(t *testing.T) {
	memcached := &cachev1alpha1.Memcached{ObjectMeta: metav1.ObjectMeta{Name: "cache"}, Spec: cachev1alpha1.MemcachedSpec{Size: 2}}
	feature := features.New("a Memcached").
		Setup(func(ctx context.Context, t *testing.T, config *envconf.Config) context.Context {
			memcached.Namespace = config.Namespace()
			memcached.Spec.Image = pauseImage(ctx, t, config)
			must(t, config.Client().Resources().Create(ctx, memcached))
			return ctx
		}).
		Assess("has as many pods as asked for", func(ctx context.Context, t *testing.T, config *envconf.Config) context.Context {
			expectReady(t, config, memcached, 2)
			return ctx
		}).
		Assess("follows its size", func(ctx context.Context, t *testing.T, config *envconf.Config) context.Context {
			patch := k8s.Patch{PatchType: types.MergePatchType, Data: []byte(`{"spec":{"size":3}}`)}
			must(t, config.Client().Resources().Patch(ctx, memcached, patch))
			expectReady(t, config, memcached, 3)
			return ctx
		}).
		Assess("goes, and its pods before it", func(ctx context.Context, t *testing.T, config *envconf.Config) context.Context {
			resources := config.Client().Resources(memcached.Namespace)
			must(t, resources.Delete(ctx, memcached))
			must(t, wait.For(conditions.New(resources).ResourceDeleted(memcached), patience...))
			pods := &corev1.PodList{}
			must(t, resources.List(ctx, pods))
			if len(pods.Items) > 0 {
				t.Errorf("Expected no pods, got %d", len(pods.Items))
			}
			return ctx
		}).Feature()
	environment.Test(t, feature)
}

// expectReady waits until a Memcached is available with `size` pods.
func expectReady(t *testing.T, config *envconf.Config, memcached *cachev1alpha1.Memcached, size int) {
	t.Helper()
	ready := conditions.New(config.Client().Resources()).ResourceMatch(memcached, func(k8s.Object) bool {
		status := memcached.Status
		return meta.IsStatusConditionTrue(status.Conditions, cachev1alpha1.ConditionAvailable) &&
			status.ObservedGeneration == memcached.Generation && len(status.Nodes) == size && int(status.ReadyReplicas) == size
	})
	if err := wait.For(ready, patience...); err != nil {
		t.Fatalf("Expected %d pods, got %v: %+v", size, err, memcached.Status)
	}
}

// pauseImage returns the pause image that the nodes have, as another version would have to be pulled.
// Nothing means the default of the API.
func pauseImage(ctx context.Context, t *testing.T, config *envconf.Config) string {
	t.Helper()
	nodes := &corev1.NodeList{}
	must(t, config.Client().Resources().List(ctx, nodes))
	for _, node := range nodes.Items {
		for _, image := range node.Status.Images {
			for _, name := range image.Names {
				if strings.HasPrefix(name, "registry.k8s.io/pause:") {
					return name
				}
			}
		}
	}
	return ""
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
