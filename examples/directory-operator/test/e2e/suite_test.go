//go:build e2e

// Package e2e tests the operator on a real cluster where it and the memcached operator run. It reads
// KUBECONFIG and nothing else.
package e2e

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	cachev1alpha1 "operator-coverage.dev/memcached-operator/api/v1alpha1"
)

var (
	// cluster is the one that KUBECONFIG names.
	cluster client.Client
	// image is what pods run.
	image string
	// namespaces are those of the specs.
	namespaces []*corev1.Namespace
)

func TestE2E(t *testing.T) {
	SetDefaultEventuallyTimeout(time.Minute)
	SetDefaultEventuallyPollingInterval(200 * time.Millisecond)
	RegisterFailHandler(Fail)
	RunSpecs(t, "Directory operator")
}

var _ = BeforeSuite(func(ctx SpecContext) {
	path := os.Getenv("KUBECONFIG")
	Expect(path).NotTo(BeEmpty(), "KUBECONFIG names the cluster where both operators run")
	config, err := clientcmd.BuildConfigFromFlags("", path)
	Expect(err).NotTo(HaveOccurred())
	scheme := runtime.NewScheme()
	Expect(corev1.AddToScheme(scheme)).To(Succeed())
	Expect(cachev1alpha1.AddToScheme(scheme)).To(Succeed())
	cluster, err = client.New(config, client.Options{Scheme: scheme})
	Expect(err).NotTo(HaveOccurred())

	By("waiting for the cluster to serve Memcacheds")
	Eventually(func() error { return cluster.List(ctx, &cachev1alpha1.MemcachedList{}) }).Should(Succeed())
	image = pauseImage(ctx)
})

// Until the last Memcached is gone, the operators are still at work.
var _ = AfterSuite(func(ctx SpecContext) {
	for _, namespace := range namespaces {
		Eventually(func() bool {
			return apierrors.IsNotFound(cluster.Get(ctx, client.ObjectKeyFromObject(namespace), namespace))
		}).Should(BeTrue(), "namespace %s stays", namespace.Name)
	}
})

// pauseImage returns the pause image that the nodes have, as another version would have to be pulled.
// Nothing means the default of the API.
func pauseImage(ctx context.Context) string {
	nodes := &corev1.NodeList{}
	Expect(cluster.List(ctx, nodes)).To(Succeed())
	for _, node := range nodes.Items {
		for _, image := range node.Status.Images {
			isPause := func(name string) bool { return strings.HasPrefix(name, "registry.k8s.io/pause:") }
			if i := slices.IndexFunc(image.Names, isPause); i >= 0 {
				return image.Names[i]
			}
		}
	}
	return ""
}

// newNamespace makes a namespace for one spec, which is deleted with all that is in it when the spec ends.
func newNamespace(ctx context.Context) string {
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "directory-e2e-"}}
	Expect(cluster.Create(ctx, namespace)).To(Succeed())
	namespaces = append(namespaces, namespace)
	DeferCleanup(func(ctx SpecContext) {
		Expect(cluster.Delete(ctx, namespace)).To(Succeed())
	})
	return namespace.Name
}
