//go:build e2e

package e2e

import (
	"context"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	cachev1alpha1 "operator-coverage.dev/memcached-operator/api/v1alpha1"
)

var _ = Describe("The directory of a Memcached", func() {
	var memcached *cachev1alpha1.Memcached

	BeforeEach(func(ctx SpecContext) {
		memcached = &cachev1alpha1.Memcached{
			ObjectMeta: metav1.ObjectMeta{Namespace: newNamespace(ctx), Name: "cache"},
			Spec:       cachev1alpha1.MemcachedSpec{Size: 2, Image: image},
		}
		Expect(cluster.Create(ctx, memcached)).To(Succeed())
		expectListed(ctx, memcached, 2)
	})

	It("belongs to the Memcached and is announced there", func(ctx SpecContext) {
		directory := &corev1.ConfigMap{}
		Expect(cluster.Get(ctx, directoryOf(memcached), directory)).To(Succeed())
		Expect(metav1.IsControlledBy(directory, memcached)).To(BeTrue(), "owners: %+v", directory.OwnerReferences)
		Expect(directory.Labels).To(HaveKeyWithValue("app.kubernetes.io/managed-by", "directory-operator"))
		Eventually(func(g Gomega) {
			g.Expect(cluster.Get(ctx, client.ObjectKeyFromObject(memcached), memcached)).To(Succeed())
			g.Expect(memcached.Annotations).To(HaveKeyWithValue("directory.operator-coverage.dev/endpoints", directory.Name))
		}).Should(Succeed())
	})

	It("follows a change of its size, up and down", func(ctx SpecContext) {
		for _, size := range []int{3, 1} {
			change(ctx, memcached, fmt.Sprintf(`{"spec":{"size":%d}}`, size))
			expectListed(ctx, memcached, size)
		}
	})

	It("follows a change of its port", func(ctx SpecContext) {
		change(ctx, memcached, `{"spec":{"port":22122}}`)
		expectListed(ctx, memcached, 2)
	})

	It("takes up the pod that replaces another", func(ctx SpecContext) {
		first := pods(ctx, memcached.Namespace)[0]
		Expect(cluster.Delete(ctx, &first)).To(Succeed())
		Eventually(func(g Gomega) {
			directory := &corev1.ConfigMap{}
			g.Expect(cluster.Get(ctx, directoryOf(memcached), directory)).To(Succeed())
			g.Expect(directory.Data).NotTo(HaveKey(first.Name))
		}).Should(Succeed())
		expectListed(ctx, memcached, 2)
	})

	DescribeTable("is restored when somebody", func(ctx SpecContext, meddle func(context.Context, *corev1.ConfigMap) error) {
		directory := &corev1.ConfigMap{}
		Expect(cluster.Get(ctx, directoryOf(memcached), directory)).To(Succeed())
		before := directory.DeepCopy()
		Expect(meddle(ctx, directory)).To(Succeed())
		Eventually(func(g Gomega) {
			after := &corev1.ConfigMap{}
			g.Expect(cluster.Get(ctx, directoryOf(memcached), after)).To(Succeed())
			g.Expect(after.Data).To(Equal(before.Data))
			g.Expect(after.Labels).To(Equal(before.Labels))
			g.Expect(after.ResourceVersion).NotTo(Equal(before.ResourceVersion))
		}).Should(Succeed())
	},
		Entry("edits it", func(ctx context.Context, directory *corev1.ConfigMap) error {
			return cluster.Patch(ctx, directory, client.RawPatch(types.MergePatchType, []byte(`{"data":{"stray":"10.0.0.1:11211"}}`)))
		}),
		Entry("takes its labels", func(ctx context.Context, directory *corev1.ConfigMap) error {
			return cluster.Patch(ctx, directory, client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"labels":null}}`)))
		}),
		Entry("deletes it", func(ctx context.Context, directory *corev1.ConfigMap) error {
			return cluster.Delete(ctx, directory)
		}),
	)

	It("goes with the Memcached", func(ctx SpecContext) {
		Expect(cluster.Delete(ctx, memcached)).To(Succeed())
		Eventually(func() bool {
			return apierrors.IsNotFound(cluster.Get(ctx, directoryOf(memcached), &corev1.ConfigMap{}))
		}).Should(BeTrue())
		Eventually(func() bool {
			return apierrors.IsNotFound(cluster.Get(ctx, client.ObjectKeyFromObject(memcached), memcached))
		}).Should(BeTrue())
		Expect(apierrors.IsNotFound(cluster.Get(ctx, directoryOf(memcached), &corev1.ConfigMap{}))).To(BeTrue(), "it came back")
	})
})

func directoryOf(memcached *cachev1alpha1.Memcached) client.ObjectKey {
	return client.ObjectKey{Namespace: memcached.Namespace, Name: memcached.Name + "-endpoints"}
}

func change(ctx context.Context, memcached *cachev1alpha1.Memcached, patch string) {
	GinkgoHelper()
	Expect(cluster.Patch(ctx, memcached, client.RawPatch(types.MergePatchType, []byte(patch)))).To(Succeed())
}

// pods returns the pods of a namespace, which are those of its one Memcached.
func pods(ctx context.Context, namespace string) []corev1.Pod {
	GinkgoHelper()
	pods := &corev1.PodList{}
	Expect(cluster.List(ctx, pods, client.InNamespace(namespace))).To(Succeed())
	return pods.Items
}

// expectListed waits until there are `size` pods, and the directory lists each of them and nothing else.
func expectListed(ctx context.Context, memcached *cachev1alpha1.Memcached, size int) {
	GinkgoHelper()
	Eventually(func(g Gomega) {
		want := map[string]string{}
		for _, pod := range pods(ctx, memcached.Namespace) {
			want[pod.Name] = fmt.Sprintf("%s:%d", pod.Status.PodIP, memcached.Spec.Port)
		}
		directory := &corev1.ConfigMap{}
		g.Expect(cluster.Get(ctx, directoryOf(memcached), directory)).To(Succeed())
		g.Expect(directory.Data).To(Equal(want))
		g.Expect(directory.Data).To(HaveLen(size))
	}).Should(Succeed())
}
