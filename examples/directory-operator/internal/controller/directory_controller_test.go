package controller

import (
	"context"
	"errors"
	"maps"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
)

func TestReconcileMakesADirectoryAndAnnouncesIt(t *testing.T) {
	neighbour := newPod("a", "10.0.0.9")
	neighbour.Namespace = "elsewhere"
	f := newFixture(t, interceptor.Funcs{}, newMemcached("a", "b"), newPod("a", "10.0.0.1"), newPod("b", ""), neighbour)
	f.reconcile(t)

	directory := f.directory(t)
	if want := map[string]string{"a": "10.0.0.1:11211"}; !maps.Equal(directory.Data, want) {
		t.Errorf("Expected %v, got %v", want, directory.Data)
	}
	if !metav1.IsControlledBy(directory, f.memcached(t)) {
		t.Errorf("Expected the Memcached to control the directory, got owners %+v", directory.OwnerReferences)
	}
	if got := f.memcached(t).Annotations[AnnotationDirectory]; got != "cache-endpoints" {
		t.Errorf("Expected the directory to be announced, got %q", got)
	}
	f.expectEvents(t, "lists 1 endpoints")
}

func TestReconcileFollowsTheStatus(t *testing.T) {
	f := newFixture(t, interceptor.Funcs{}, newMemcached("a"), newPod("a", "10.0.0.1"), newPod("b", "10.0.0.2"))
	f.reconcile(t)
	for _, nodes := range [][]string{{"a", "b"}, {"b"}, nil} {
		memcached := f.memcached(t)
		memcached.Status.Nodes = nodes
		must(t, f.client.Update(context.Background(), memcached))
		f.reconcile(t)

		directory := f.directory(t)
		if len(directory.Data) != len(nodes) {
			t.Errorf("Expected %v, got %v", nodes, directory.Data)
		}
		for _, name := range nodes {
			if directory.Data[name] == "" {
				t.Errorf("Expected %v, got %v", nodes, directory.Data)
			}
		}
	}
	f.expectEvents(t, "lists 1", "lists 2", "lists 1", "lists 0")
}

func TestReconcileWritesNothingWhenAllIsWell(t *testing.T) {
	writes := 0
	f := newFixture(t, interceptor.Funcs{
		Create: func(ctx context.Context, c client.WithWatch, object client.Object, options ...client.CreateOption) error {
			writes++
			return c.Create(ctx, object, options...)
		},
		Update: func(ctx context.Context, c client.WithWatch, object client.Object, options ...client.UpdateOption) error {
			writes++
			return c.Update(ctx, object, options...)
		},
		Patch: func(ctx context.Context, c client.WithWatch, object client.Object, patch client.Patch, options ...client.PatchOption) error {
			writes++
			return c.Patch(ctx, object, patch, options...)
		},
	}, newMemcached())
	f.reconcile(t)
	if writes != 2 { // the directory and the annotation
		t.Fatalf("Expected 2 writes at first, got %d", writes)
	}
	f.reconcile(t)
	if writes != 2 {
		t.Errorf("Expected no more writes, got %d", writes-2)
	}
}

func TestReconcileCorrectsDrift(t *testing.T) {
	drifts := map[string]func(*testing.T, *fixture){
		"other endpoints": func(t *testing.T, f *fixture) {
			directory := f.directory(t)
			directory.Data["stray"] = "10.0.0.9:11211"
			must(t, f.client.Update(context.Background(), directory))
		},
		"no labels, by which the cache knows it": func(t *testing.T, f *fixture) {
			directory := f.directory(t)
			directory.Labels = nil
			must(t, f.client.Update(context.Background(), directory))
		},
		"deleted": func(t *testing.T, f *fixture) {
			must(t, f.client.Delete(context.Background(), f.directory(t)))
		},
	}
	for name, drift := range drifts {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, interceptor.Funcs{}, newMemcached("a"), newPod("a", "10.0.0.1"))
			f.reconcile(t)
			drift(t, f)
			f.reconcile(t)

			directory := f.directory(t)
			if len(directory.Data) != 1 || directory.Labels[labelManagedBy] != "directory-operator" {
				t.Errorf("Expected the directory as it was, got %+v", directory)
			}
		})
	}
}

