// Package controller keeps the pods of every Memcached as its spec asks.
package controller

import (
	"context"
	"errors"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/record"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	cachev1alpha1 "operator-coverage.dev/memcached-operator/api/v1alpha1"
)

// foreignRetry is how soon to look again at a Deployment that is not ours. Nobody tells us when it
// goes: only Deployments that we own wake us up.
const foreignRetry = 10 * time.Second

// errForeignDeployment means that the name of the Memcached is taken by somebody else's Deployment.
var errForeignDeployment = errors.New("a Deployment of this name exists and belongs to somebody else")

// MemcachedReconciler makes one Deployment for each Memcached, and tells in its status how that fares.
type MemcachedReconciler struct {
	client.Client
	// Live reads past the cache, which may not yet know what was made a moment ago.
	Live     client.Reader
	Scheme   *runtime.Scheme
	Recorder record.EventRecorder
}

// +kubebuilder:rbac:groups=cache.operator-coverage.dev,resources=memcacheds,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=cache.operator-coverage.dev,resources=memcacheds/status,verbs=patch
// +kubebuilder:rbac:groups=cache.operator-coverage.dev,resources=memcacheds/finalizers,verbs=update
// +kubebuilder:rbac:groups=apps,resources=deployments,verbs=get;list;watch;create;update;delete
// +kubebuilder:rbac:groups="",resources=pods,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=events,verbs=create;patch

// Reconcile takes one Memcached a step nearer to its spec. What it changes wakes it up again.
func (r *MemcachedReconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	memcached := &cachev1alpha1.Memcached{}
	if err := r.Get(ctx, request.NamespacedName, memcached); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !memcached.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, r.finalize(ctx, memcached)
	}
	if err := r.ensureFinalizer(ctx, memcached); err != nil {
		return ctrl.Result{}, err
	}

	deployment, err := r.reconcileDeployment(ctx, memcached)
	if err != nil {
		return r.reportFailure(ctx, memcached, err)
	}
	pods := &corev1.PodList{}
	if err := r.List(ctx, pods, client.InNamespace(memcached.Namespace), client.MatchingLabels(labelsFor(memcached))); err != nil {
		return r.reportFailure(ctx, memcached, err)
	}
	return ctrl.Result{}, r.writeStatus(ctx, memcached, observe(memcached, deployment, pods.Items))
}

// reconcileDeployment makes the Deployment of a Memcached what it should be, and returns it.
func (r *MemcachedReconciler) reconcileDeployment(ctx context.Context, memcached *cachev1alpha1.Memcached) (*appsv1.Deployment, error) {
	deployment := &appsv1.Deployment{}
	deployment.Namespace, deployment.Name = memcached.Namespace, memcached.Name
	var before int32
	operation, err := controllerutil.CreateOrUpdate(ctx, r.Client, deployment, func() error {
		if isForeign(deployment, memcached) {
			return errForeignDeployment
		}
		if deployment.Spec.Replicas != nil {
			before = *deployment.Spec.Replicas
		}
		applySpec(deployment, memcached)
		return controllerutil.SetControllerReference(memcached, deployment, r.Scheme)
	})
	if err != nil {
		return nil, fmt.Errorf("reconcile Deployment %s: %w", client.ObjectKeyFromObject(deployment), err)
	}

	if operation != controllerutil.OperationResultNone {
		r.reportChange(memcached, operation, before)
	}
	return deployment, nil
}

// reportChange says what was done to a Deployment that asked for `before` pods, and why.
func (r *MemcachedReconciler) reportChange(memcached *cachev1alpha1.Memcached, operation controllerutil.OperationResult, before int32) {
	switch {
	case memcached.Status.ObservedGeneration == memcached.Generation:
		// The spec is one that was met before, so the Deployment was changed or deleted by somebody else.
		r.Recorder.Eventf(memcached, corev1.EventTypeWarning, "DriftCorrected", "The Deployment no longer met the spec and was %s", operation)
	case operation == controllerutil.OperationResultCreated:
		r.Recorder.Eventf(memcached, corev1.EventTypeNormal, "Created", "Created a Deployment with %d pods", memcached.Spec.Size)
	case before != memcached.Spec.Size:
		r.Recorder.Eventf(memcached, corev1.EventTypeNormal, "Scaled", "Scaled from %d to %d pods", before, memcached.Spec.Size)
	default:
		r.Recorder.Event(memcached, corev1.EventTypeNormal, "Updated", "Updated the pods to the new spec")
	}
}

// reportFailure puts the cause of a failed reconciliation where users look for it, and has it tried again.
func (r *MemcachedReconciler) reportFailure(ctx context.Context, memcached *cachev1alpha1.Memcached, cause error) (ctrl.Result, error) {
	if apierrors.IsConflict(cause) {
		// The cache was behind. That is no fault of the Memcached, and the next try sees the newer object.
		return ctrl.Result{}, cause
	}
	if apierrors.HasStatusCause(cause, corev1.NamespaceTerminatingCause) {
		// The Memcached is about to be deleted like everything around it. That will wake us up.
		return ctrl.Result{}, nil
	}
	r.Recorder.Event(memcached, corev1.EventTypeWarning, "ReconcileFailed", cause.Error())
	if err := r.writeStatus(ctx, memcached, failed(memcached, cause)); err != nil {
		return ctrl.Result{}, errors.Join(cause, err)
	}
	if errors.Is(cause, errForeignDeployment) {
		return ctrl.Result{RequeueAfter: foreignRetry}, nil
	}
	return ctrl.Result{}, cause
}

// writeStatus stores a status unless it says nothing new.
func (r *MemcachedReconciler) writeStatus(ctx context.Context, memcached *cachev1alpha1.Memcached, status cachev1alpha1.MemcachedStatus) error {
	if equality.Semantic.DeepEqual(memcached.Status, status) {
		return nil
	}
	before := memcached.DeepCopy()
	memcached.Status = status
	if err := r.Status().Patch(ctx, memcached, client.MergeFrom(before)); client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("write the status: %w", err)
	}
	return nil
}

// SetupWithManager has the manager call Reconcile when a Memcached, its Deployment or its pods change.
func (r *MemcachedReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		For(&cachev1alpha1.Memcached{}).
		Owns(&appsv1.Deployment{}).
		Watches(&corev1.Pod{}, handler.EnqueueRequestsFromMapFunc(requestsForPod)).
		Named("memcached").
		Complete(r)
}

// requestsForPod names the Memcached of a pod. Pods belong to a ReplicaSet, so only labels lead back.
func requestsForPod(_ context.Context, pod client.Object) []reconcile.Request {
	instance := pod.GetLabels()[labelInstance]
	if pod.GetLabels()[labelManagedBy] != managedBy || instance == "" {
		return nil
	}
	return []reconcile.Request{{NamespacedName: types.NamespacedName{Namespace: pod.GetNamespace(), Name: instance}}}
}
