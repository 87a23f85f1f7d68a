package controller

import (
	"context"
	"errors"
	"testing"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
)

func TestDeletionWaitsUntilTheDeploymentIsGone(t *testing.T) {
	f := newFixture(t, interceptor.Funcs{}, newMemcached(2))
	f.reconcile(t)
	f.expectEvents(t, "Created")

	// What the garbage collector does to a Deployment that is deleted in the foreground.
	deployment := f.deployment(t)
	deployment.Finalizers = []string{"foregroundDeletion"}
	f.must(t, f.client.Update(context.Background(), deployment))

	f.must(t, f.client.Delete(context.Background(), f.memcached(t)))
	f.reconcile(t)
	f.expectEvents(t, "Draining")
	f.reconcile(t)
	f.expectEvents(t)
	if !controllerutil.ContainsFinalizer(f.memcached(t), Finalizer) {
		t.Fatal("Expected the finalizer to stay while there are pods")
	}

	deployment = f.deployment(t)
	deployment.Finalizers = nil
	f.must(t, f.client.Update(context.Background(), deployment))
	f.reconcile(t)
	f.expectEvents(t, "Drained")
	f.expectGone(t)
}

func TestDeletionLeavesOtherFinalizersToOthers(t *testing.T) {
	memcached := newMemcached(2)
	memcached.Finalizers = []string{"example.com/other"}
	f := newFixture(t, interceptor.Funcs{}, memcached)
	f.must(t, f.client.Delete(context.Background(), f.memcached(t)))
	f.reconcile(t)

	if got := f.memcached(t).Finalizers; len(got) != 1 || got[0] != "example.com/other" {
		t.Errorf("Expected the other finalizer alone, got %v", got)
	}
	f.expectEvents(t)
}

func TestDeletionIsTriedAgainWhenDrainingFails(t *testing.T) {
	refusal := errors.New("etcd is full")
	refuse := false
	f := newFixture(t, interceptor.Funcs{
		Delete: func(ctx context.Context, c client.WithWatch, object client.Object, options ...client.DeleteOption) error {
			if refuse {
				return refusal
			}
			return c.Delete(ctx, object, options...)
		},
	}, newMemcached(2))
	f.reconcile(t)
	f.must(t, f.client.Delete(context.Background(), f.memcached(t)))
	f.expectEvents(t, "Created")

	refuse = true
	if _, err := f.reconciler.Reconcile(context.Background(), ctrl.Request{NamespacedName: f.key}); !errors.Is(err, refusal) {
		t.Errorf("Expected the refusal, got %v", err)
	}
	f.expectEvents(t, "Draining", "Warning DrainFailed")
	if !controllerutil.ContainsFinalizer(f.memcached(t), Finalizer) {
		t.Error("Expected the finalizer to stay")
	}
}
