package controller

import (
	"context"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/record"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	cachev1alpha1 "operator-coverage.dev/memcached-operator/api/v1alpha1"
)

// newMemcached returns a Memcached as the memcached operator leaves it, with those pods in its status.
func newMemcached(pods ...string) *cachev1alpha1.Memcached {
	return &cachev1alpha1.Memcached{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "cache", UID: "1"},
		Spec:       cachev1alpha1.MemcachedSpec{Size: int32(len(pods)), Port: 11211},
		Status:     cachev1alpha1.MemcachedStatus{Nodes: pods},
	}
}

// newPod returns a pod that is ready if it has an address.
func newPod(name, ip string) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name}, Status: corev1.PodStatus{PodIP: ip}}
	if ip != "" {
		pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	}
	return pod
}

// fixture is a reconciler of the Memcached `key` in a cluster that exists only in memory.
type fixture struct {
	client     client.Client
	reconciler *DirectoryReconciler
	recorder   *record.FakeRecorder
	key        client.ObjectKey
}

func newFixture(t *testing.T, funcs interceptor.Funcs, objects ...client.Object) *fixture {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, cachev1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	c := fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).WithInterceptorFuncs(funcs).Build()
	recorder := record.NewFakeRecorder(10)
	return &fixture{
		client:     c,
		reconciler: &DirectoryReconciler{Client: c, Live: c, Scheme: scheme, Recorder: recorder},
		recorder:   recorder,
		key:        client.ObjectKeyFromObject(newMemcached()),
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (f *fixture) reconcile(t *testing.T) ctrl.Result {
	t.Helper()
	result, err := f.reconciler.Reconcile(context.Background(), ctrl.Request{NamespacedName: f.key})
	must(t, err)
	return result
}

func (f *fixture) memcached(t *testing.T) *cachev1alpha1.Memcached {
	t.Helper()
	memcached := &cachev1alpha1.Memcached{}
	must(t, f.client.Get(context.Background(), f.key, memcached))
	return memcached
}

func (f *fixture) directory(t *testing.T) *corev1.ConfigMap {
	t.Helper()
	directory := &corev1.ConfigMap{}
	must(t, f.client.Get(context.Background(), client.ObjectKey{Namespace: f.key.Namespace, Name: "cache-endpoints"}, directory))
	return directory
}

func (f *fixture) expectNoDirectory(t *testing.T) {
	t.Helper()
	err := f.client.Get(context.Background(), client.ObjectKey{Namespace: f.key.Namespace, Name: "cache-endpoints"}, &corev1.ConfigMap{})
	if !apierrors.IsNotFound(err) {
		t.Errorf("Expected no directory, got %v", err)
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