func TestReconcileWithdrawsTheDirectoryOfWhatIsDrained(t *testing.T) {
	memcached := newMemcached("a")
	memcached.Finalizers = []string{"cache.operator-coverage.dev/drain"}
	f := newFixture(t, interceptor.Funcs{}, memcached, newPod("a", "10.0.0.1"))
	f.reconcile(t)
	f.expectEvents(t, "EndpointsPublished")
	must(t, f.client.Delete(context.Background(), f.memcached(t)))

	f.reconcile(t)
	f.expectNoDirectory(t)
	f.expectEvents(t, "EndpointsWithdrawn")
	f.reconcile(t)
	f.expectEvents(t)
}

func TestReconcileLeavesForeignConfigMapsAlone(t *testing.T) {
	memcached := newMemcached("a")
	memcached.Finalizers = []string{"cache.operator-coverage.dev/drain"}
	foreign := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "cache-endpoints"}}
	f := newFixture(t, interceptor.Funcs{}, memcached, foreign, newPod("a", "10.0.0.1"))

	if result := f.reconcile(t); result.RequeueAfter != foreignRetry {
		t.Errorf("Expected another look after %s, got %+v", foreignRetry, result)
	}
	f.expectEvents(t, "Warning PublishFailed")
	if _, announced := f.memcached(t).Annotations[AnnotationDirectory]; announced {
		t.Error("Expected a foreign ConfigMap not to be announced")
	}
	must(t, f.client.Delete(context.Background(), f.memcached(t)))
	f.reconcile(t)
	if data := f.directory(t).Data; data != nil {
		t.Errorf("Expected the foreign ConfigMap to stay as it was, got %v", data)
	}
}

func TestReconcileReportsWhyItFails(t *testing.T) {
	refusal := errors.New("etcd is full")
	gone := apierrors.NewForbidden(schema.GroupResource{}, "cache", errors.New("the namespace ends"))
	gone.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: corev1.NamespaceTerminatingCause}}
	cases := map[string]struct {
		cause   error
		retried bool
		events  []string
	}{
		"a refusal is told and tried again": {refusal, true, []string{"Warning PublishFailed"}},
		"a conflict is only tried again":    {apierrors.NewConflict(schema.GroupResource{}, "cache", refusal), true, nil},
		"the end of the namespace is none":  {gone, false, nil},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, interceptor.Funcs{
				Create: func(context.Context, client.WithWatch, client.Object, ...client.CreateOption) error {
					return test.cause
				},
			}, newMemcached())
			_, err := f.reconciler.Reconcile(context.Background(), ctrl.Request{NamespacedName: f.key})
			if test.retried != errors.Is(err, test.cause) || !test.retried && err != nil {
				t.Errorf("Expected another try to be %t, got error %v", test.retried, err)
			}
			f.expectEvents(t, test.events...)
		})
	}
}

func TestReconcileOfWhatIsGoneIsNoError(t *testing.T) {
	f := newFixture(t, interceptor.Funcs{})
	f.reconcile(t)
	f.expectNoDirectory(t)
}

func TestRequestsForPodFollowTheStatus(t *testing.T) {
	other := newMemcached("b")
	other.Name, other.UID = "other", "2"
	f := newFixture(t, interceptor.Funcs{}, newMemcached("a"), other)

	requests := f.reconciler.requestsForPod(context.Background(), newPod("a", ""))
	if len(requests) != 1 || requests[0].NamespacedName != f.key {
		t.Errorf("Expected a request for %s, got %v", f.key, requests)
	}
	if requests := f.reconciler.requestsForPod(context.Background(), newPod("stranger", "")); requests != nil {
		t.Errorf("Expected no request for a stranger, got %v", requests)
	}
}

func TestRequestsForPodAreNoneWhenTheyCannotBeKnown(t *testing.T) {
	f := newFixture(t, interceptor.Funcs{
		List: func(context.Context, client.WithWatch, client.ObjectList, ...client.ListOption) error {
			return errors.New("no cache")
		},
	}, newMemcached("a"))
	if requests := f.reconciler.requestsForPod(context.Background(), newPod("a", "")); requests != nil {
		t.Errorf("Expected no requests, got %v", requests)
	}
}
