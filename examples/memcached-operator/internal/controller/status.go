package controller

import (
	"errors"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	cachev1alpha1 "operator-coverage.dev/memcached-operator/api/v1alpha1"
)

// observe returns the status of a Memcached whose Deployment and pods are those.
func observe(memcached *cachev1alpha1.Memcached, deployment *appsv1.Deployment, pods []corev1.Pod) cachev1alpha1.MemcachedStatus {
	status := *memcached.Status.DeepCopy()
	status.ObservedGeneration = memcached.Generation
	status.ReadyReplicas = deployment.Status.ReadyReplicas
	status.Nodes = liveNames(pods)

	size := memcached.Spec.Size
	// Until the Deployment's controller has seen the latest spec, its counts are about an older one.
	current := deployment.Status.ObservedGeneration >= deployment.Generation
	available := deployment.Status.AvailableReplicas
	conditions := conditions{&status.Conditions, memcached.Generation}
	message := fmt.Sprintf("%d of %d pods are available", available, size)

	if current && available >= size {
		conditions.set(cachev1alpha1.ConditionAvailable, metav1.ConditionTrue, "PodsAvailable", message)
	} else {
		conditions.set(cachev1alpha1.ConditionAvailable, metav1.ConditionFalse, "PodsMissing", message)
	}
	if current && available == size && deployment.Status.Replicas == size && deployment.Status.UpdatedReplicas == size {
		conditions.set(cachev1alpha1.ConditionProgressing, metav1.ConditionFalse, "RolledOut", "All pods match the spec")
	} else {
		conditions.set(cachev1alpha1.ConditionProgressing, metav1.ConditionTrue, "RollingOut", message)
	}
	if reason, message := obstacle(deployment); reason != "" {
		conditions.set(cachev1alpha1.ConditionDegraded, metav1.ConditionTrue, reason, message)
	} else {
		conditions.set(cachev1alpha1.ConditionDegraded, metav1.ConditionFalse, "AsExpected", "Nothing stands in the way")
	}
	return status
}

// failed returns the status of a Memcached that could not be reconciled. What was known of its pods
// stays; the observed generation too, as this one has not been met.
func failed(memcached *cachev1alpha1.Memcached, cause error) cachev1alpha1.MemcachedStatus {
	status := *memcached.Status.DeepCopy()
	reason := "ReconcileFailed"
	if errors.Is(cause, errForeignDeployment) {
		reason = "NameTaken"
	}
	conditions{&status.Conditions, memcached.Generation}.set(cachev1alpha1.ConditionDegraded, metav1.ConditionTrue, reason, cause.Error())
	return status
}

// obstacle returns why a Deployment does not get on, as reason and message, or nothing if it does.
func obstacle(deployment *appsv1.Deployment) (string, string) {
	for _, condition := range deployment.Status.Conditions {
		switch {
		case condition.Type == appsv1.DeploymentReplicaFailure && condition.Status == corev1.ConditionTrue,
			condition.Type == appsv1.DeploymentProgressing && condition.Status == corev1.ConditionFalse:
			return condition.Reason, condition.Message
		}
	}
	return "", ""
}

// liveNames returns the sorted names of the pods that are not on their way out.
func liveNames(pods []corev1.Pod) []string {
	var names []string
	for _, pod := range pods {
		ended := pod.Status.Phase == corev1.PodFailed || pod.Status.Phase == corev1.PodSucceeded
		if pod.DeletionTimestamp.IsZero() && !ended {
			names = append(names, pod.Name)
		}
	}
	slices.Sort(names)
	return names
}

// conditions sets conditions that are about one generation of the spec.
type conditions struct {
	list       *[]metav1.Condition
	generation int64
}

func (c conditions) set(kind string, value metav1.ConditionStatus, reason, message string) {
	meta.SetStatusCondition(c.list, metav1.Condition{
		Type: kind, Status: value, Reason: reason, Message: message, ObservedGeneration: c.generation,
	})
}
