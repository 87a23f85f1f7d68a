package controller

import (
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	cachev1alpha1 "operator-coverage.dev/memcached-operator/api/v1alpha1"
)

const (
	labelName      = "app.kubernetes.io/name"
	labelInstance  = "app.kubernetes.io/instance"
	labelManagedBy = "app.kubernetes.io/managed-by"

	managedBy     = "memcached-operator"
	containerName = "memcached"
	// podGracePeriod is short, in seconds, as a cache has nothing to save.
	podGracePeriod = 5
	// podUser is the user that every pod runs as, whatever its image says.
	podUser = 65532
)

// PodLabels are those by which the pods of all Memcacheds are told from others.
var PodLabels = map[string]string{labelName: "memcached", labelManagedBy: managedBy}

// labelsFor returns the labels that select the pods of one Memcached.
func labelsFor(memcached *cachev1alpha1.Memcached) map[string]string {
	labels := map[string]string{labelInstance: memcached.Name}
	for key, value := range PodLabels {
		labels[key] = value
	}
	return labels
}

// isForeign says whether a Deployment exists that this Memcached does not control.
func isForeign(deployment *appsv1.Deployment, memcached *cachev1alpha1.Memcached) bool {
	return deployment.ResourceVersion != "" && !metav1.IsControlledBy(deployment, memcached)
}

// applySpec sets every field of the Deployment that follows from the Memcached, and leaves the others,
// which hold the API server's defaults and other people's annotations: to set those too would look like
// a change at every reconciliation.
func applySpec(deployment *appsv1.Deployment, memcached *cachev1alpha1.Memcached) {
	labels := labelsFor(memcached)
	deployment.Labels = withLabels(deployment.Labels, labels)
	deployment.Spec.Replicas = ptr.To(memcached.Spec.Size)
	if deployment.Spec.Selector == nil { // immutable
		deployment.Spec.Selector = &metav1.LabelSelector{MatchLabels: labels}
	}
	template := &deployment.Spec.Template
	template.Labels = withLabels(template.Labels, labels)
	template.Spec.AutomountServiceAccountToken = ptr.To(false)
	template.Spec.TerminationGracePeriodSeconds = ptr.To[int64](podGracePeriod)
	template.Spec.SecurityContext = &corev1.PodSecurityContext{
		RunAsNonRoot:   ptr.To(true),
		RunAsUser:      ptr.To[int64](podUser),
		SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
	}
	template.Spec.InitContainers = nil
	template.Spec.Containers = []corev1.Container{containerFor(memcached, template.Spec.Containers)}
}

// containerFor returns the one container of a pod, with the server's defaults taken over from `current`.
func containerFor(memcached *cachev1alpha1.Memcached, current []corev1.Container) corev1.Container {
	container := corev1.Container{
		Name:            containerName,
		Image:           memcached.Spec.Image,
		ImagePullPolicy: corev1.PullIfNotPresent,
		Args:            []string{"-p", strconv.Itoa(int(memcached.Spec.Port))},
		Ports:           []corev1.ContainerPort{{Name: "memcached", ContainerPort: memcached.Spec.Port, Protocol: corev1.ProtocolTCP}},
		Resources: corev1.ResourceRequirements{
			Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("1m"), corev1.ResourceMemory: resource.MustParse("8Mi")},
			Limits:   corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("128Mi")},
		},
		SecurityContext: &corev1.SecurityContext{
			AllowPrivilegeEscalation: ptr.To(false),
			ReadOnlyRootFilesystem:   ptr.To(true),
			Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		},
	}
	for _, existing := range current {
		if existing.Name == containerName {
			container.TerminationMessagePath = existing.TerminationMessagePath
			container.TerminationMessagePolicy = existing.TerminationMessagePolicy
		}
	}
	return container
}

// withLabels returns labels with others added to them.
func withLabels(labels, added map[string]string) map[string]string {
	merged := make(map[string]string, len(labels)+len(added))
	for key, value := range labels {
		merged[key] = value
	}
	for key, value := range added {
		merged[key] = value
	}
	return merged
}
