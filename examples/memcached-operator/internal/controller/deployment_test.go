package controller

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/utils/ptr"
)

func TestApplySpecSetsWhatTheSpecAsksFor(t *testing.T) {
	memcached := newMemcached(3)
	deployment := &appsv1.Deployment{}
	applySpec(deployment, memcached)

	if got := *deployment.Spec.Replicas; got != 3 {
		t.Errorf("Expected 3 replicas, got %d", got)
	}
	if selector, labels := deployment.Spec.Selector.MatchLabels, deployment.Spec.Template.Labels; !equality.Semantic.DeepEqual(selector, labels) {
		t.Errorf("Expected the selector to be the pods' labels, got %v for %v", selector, labels)
	}
	container := deployment.Spec.Template.Spec.Containers[0]
	if container.Image != memcached.Spec.Image || container.Ports[0].ContainerPort != 11211 || container.Args[1] != "11211" {
		t.Errorf("Expected image %s on port 11211, got %+v", memcached.Spec.Image, container)
	}
	if pod := deployment.Spec.Template.Spec.SecurityContext; !*pod.RunAsNonRoot || *pod.RunAsUser == 0 {
		t.Errorf("Expected pods that are not root, got %+v", pod)
	}
}

func TestApplySpecKeepsTheServersDefaultsAndOtherPeoplesMarks(t *testing.T) {
	deployment := withServerDefaults(newMemcached(2))
	deployment.Annotations = map[string]string{"deployment.kubernetes.io/revision": "1"}
	deployment.Spec.Template.Annotations = map[string]string{"kubectl.kubernetes.io/restartedAt": "now"}
	deployment.Labels["team"] = "cache"
	before := deployment.DeepCopy()

	applySpec(deployment, newMemcached(2))

	if !equality.Semantic.DeepEqual(before, deployment) {
		t.Errorf("Expected no change, got\n%+v\ninstead of\n%+v", deployment.Spec, before.Spec)
	}
}

func TestApplySpecUndoesWhatOthersChanged(t *testing.T) {
	changes := map[string]func(*appsv1.Deployment){
		"the number of replicas": func(d *appsv1.Deployment) { d.Spec.Replicas = ptr.To[int32](7) },
		"the image":              func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = "other" },
		"an added variable": func(d *appsv1.Deployment) {
			d.Spec.Template.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "A", Value: "b"}}
		},
		"an added container": func(d *appsv1.Deployment) {
			d.Spec.Template.Spec.Containers = append(d.Spec.Template.Spec.Containers, corev1.Container{Name: "other"})
		},
		"an added init container": func(d *appsv1.Deployment) {
			d.Spec.Template.Spec.InitContainers = []corev1.Container{{Name: "other"}}
		},
		"a lost label":    func(d *appsv1.Deployment) { delete(d.Spec.Template.Labels, labelInstance) },
		"a lost security": func(d *appsv1.Deployment) { d.Spec.Template.Spec.SecurityContext = &corev1.PodSecurityContext{} },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			deployment := withServerDefaults(newMemcached(2))
			want := deployment.DeepCopy()
			change(deployment)
			if equality.Semantic.DeepEqual(want, deployment) {
				t.Fatal("Expected the change to change something")
			}
			applySpec(deployment, newMemcached(2))
			if !equality.Semantic.DeepEqual(want, deployment) {
				t.Errorf("Expected\n%+v\ngot\n%+v", want.Spec, deployment.Spec)
			}
		})
	}
}
