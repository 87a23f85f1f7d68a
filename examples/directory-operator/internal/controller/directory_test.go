package controller

import (
	"maps"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

func TestEndpointsAreThePodsOfTheStatusThatServe(t *testing.T) {
	cases := map[string]struct {
		change func(*corev1.Pod)
		served bool
	}{
		"a ready pod":        {func(*corev1.Pod) {}, true},
		"no address yet":     {func(p *corev1.Pod) { p.Status.PodIP = "" }, false},
		"not ready":          {func(p *corev1.Pod) { p.Status.Conditions[0].Status = corev1.ConditionFalse }, false},
		"readiness unknown":  {func(p *corev1.Pod) { p.Status.Conditions = nil }, false},
		"on its way out":     {func(p *corev1.Pod) { p.DeletionTimestamp = ptr.To(metav1.Now()) }, false},
		"another's pod":      {func(p *corev1.Pod) { p.Name = "stranger" }, false},
		"another condition":  {func(p *corev1.Pod) { p.Status.Conditions[0].Type = corev1.PodScheduled }, false},
		"whatever its phase": {func(p *corev1.Pod) { p.Status.Phase = corev1.PodPending }, true},
		"several conditions": {func(p *corev1.Pod) {
			p.Status.Conditions = append([]corev1.PodCondition{{Type: corev1.PodScheduled}}, p.Status.Conditions...)
		}, true},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			pod := newPod("a", "10.0.0.1")
			test.change(pod)
			want := map[string]string{}
			if test.served {
				want["a"] = "10.0.0.1:11211"
			}
			if got := endpoints(newMemcached("a"), []corev1.Pod{*pod}); !maps.Equal(got, want) {
				t.Errorf("Expected %v, got %v", want, got)
			}
		})
	}
}

func TestEndpointsHaveThePortOfTheSpec(t *testing.T) {
	memcached := newMemcached("a", "b")
	memcached.Spec.Port = 22122
	got := endpoints(memcached, []corev1.Pod{*newPod("a", "10.0.0.1"), *newPod("b", "fd00::2")})
	if want := map[string]string{"a": "10.0.0.1:22122", "b": "[fd00::2]:22122"}; !maps.Equal(got, want) {
		t.Errorf("Expected %v, got %v", want, got)
	}
}

func TestFillLeavesOtherLabels(t *testing.T) {
	directory := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"team": "a"}},
		Data:       map[string]string{"stray": "1"},
		BinaryData: map[string][]byte{"stray": nil},
	}
	fill(directory, newMemcached(), map[string]string{"a": "10.0.0.1:11211"})

	want := map[string]string{"team": "a", labelInstance: "cache", labelManagedBy: "directory-operator"}
	if !maps.Equal(directory.Labels, want) {
		t.Errorf("Expected labels %v, got %v", want, directory.Labels)
	}
	if len(directory.Data) != 1 || directory.Data["a"] == "" || directory.BinaryData != nil {
		t.Errorf("Expected the endpoints and nothing else, got %v and %v", directory.Data, directory.BinaryData)
	}
}
