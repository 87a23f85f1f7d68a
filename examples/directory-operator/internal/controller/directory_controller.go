// Package controller keeps a directory of the pods that serve each Memcached.
package controller

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/record"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	logging "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	cachev1alpha1 "operator-coverage.dev/memcached-operator/api/v1alpha1"
)

const (
	// AnnotationDirectory tells on a Memcached the name of the ConfigMap that lists its endpoints.
	AnnotationDirectory = "directory.operator-coverage.dev/endpoints"
	// foreignRetry is how soon to look again at a ConfigMap that is not ours. Nobody tells us when it goes:
	// only those that we labelled wake us up.
	foreignRetry = 10 * time.Second
)

// errForeignConfigMap means that the name of the directory is taken by somebody else's ConfigMap.
var errForeignConfigMap = errors.New("a ConfigMap of this name exists and belongs to somebody else")

// DirectoryReconciler makes one ConfigMap for each Memcached, which lists where it is served.
type DirectoryReconciler struct {
	client.Client
	// Live reads past the cache, which knows only the ConfigMaps that bear our labels. One that lost them
	// is still in the way of another of its name.
	Live     client.Reader
	Scheme   *runtime.Scheme
	Recorder record.EventRecorder
}

// +kubebuilder:rbac:groups=cache.operator-coverage.dev,resources=memcacheds,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=cache.operator-coverage.dev,resources=memcacheds/finalizers,verbs=update
// +kubebuilder:rbac:groups="",resources=configmaps,verbs=get;list;watch;create;update;delete
// +kubebuilder:rbac:groups="",resources=pods,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=events,verbs=create;patch

// Reconcile makes the directory of one Memcached what it should be.
func (r *DirectoryReconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	memcached := &cachev1alpha1.Memcached{}
	if err := r.Get(ctx, request.NamespacedName, memcached); err != nil {
		// Once it is gone, the garbage collector takes the directory.
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !memcached.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, r.withdraw(ctx, memcached)
	}
	if err := r.publish(ctx, memcached); err != nil {
		return r.reportFailure(memcached, err)
	}
	return ctrl.Result{}, r.announce(ctx, memcached)
}

// publish writes the directory of a Memcached unless it says nothing new.
func (r *DirectoryReconciler) publish(ctx context.Context, memcached *cachev1alpha1.Memcached) error {
	pods := &corev1.PodList{}
	if err := r.List(ctx, pods, client.InNamespace(memcached.Namespace)); err != nil {
		return fmt.Errorf("list the pods: %w", err)
	}
	directory, err := r.directory(ctx, memcached)
	if err != nil {
		return fmt.Errorf("read the directory: %w", err)
	}
	if isForeign(directory, memcached) {
		return errForeignConfigMap
	}

	before := directory.DeepCopy()
	fill(directory, memcached, endpoints(memcached, pods.Items))
	if err := controllerutil.SetControllerReference(memcached, directory, r.Scheme); err != nil {
		return err
	}
	switch {
	case before.ResourceVersion == "":
		err = r.Create(ctx, directory)
	case equality.Semantic.DeepEqual(before, directory):
		return nil
	default:
		err = r.Update(ctx, directory)
	}
	if err != nil {
		return fmt.Errorf("write ConfigMap %s: %w", client.ObjectKeyFromObject(directory), err)
	}
	r.Recorder.Eventf(memcached, corev1.EventTypeNormal, "EndpointsPublished", "ConfigMap %s lists %d endpoints", directory.Name, len(directory.Data))
	return nil
}

// announce tells on the Memcached where its directory is. The memcached operator wakes up of it, and
// finds nothing to do.
func (r *DirectoryReconciler) announce(ctx context.Context, memcached *cachev1alpha1.Memcached) error {
	name := directoryName(memcached)
	if memcached.Annotations[AnnotationDirectory] == name {
		return nil
	}
	before := memcached.DeepCopy()
	if memcached.Annotations == nil {
		memcached.Annotations = map[string]string{}
	}
	memcached.Annotations[AnnotationDirectory] = name
	if err := r.Patch(ctx, memcached, client.MergeFrom(before)); client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("announce the directory: %w", err)
	}
	return nil
}

// withdraw takes the directory of a Memcached away at once. The Memcached itself stays until the memcached
// operator has drained it, and nobody should connect to what is about to end.
func (r *DirectoryReconciler) withdraw(ctx context.Context, memcached *cachev1alpha1.Memcached) error {
	directory, err := r.directory(ctx, memcached)
	if err != nil {
		return fmt.Errorf("read the directory: %w", err)
	}
	if directory.ResourceVersion == "" || isForeign(directory, memcached) {
		return nil
	}
	if err := r.Delete(ctx, directory, client.Preconditions{UID: &directory.UID}); client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("withdraw the directory: %w", err)
	}
	r.Recorder.Eventf(memcached, corev1.EventTypeNormal, "EndpointsWithdrawn", "ConfigMap %s was deleted", directory.Name)
	return nil
}

// directory returns the directory of a Memcached, or a new one if there is none.
func (r *DirectoryReconciler) directory(ctx context.Context, memcached *cachev1alpha1.Memcached) (*corev1.ConfigMap, error) {
	key := client.ObjectKey{Namespace: memcached.Namespace, Name: directoryName(memcached)}
	directory := &corev1.ConfigMap{}
	err := r.Live.Get(ctx, key, directory)
	if apierrors.IsNotFound(err) {
		directory.Namespace, directory.Name = key.Namespace, key.Name
		return directory, nil
	}
	return directory, err
}

// reportFailure has a failed publication tried again, and tells of it where users look.
func (r *DirectoryReconciler) reportFailure(memcached *cachev1alpha1.Memcached, cause error) (ctrl.Result, error) {
	if apierrors.HasStatusCause(cause, corev1.NamespaceTerminatingCause) {
		// The Memcached is about to be deleted like everything around it.
		return ctrl.Result{}, nil
	}
	if !apierrors.IsConflict(cause) {
		r.Recorder.Event(memcached, corev1.EventTypeWarning, "PublishFailed", cause.Error())
	}
	if errors.Is(cause, errForeignConfigMap) {
		return ctrl.Result{RequeueAfter: foreignRetry}, nil
	}
	return ctrl.Result{}, cause
}

// SetupWithManager has the manager call Reconcile when a Memcached, its directory or its pods change.
func (r *DirectoryReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		For(&cachev1alpha1.Memcached{}).
		Owns(&corev1.ConfigMap{}).
		Watches(&corev1.Pod{}, handler.EnqueueRequestsFromMapFunc(r.requestsForPod)).
		Named("directory").
		Complete(r)
}

// requestsForPod names the Memcached whose status names a pod. How the memcached operator labels the pods
// of one Memcached is its own affair.
func (r *DirectoryReconciler) requestsForPod(ctx context.Context, pod client.Object) []reconcile.Request {
	memcacheds := &cachev1alpha1.MemcachedList{}
	if err := r.List(ctx, memcacheds, client.InNamespace(pod.GetNamespace())); err != nil {
		logging.FromContext(ctx).Error(err, "a change of a pod went unheard", "pod", client.ObjectKeyFromObject(pod))
		return nil
	}
	var requests []reconcile.Request
	for _, memcached := range memcacheds.Items {
		if slices.Contains(memcached.Status.Nodes, pod.GetName()) {
			requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(&memcached)})
		}
	}
	return requests
}
