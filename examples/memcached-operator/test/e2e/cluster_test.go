//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	cachev1alpha1 "operator-coverage.dev/memcached-operator/api/v1alpha1"
)

const (
	// patience bounds every wait.
	patience = time.Minute
	interval = 200 * time.Millisecond
)

var (
	// cluster is the one that KUBECONFIG names.
	cluster client.Client
	// image is what pods run.
	image string
)

func TestMain(m *testing.M) {
	if err := connect(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// connect sets `cluster`, and waits until it serves the operator's API.
func connect() error {
	path := os.Getenv("KUBECONFIG")
	if path == "" {
		return errors.New("Expected KUBECONFIG to name the cluster where the operator runs, got nothing. Set it, for instance by: kind get kubeconfig > kubeconfig; export KUBECONFIG=$PWD/kubeconfig")
	}
	config, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		return fmt.Errorf("Expected KUBECONFIG to be a file that can be read, got %w", err)
	}
	config.QPS = -1 // polling tests that run side by side are no reason to slow down
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, appsv1.AddToScheme, cachev1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			return err
		}
	}
	if cluster, err = client.New(config, client.Options{Scheme: scheme}); err != nil {
		return fmt.Errorf("Expected the cluster of KUBECONFIG to answer, got %w", err)
	}
	if err := poll("the cluster to serve Memcacheds (is the operator deployed?)", func(ctx context.Context) error {
		return cluster.List(ctx, &cachev1alpha1.MemcachedList{})
	}); err != nil {
		return err
	}
	image, err = pauseImage(context.Background())
	return err
}

// pauseImage returns the pause image that the nodes have. Its version differs from one Kubernetes to
// the next, and another one would have to be pulled.
func pauseImage(ctx context.Context) (string, error) {
	nodes := &corev1.NodeList{}
	if err := cluster.List(ctx, nodes); err != nil {
		return "", err
	}
	for _, node := range nodes.Items {
		for _, image := range node.Status.Images {
			for _, name := range image.Names {
				if strings.HasPrefix(name, "registry.k8s.io/pause:") {
					return name, nil
				}
			}
		}
	}
	return "", nil // the default of the API, then
}

// poll calls check until it returns nothing. `what` completes the sentence "Expected ..." of the error.
func poll(what string, check func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	last := errors.New("no answer")
	for {
		err := check(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() == nil {
			last = err // after the end there is only the news that time is up
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("Expected %s within %s, got: %w", what, patience, last)
		case <-time.After(interval):
		}
	}
}

// newNamespace makes a namespace for one test. When the test ends, it waits for the namespace's Memcacheds
// to go, which is the operator's part, and leaves the rest to Kubernetes.
func newNamespace(t *testing.T) string {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "memcached-e2e-"}}
	must(t, cluster.Create(t.Context(), namespace))
	t.Cleanup(func() {
		memcacheds := &cachev1alpha1.MemcachedList{}
		must(t, poll("the Memcacheds of the test to go", func(ctx context.Context) error {
			if err := cluster.DeleteAllOf(ctx, &cachev1alpha1.Memcached{}, client.InNamespace(namespace.Name)); err != nil {
				return err
			}
			if err := cluster.List(ctx, memcacheds, client.InNamespace(namespace.Name)); err != nil || len(memcacheds.Items) == 0 {
				return err
			}
			return fmt.Errorf("%d are left", len(memcacheds.Items))
		}))
		must(t, client.IgnoreNotFound(cluster.Delete(context.Background(), namespace)))
	})
	return namespace.Name
}

// newMemcached makes a Memcached and returns it as the API server stored it.
func newMemcached(t *testing.T, namespace string, size int32) *cachev1alpha1.Memcached {
	t.Helper()
	memcached := &cachev1alpha1.Memcached{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "cache"},
		Spec:       cachev1alpha1.MemcachedSpec{Size: size, Image: image},
	}
	must(t, cluster.Create(t.Context(), memcached))
	return memcached
}

// expectRolledOut waits until a Memcached and its Deployment agree on the present spec and `size`, and returns both.
func expectRolledOut(t *testing.T, memcached *cachev1alpha1.Memcached, size int32) (*cachev1alpha1.Memcached, *appsv1.Deployment) {
	t.Helper()
	key := client.ObjectKeyFromObject(memcached)
	current, deployment := &cachev1alpha1.Memcached{}, &appsv1.Deployment{}
	must(t, poll(fmt.Sprintf("Memcached %s to have %d pods and no more to do", key, size), func(ctx context.Context) error {
		if err := cluster.Get(ctx, key, current); err != nil {
			return err
		}
		if err := cluster.Get(ctx, key, deployment); err != nil {
			return err
		}
		status := current.Status
		settled := meta.IsStatusConditionTrue(status.Conditions, cachev1alpha1.ConditionAvailable) &&
			meta.IsStatusConditionFalse(status.Conditions, cachev1alpha1.ConditionProgressing) &&
			meta.IsStatusConditionFalse(status.Conditions, cachev1alpha1.ConditionDegraded)
		if !settled || status.ObservedGeneration != current.Generation || status.ReadyReplicas != size || len(status.Nodes) != int(size) ||
			*deployment.Spec.Replicas != size || deployment.Status.Replicas != size {
			return fmt.Errorf("generation %d, status %+v, Deployment of %d: %+v", current.Generation, status, *deployment.Spec.Replicas, deployment.Status)
		}
		return nil
	}))
	return current, deployment
}

// expectEvent waits for an event about a Memcached.
func expectEvent(t *testing.T, namespace, reason string) {
	t.Helper()
	must(t, poll("event "+reason, func(ctx context.Context) error {
		events := &corev1.EventList{}
		if err := cluster.List(ctx, events, client.InNamespace(namespace)); err != nil {
			return err
		}
		seen := []string{}
		for _, event := range events.Items {
			if event.InvolvedObject.Kind == "Memcached" {
				seen = append(seen, event.Reason)
				if event.Reason == reason {
					return nil
				}
			}
		}
		return fmt.Errorf("only %v", seen)
	}))
}

// expectGone waits until an object is no more.
func expectGone(t *testing.T, object client.Object) {
	t.Helper()
	key := client.ObjectKeyFromObject(object)
	must(t, poll(fmt.Sprintf("%T %s to go", object, key), func(ctx context.Context) error {
		err := cluster.Get(ctx, key, object)
		if apierrors.IsNotFound(err) {
			return nil
		}
		if err == nil {
			return errors.New("it is still there")
		}
		return err
	}))
}

// otherThan returns a check that an object of this name, but not this one, is there.
func otherThan(object client.Object) func(context.Context) error {
	key, uid := client.ObjectKeyFromObject(object), object.GetUID()
	return func(ctx context.Context) error {
		if err := cluster.Get(ctx, key, object); err != nil {
			return err
		}
		if object.GetUID() == uid {
			return errors.New("it is still the old one")
		}
		return nil
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
