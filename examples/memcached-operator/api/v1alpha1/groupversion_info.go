// Package v1alpha1 is the API of cache.operator-coverage.dev.
// +kubebuilder:object:generate=true
// +groupName=cache.operator-coverage.dev
package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var (
	// GroupVersion is the group and version of every type in this package.
	GroupVersion = schema.GroupVersion{Group: "cache.operator-coverage.dev", Version: "v1alpha1"}

	builder = runtime.NewSchemeBuilder(addKnownTypes)

	// AddToScheme teaches a scheme the types of this package. It needs apimachinery alone, so that
	// clients of the API need not depend on controller-runtime.
	AddToScheme = builder.AddToScheme
)

func addKnownTypes(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion, &Memcached{}, &MemcachedList{})
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}
