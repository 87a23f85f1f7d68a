package controller

import (
	"context"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	cachev1alpha1 "operator-coverage.dev/memcached-operator/api/v1alpha1"
)

// Finalizer keeps a deleted Memcached in sight until its pods are gone. Garbage collection alone would
// take them some time after it.
const Finalizer = "cache.operator-coverage.dev/drain"

// ensureFinalizer adds the finalizer before anything is made that it has to clean up.
func (r *MemcachedReconciler) ensureFinalizer(ctx context.Context, memcached *cachev1alpha1.Memcached) error {
	before := memcached.DeepCopy()
	if !controllerutil.AddFinalizer(memcached, Finalizer) {
		return nil
	}
	if err := r.patchFinalizers(ctx, memcached, before); err != nil {
		return fmt.Errorf("add the finalizer: %w", err)
	}
	return nil
}

// finalize drains a Memcached that is being deleted: its Deployment goes first, pods before the
// Deployment itself, and when that is gone, which wakes us up again, the Memcached may go too.
func (r *MemcachedReconciler) finalize(ctx context.Context, memcached *cachev1alpha1.Memcached) error {
	before := memcached.DeepCopy()
	if !controllerutil.RemoveFinalizer(memcached, Finalizer) {
		return nil
	}
	drained, err := r.drain(ctx, memcached)
	if err != nil {
		r.Recorder.Event(memcached, corev1.EventTypeWarning, "DrainFailed", err.Error())
		return fmt.Errorf("drain: %w", err)
	}
	if !drained {
		return nil
	}
	r.Recorder.Event(memcached, corev1.EventTypeNormal, "Drained", "All pods are gone")
	if err := r.patchFinalizers(ctx, memcached, before); client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("remove the finalizer: %w", err)
	}
	return nil
}

// drain deletes the Deployment of a Memcached, and says whether it is gone.
func (r *MemcachedReconciler) drain(ctx context.Context, memcached *cachev1alpha1.Memcached) (bool, error) {
	deployment := &appsv1.Deployment{}
	err := r.Live.Get(ctx, client.ObjectKeyFromObject(memcached), deployment)
	switch {
	case apierrors.IsNotFound(err):
		return true, nil
	case err != nil:
		return false, err
	case !metav1.IsControlledBy(deployment, memcached):
		return true, nil // somebody else's
	case !deployment.DeletionTimestamp.IsZero():
		return false, nil
	}
	r.Recorder.Eventf(memcached, corev1.EventTypeNormal, "Draining", "Deleting Deployment %s and its pods", deployment.Name)
	err = r.Delete(ctx, deployment,
		client.PropagationPolicy(metav1.DeletePropagationForeground),
		client.Preconditions{UID: &deployment.UID})
	return false, client.IgnoreNotFound(err)
}

// patchFinalizers sends changed finalizers. A merge patch replaces the whole list, hence the lock: it
// fails rather than undo what somebody else has just written there.
func (r *MemcachedReconciler) patchFinalizers(ctx context.Context, memcached, before *cachev1alpha1.Memcached) error {
	return r.Patch(ctx, memcached, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
}
