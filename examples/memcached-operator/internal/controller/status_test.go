package controller

import (
	"errors"
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	cachev1alpha1 "operator-coverage.dev/memcached-operator/api/v1alpha1"
)

func TestObserveTellsHowTheDeploymentFares(t *testing.T) {
	complete := appsv1.DeploymentStatus{ObservedGeneration: 1, Replicas: 3, UpdatedReplicas: 3, AvailableReplicas: 3, ReadyReplicas: 3}
	cases := map[string]struct {
		change                           func(*appsv1.DeploymentStatus)
		available, progressing, degraded string // reasons
	}{
		"all pods are there":           {func(*appsv1.DeploymentStatus) {}, "PodsAvailable", "RolledOut", "AsExpected"},
		"nothing has been observed":    {func(s *appsv1.DeploymentStatus) { s.ObservedGeneration = 0 }, "PodsMissing", "RollingOut", "AsExpected"},
		"a pod is not available":       {func(s *appsv1.DeploymentStatus) { s.AvailableReplicas = 2 }, "PodsMissing", "RollingOut", "AsExpected"},
		"a pod is one too many":        {func(s *appsv1.DeploymentStatus) { s.Replicas = 4 }, "PodsAvailable", "RollingOut", "AsExpected"},
		"an available one too many":    {func(s *appsv1.DeploymentStatus) { s.AvailableReplicas = 4 }, "PodsAvailable", "RollingOut", "AsExpected"},
		"a pod is of the old template": {func(s *appsv1.DeploymentStatus) { s.UpdatedReplicas = 2 }, "PodsAvailable", "RollingOut", "AsExpected"},
		"the roll-out is stuck": {func(s *appsv1.DeploymentStatus) {
			s.AvailableReplicas = 2
			s.Conditions = []appsv1.DeploymentCondition{{Type: appsv1.DeploymentProgressing, Status: corev1.ConditionFalse, Reason: "ProgressDeadlineExceeded"}}
		}, "PodsMissing", "RollingOut", "ProgressDeadlineExceeded"},
		"pods are refused": {func(s *appsv1.DeploymentStatus) {
			s.Conditions = []appsv1.DeploymentCondition{
				{Type: appsv1.DeploymentProgressing, Status: corev1.ConditionTrue, Reason: "ReplicaSetUpdated"},
				{Type: appsv1.DeploymentReplicaFailure, Status: corev1.ConditionTrue, Reason: "FailedCreate"},
			}
		}, "PodsAvailable", "RolledOut", "FailedCreate"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			deployment := withServerDefaults(newMemcached(3))
			deployment.Generation, deployment.Status = 1, *complete.DeepCopy()
			test.change(&deployment.Status)

			status := observe(newMemcached(3), deployment, nil)

			got := []string{}
			for _, kind := range []string{cachev1alpha1.ConditionAvailable, cachev1alpha1.ConditionProgressing, cachev1alpha1.ConditionDegraded} {
				got = append(got, meta.FindStatusCondition(status.Conditions, kind).Reason)
			}
			if want := []string{test.available, test.progressing, test.degraded}; !slices.Equal(got, want) {
				t.Errorf("Expected %v, got %v", want, got)
			}
			if status.ObservedGeneration != 1 || status.ReadyReplicas != 3 {
				t.Errorf("Expected generation 1 and 3 ready pods, got %+v", status)
			}
		})
	}
}

func TestObserveNamesThePodsThatLive(t *testing.T) {
	pod := func(name string, phase corev1.PodPhase) corev1.Pod {
		return corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name}, Status: corev1.PodStatus{Phase: phase}}
	}
	leaving := pod("leaving", corev1.PodRunning)
	leaving.DeletionTimestamp = ptr.To(metav1.Now())
	pods := []corev1.Pod{pod("b", corev1.PodPending), leaving, pod("failed", corev1.PodFailed), pod("ended", corev1.PodSucceeded), pod("a", corev1.PodRunning)}

	if got, want := liveNames(pods), []string{"a", "b"}; !slices.Equal(got, want) {
		t.Errorf("Expected %v, got %v", want, got)
	}
}

func TestFailedKeepsWhatWasKnown(t *testing.T) {
	memcached := newMemcached(3)
	memcached.Generation = 5
	memcached.Status = cachev1alpha1.MemcachedStatus{ObservedGeneration: 4, ReadyReplicas: 2, Nodes: []string{"a"}}

	status := failed(memcached, errors.New("the API server is tired"))

	if status.ObservedGeneration != 4 || status.ReadyReplicas != 2 || !slices.Equal(status.Nodes, []string{"a"}) {
		t.Errorf("Expected what was known before, got %+v", status)
	}
	degraded := meta.FindStatusCondition(status.Conditions, cachev1alpha1.ConditionDegraded)
	if degraded.Reason != "ReconcileFailed" || degraded.Message != "the API server is tired" || degraded.ObservedGeneration != 5 {
		t.Errorf("Expected the cause, about generation 5, got %+v", degraded)
	}
}
