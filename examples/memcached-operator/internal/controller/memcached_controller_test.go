package controller

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	cachev1alpha1 "operator-coverage.dev/memcached-operator/api/v1alpha1"
)

func TestReconcileMakesADeployment(t *testing.T) {
	f := newFixture(t, interceptor.Funcs{}, newMemcached(2))
	f.reconcile(t)

	deployment := f.deployment(t)
	if *deployment.Spec.Replicas != 2 || !metav1.IsControlledBy(deployment, f.memcached(t)) {
		t.Errorf("Expected a Deployment of 2 that the Memcached controls, got %+v", deployment)
	}
	if !controllerutil.ContainsFinalizer(f.memcached(t), Finalizer) {
		t.Error("Expected the finalizer")
	}
	if available := f.condition(t, cachev1alpha1.ConditionAvailable); available.Reason != "PodsMissing" {
		t.Errorf("Expected missing pods, got %+v", available)
	}
	f.expectEvents(t, "Created")
}

func TestReconcileListsItsOwnPodsOnly(t *testing.T) {
	memcached := newMemcached(1)
	pod := func(namespace, name, instance string) *corev1.Pod {
		labels := withLabels(PodLabels, map[string]string{labelInstance: instance})
		return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: labels}}
	}
	f := newFixture(t, interceptor.Funcs{}, memcached,
		pod(memcached.Namespace, "mine", memcached.Name),
		pod(memcached.Namespace, "a-neighbours", "neighbour"),
		pod("elsewhere", "a-namesakes", memcached.Name))
	f.reconcile(t)

	if nodes := f.memcached(t).Status.Nodes; !slices.Equal(nodes, []string{"mine"}) {
		t.Errorf("Expected [mine], got %v", nodes)
	}
}

func TestReconcileFollowsTheSpec(t *testing.T) {
	cases := map[string]struct {
		change func(*cachev1alpha1.MemcachedSpec)
		event  string
	}{
		"up":             {func(s *cachev1alpha1.MemcachedSpec) { s.Size = 4 }, "Scaled from 2 to 4"},
		"down":           {func(s *cachev1alpha1.MemcachedSpec) { s.Size = 1 }, "Scaled from 2 to 1"},
		"another port":   {func(s *cachev1alpha1.MemcachedSpec) { s.Port = 2000 }, "Updated"},
		"nothing at all": {func(*cachev1alpha1.MemcachedSpec) {}, ""},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, interceptor.Funcs{}, newMemcached(2))
			f.reconcile(t)
			f.expectEvents(t, "Created")

			memcached := f.memcached(t)
			before := memcached.Spec
			test.change(&memcached.Spec)
			if memcached.Spec != before {
				memcached.Generation++ // the fake API server does not count
			}
			f.must(t, f.client.Update(context.Background(), memcached))
			f.reconcile(t)

			deployment := f.deployment(t)
			if *deployment.Spec.Replicas != memcached.Spec.Size || deployment.Spec.Template.Spec.Containers[0].Ports[0].ContainerPort != memcached.Spec.Port {
				t.Errorf("Expected %+v, got %+v", memcached.Spec, deployment.Spec)
			}
			if test.event == "" {
				f.expectEvents(t)
			} else {
				f.expectEvents(t, test.event)
			}
		})
	}
}

func TestReconcileCorrectsDrift(t *testing.T) {
	drifts := map[string]func(*testing.T, *fixture){
		"changed": func(t *testing.T, f *fixture) {
			deployment := f.deployment(t)
			deployment.Spec.Replicas = ptr.To[int32](9)
			f.must(t, f.client.Update(context.Background(), deployment))
		},
		"deleted": func(t *testing.T, f *fixture) {
			f.must(t, f.client.Delete(context.Background(), f.deployment(t)))
		},
	}
	for name, drift := range drifts {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, interceptor.Funcs{}, newMemcached(2))
			f.reconcile(t)
			f.expectEvents(t, "Created")
			drift(t, f)
			f.reconcile(t)

			if got := *f.deployment(t).Spec.Replicas; got != 2 {
				t.Errorf("Expected 2 replicas, got %d", got)
			}
			f.expectEvents(t, "Warning DriftCorrected")
		})
	}
}

