//go:build e2e

// Package e2e tests the operator on a real cluster where it runs. It reads KUBECONFIG and nothing else.
package e2e

import (
	"slices"
	"strings"
	"testing"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	cachev1alpha1 "operator-coverage.dev/memcached-operator/api/v1alpha1"
)

const finalizer = "cache.operator-coverage.dev/drain"

func TestCreateMakesPods(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	memcached, deployment := expectRolledOut(t, newMemcached(t, namespace, 2), 2)

	if !metav1.IsControlledBy(deployment, memcached) {
		t.Errorf("Expected the Memcached to control the Deployment, got owners %+v", deployment.OwnerReferences)
	}
	if !slices.Contains(memcached.Finalizers, finalizer) {
		t.Errorf("Expected finalizer %s, got %v", finalizer, memcached.Finalizers)
	}
	pods := &corev1.PodList{}
	must(t, cluster.List(t.Context(), pods, client.InNamespace(namespace)))
	names := []string{}
	for _, pod := range pods.Items {
		names = append(names, pod.Name)
		container := pod.Spec.Containers[0]
		if container.Image != memcached.Spec.Image || container.Ports[0].ContainerPort != memcached.Spec.Port {
			t.Errorf("Expected %s on port %d, got %+v", memcached.Spec.Image, memcached.Spec.Port, container)
		}
	}
	slices.Sort(names)
	if !slices.Equal(memcached.Status.Nodes, names) {
		t.Errorf("Expected the status to name pods %v, got %v", names, memcached.Status.Nodes)
	}
	expectEvent(t, namespace, "Created")
}

func TestScaleUpAndDown(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	memcached, _ := expectRolledOut(t, newMemcached(t, namespace, 1), 1)
	first := memcached.Status.Nodes[0]

	before := memcached.DeepCopy()
	memcached.Spec.Size = 3
	must(t, cluster.Patch(t.Context(), memcached, client.MergeFrom(before)))
	memcached, _ = expectRolledOut(t, memcached, 3)
	if !slices.Contains(memcached.Status.Nodes, first) {
		t.Errorf("Expected pod %s to live on, got %v", first, memcached.Status.Nodes)
	}
	expectEvent(t, namespace, "Scaled")

	// The way that `kubectl scale` goes.
	scale := &autoscalingv1.Scale{Spec: autoscalingv1.ScaleSpec{Replicas: 1}}
	must(t, cluster.SubResource("scale").Update(t.Context(), memcached, client.WithSubResourceBody(scale)))
	expectRolledOut(t, memcached, 1)
}

func TestChangeOfPortRollsOut(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	memcached, before := expectRolledOut(t, newMemcached(t, namespace, 1), 1)

	must(t, cluster.Patch(t.Context(), memcached, client.RawPatch(types.MergePatchType, []byte(`{"spec":{"port":22122}}`))))
	_, after := expectRolledOut(t, memcached, 1)
	if got := after.Spec.Template.Spec.Containers[0].Ports[0].ContainerPort; got != 22122 {
		t.Errorf("Expected port 22122, got %d", got)
	}
	if after.UID != before.UID {
		t.Error("Expected the Deployment to be updated, got another one")
	}
	expectEvent(t, namespace, "Updated")
}

func TestDriftIsCorrected(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	memcached, deployment := expectRolledOut(t, newMemcached(t, namespace, 1), 1)

	before := deployment.DeepCopy()
	*deployment.Spec.Replicas = 3
	deployment.Spec.Template.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "STRAY", Value: "1"}}
	must(t, cluster.Patch(t.Context(), deployment, client.MergeFrom(before)))
	expectEvent(t, namespace, "DriftCorrected")
	_, deployment = expectRolledOut(t, memcached, 1)
	if env := deployment.Spec.Template.Spec.Containers[0].Env; len(env) > 0 {
		t.Errorf("Expected no variables, got %v", env)
	}

	must(t, cluster.Delete(t.Context(), deployment.DeepCopy(), client.PropagationPolicy(metav1.DeletePropagationForeground)))
	must(t, poll("another Deployment", otherThan(deployment)))
	expectRolledOut(t, memcached, 1)
}

func TestDeleteDrainsBeforeTheMemcachedGoes(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	memcached, deployment := expectRolledOut(t, newMemcached(t, namespace, 2), 2)

	must(t, cluster.Delete(t.Context(), memcached))
	expectGone(t, memcached)
	// No waiting from here on: that the Memcached is gone says that the rest is.
	if err := cluster.Get(t.Context(), client.ObjectKeyFromObject(deployment), deployment); !apierrors.IsNotFound(err) {
		t.Errorf("Expected no Deployment, got %v", err)
	}
	pods := &corev1.PodList{}
	must(t, cluster.List(t.Context(), pods, client.InNamespace(namespace)))
	if len(pods.Items) > 0 {
		t.Errorf("Expected no pods, got %d", len(pods.Items))
	}
	expectEvent(t, namespace, "Draining")
	expectEvent(t, namespace, "Drained")
}

func TestDeletionOfTheNamespaceIsNotHeldUp(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	expectRolledOut(t, newMemcached(t, namespace, 1), 1)

	object := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}
	must(t, cluster.Delete(t.Context(), object))
	expectGone(t, object)
}

func TestInvalidSpecsAreRefused(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	cases := map[string]struct {
		change func(*cachev1alpha1.Memcached)
		field  string
	}{
		"no pods":           {func(m *cachev1alpha1.Memcached) { m.Spec.Size = 0 }, "spec.size"},
		"too many pods":     {func(m *cachev1alpha1.Memcached) { m.Spec.Size = 10 }, "spec.size"},
		"a privileged port": {func(m *cachev1alpha1.Memcached) { m.Spec.Port = 80 }, "spec.port"},
		"too long a name":   {func(m *cachev1alpha1.Memcached) { m.Name = strings.Repeat("a", 64) }, "metadata.name"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			memcached := &cachev1alpha1.Memcached{}
			memcached.Namespace, memcached.Name, memcached.Spec.Size = namespace, "cache", 1
			test.change(memcached)
			err := cluster.Create(t.Context(), memcached)
			if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), test.field) {
				t.Errorf("Expected %s to be refused, got %v", test.field, err)
			}
		})
	}
}
