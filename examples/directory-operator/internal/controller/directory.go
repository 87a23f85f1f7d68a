package controller

import (
	"maps"
	"net"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	cachev1alpha1 "operator-coverage.dev/memcached-operator/api/v1alpha1"
)

const (
	labelInstance  = "app.kubernetes.io/instance"
	labelManagedBy = "app.kubernetes.io/managed-by"
)

var (
	// PodLabels are those that the memcached operator gives to its pods.
	PodLabels = map[string]string{labelManagedBy: "memcached-operator"}
	// DirectoryLabels are those by which directories are told from other ConfigMaps.
	DirectoryLabels = map[string]string{labelManagedBy: "directory-operator"}
)

// directoryName returns the name of the ConfigMap that is the directory of a Memcached.
func directoryName(memcached *cachev1alpha1.Memcached) string {
	return memcached.Name + "-endpoints"
}

// endpoints returns the addresses where a Memcached is served, each under the name of its pod. Which pods
// those are the memcached operator says, in the status; whether one answers now only the pod itself.
func endpoints(memcached *cachev1alpha1.Memcached, pods []corev1.Pod) map[string]string {
	addresses := map[string]string{}
	for _, pod := range pods {
		if slices.Contains(memcached.Status.Nodes, pod.Name) && serves(&pod) {
			addresses[pod.Name] = net.JoinHostPort(pod.Status.PodIP, strconv.Itoa(int(memcached.Spec.Port)))
		}
	}
	return addresses
}

// serves says whether a pod takes connections. One that is on its way out may, but not for long.
func serves(pod *corev1.Pod) bool {
	ready := slices.ContainsFunc(pod.Status.Conditions, func(condition corev1.PodCondition) bool {
		return condition.Type == corev1.PodReady && condition.Status == corev1.ConditionTrue
	})
	return ready && pod.Status.PodIP != "" && pod.DeletionTimestamp.IsZero()
}

// isForeign says whether a ConfigMap exists that this Memcached does not control.
func isForeign(directory *corev1.ConfigMap, memcached *cachev1alpha1.Memcached) bool {
	return directory.ResourceVersion != "" && !metav1.IsControlledBy(directory, memcached)
}

// fill sets what a directory holds, and the labels that it is found by; other people's labels stay.
func fill(directory *corev1.ConfigMap, memcached *cachev1alpha1.Memcached, addresses map[string]string) {
	if directory.Labels == nil {
		directory.Labels = map[string]string{}
	}
	maps.Copy(directory.Labels, DirectoryLabels)
	directory.Labels[labelInstance] = memcached.Name
	directory.BinaryData = nil
	directory.Data = addresses
}