func TestReconcileWritesNothingWhenAllIsWell(t *testing.T) {
	writes := 0
	count := interceptor.Funcs{
		Update: func(ctx context.Context, c client.WithWatch, object client.Object, options ...client.UpdateOption) error {
			writes++
			return c.Update(ctx, object, options...)
		},
		Patch: func(ctx context.Context, c client.WithWatch, object client.Object, patch client.Patch, options ...client.PatchOption) error {
			writes++
			return c.Patch(ctx, object, patch, options...)
		},
		SubResourcePatch: func(ctx context.Context, c client.Client, name string, object client.Object, patch client.Patch, options ...client.SubResourcePatchOption) error {
			writes++
			return c.SubResource(name).Patch(ctx, object, patch, options...)
		},
	}
	f := newFixture(t, count, newMemcached(2))
	f.reconcile(t)
	if writes != 2 { // the finalizer and the status
		t.Fatalf("Expected 2 writes at first, got %d", writes)
	}
	f.reconcile(t)
	if writes != 2 {
		t.Errorf("Expected no more writes, got %d", writes-2)
	}
}

func TestReconcileLeavesForeignDeploymentsAlone(t *testing.T) {
	memcached := newMemcached(2)
	foreign := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: memcached.Namespace, Name: memcached.Name}}
	foreign.Spec.Replicas = ptr.To[int32](5)
	f := newFixture(t, interceptor.Funcs{}, memcached, foreign)

	if result := f.reconcile(t); result.RequeueAfter != foreignRetry {
		t.Errorf("Expected another look after %s, got %+v", foreignRetry, result)
	}
	if degraded := f.condition(t, cachev1alpha1.ConditionDegraded); degraded.Reason != "NameTaken" {
		t.Errorf("Expected NameTaken, got %+v", degraded)
	}
	f.expectEvents(t, "Warning ReconcileFailed")

	f.must(t, f.client.Delete(context.Background(), f.memcached(t)))
	f.reconcile(t)
	if got := *f.deployment(t).Spec.Replicas; got != 5 {
		t.Errorf("Expected the foreign Deployment to stay, with 5 replicas, got %d", got)
	}
	f.expectGone(t)
}

func TestReconcileReportsWhyItFails(t *testing.T) {
	refusal := errors.New("etcd is full")
	gone := apierrors.NewForbidden(schema.GroupResource{}, "cache", errors.New("the namespace ends"))
	gone.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: corev1.NamespaceTerminatingCause}}
	cases := map[string]struct {
		cause, returned error
		events          []string
	}{
		"a refusal is told and tried again": {refusal, refusal, []string{"Warning ReconcileFailed"}},
		"a conflict is only tried again":    {apierrors.NewConflict(schema.GroupResource{}, "cache", refusal), refusal, nil},
		"the end of the namespace is none":  {gone, nil, nil},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, interceptor.Funcs{
				Create: func(ctx context.Context, c client.WithWatch, object client.Object, options ...client.CreateOption) error {
					return test.cause
				},
			}, newMemcached(2))
			_, err := f.reconciler.Reconcile(context.Background(), ctrl.Request{NamespacedName: f.key})
			if (err != nil) != (test.returned != nil) || (err != nil && !errors.Is(err, test.cause)) {
				t.Errorf("Expected error %v, got %v", test.returned, err)
			}
			degraded := meta.FindStatusCondition(f.memcached(t).Status.Conditions, cachev1alpha1.ConditionDegraded)
			if told := degraded != nil && strings.Contains(degraded.Message, refusal.Error()); told != (test.events != nil) {
				t.Errorf("Expected the cause in the status only with events %v, got %+v", test.events, degraded)
			}
			f.expectEvents(t, test.events...)
		})
	}
}

func TestReconcileOfWhatIsGoneIsNoError(t *testing.T) {
	f := newFixture(t, interceptor.Funcs{})
	f.reconcile(t)
	f.expectEvents(t)
}

func TestRequestsForPodFollowTheLabels(t *testing.T) {
	memcached := newMemcached(1)
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: memcached.Namespace, Name: "pod", Labels: labelsFor(memcached)}}
	requests := requestsForPod(context.Background(), pod)
	if len(requests) != 1 || requests[0].NamespacedName != client.ObjectKeyFromObject(memcached) {
		t.Errorf("Expected a request for the Memcached, got %v", requests)
	}
	pod.Labels[labelManagedBy] = "somebody"
	if requests := requestsForPod(context.Background(), pod); requests != nil {
		t.Errorf("Expected no request for somebody else's pod, got %v", requests)
	}
}
