package controller

import (
	"context"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/record"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	cachev1alpha1 "operator-coverage.dev/memcached-operator/api/v1alpha1"
)

// newMemcached returns a Memcached as the API server would store it.
func newMemcached(size int32) *cachev1alpha1.Memcached {
	return &cachev1alpha1.Memcached{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "cache", UID: "1", Generation: 1},
		Spec:       cachev1alpha1.MemcachedSpec{Size: size, Image: "registry.k8s.io/pause:3.10", Port: 11211},
	}
}

// withServerDefaults returns the Deployment of a Memcached, with some defaults that the API server adds.
func withServerDefaults(memcached *cachev1alpha1.Memcached) *appsv1.Deployment {
	deployment := &appsv1.Deployment{}
	applySpec(deployment, memcached)
	deployment.Spec.RevisionHistoryLimit = ptr.To[int32](10)
	deployment.Spec.Template.Spec.RestartPolicy = corev1.RestartPolicyAlways
	deployment.Spec.Template.Spec.Containers[0].TerminationMessagePath = corev1.TerminationMessagePathDefault
	deployment.Spec.Template.Spec.Containers[0].TerminationMessagePolicy = corev1.TerminationMessageReadFile
	return deployment
}

// fixture is a reconciler of the Memcached `key` in a cluster that exists only in memory.
type fixture struct {
	client     client.Client
	reconciler *MemcachedReconciler
	recorder   *record.FakeRecorder
	key        client.ObjectKey
}

func newFixture(t *testing.T, funcs interceptor.Funcs, objects ...client.Object) *fixture {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, appsv1.AddToScheme, cachev1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	c := fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).
		WithStatusSubresource(&cachev1alpha1.Memcached{}).WithInterceptorFuncs(funcs).Build()
	recorder := record.NewFakeRecorder(10)
	return &fixture{
		client:     c,
		reconciler: &MemcachedReconciler{Client: c, Live: c, Scheme: scheme, Recorder: recorder},
		recorder:   recorder,
		key:        client.ObjectKeyFromObject(newMemcached(1)),
	}
}

func (f *fixture) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (f *fixture) reconcile(t *testing.T) ctrl.Result {
	t.Helper()
	result, err := f.reconciler.Reconcile(context.Background(), ctrl.Request{NamespacedName: f.key})
	f.must(t, err)
	return result
}

func (f *fixture) memcached(t *testing.T) *cachev1alpha1.Memcached {
	t.Helper()
	memcached := &cachev1alpha1.Memcached{}
	f.must(t, f.client.Get(context.Background(), f.key, memcached))
	return memcached
}

func (f *fixture) deployment(t *testing.T) *appsv1.Deployment {
	t.Helper()
	deployment := &appsv1.Deployment{}
	f.must(t, f.client.Get(context.Background(), f.key, deployment))
	return deployment
}

func (f *fixture) condition(t *testing.T, kind string) *metav1.Condition {
	t.Helper()
	condition := meta.FindStatusCondition(f.memcached(t).Status.Conditions, kind)
	if condition == nil {
		t.Fatalf("Expected condition %s", kind)
	}
	return condition
}

func (f *fixture) expectGone(t *testing.T) {
	t.Helper()
	if err := f.client.Get(context.Background(), f.key, &cachev1alpha1.Memcached{}); !apierrors.IsNotFound(err) {
		t.Errorf("Expected the Memcached to be gone, got %v", err)
	}
}

// expectEvents checks that just these events were recorded since the last call, each holding its text.
func (f *fixture) expectEvents(t *testing.T, texts ...string) {
	t.Helper()
	var events []string
	for len(f.recorder.Events) > 0 {
		events = append(events, <-f.recorder.Events)
	}
	if len(events) != len(texts) {
		t.Fatalf("Expected events %q, got %q", texts, events)
	}
	for i, text := range texts {
		if !strings.Contains(events[i], text) {
			t.Errorf("Expected event %q, got %q", text, events[i])
		}
	}
}
