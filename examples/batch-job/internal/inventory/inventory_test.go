package inventory

import (
	"errors"
	"maps"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/typed/core/v1/fake"
	kubetesting "k8s.io/client-go/testing"
)

const namespace = "default"

// newCluster returns a cluster that exists only in memory.
func newCluster(t *testing.T, objects ...runtime.Object) *fake.FakeCoreV1 {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	tracker := kubetesting.NewObjectTracker(scheme, serializer.NewCodecFactory(scheme).UniversalDecoder())
	for _, object := range objects {
		if err := tracker.Add(object); err != nil {
			t.Fatal(err)
		}
	}
	cluster := &fake.FakeCoreV1{Fake: &kubetesting.Fake{}}
	cluster.AddReactor("*", "*", kubetesting.ObjectReaction(tracker))
	return cluster
}

func newPod(name, node string, phase corev1.PodPhase) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec:       corev1.PodSpec{NodeName: node},
		Status:     corev1.PodStatus{Phase: phase},
	}
}

func TestTakeCountsThePodsOfTheNamespace(t *testing.T) {
	elsewhere := newPod("d", "w3", corev1.PodRunning)
	elsewhere.Namespace = "elsewhere"
	cluster := newCluster(t, newPod("a", "w2", corev1.PodRunning), newPod("b", "w1", corev1.PodRunning), newPod("c", "", corev1.PodPending), elsewhere)

	found, err := Take(t.Context(), cluster.Pods(namespace))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"pods": "3", "nodes": "w1 w2", "running": "2", "pending": "1"}
	if got := found.data(); !maps.Equal(got, want) {
		t.Errorf("Expected %v, got %v", want, got)
	}
}

func TestStoreWritesOnlyWhatIsNew(t *testing.T) {
	cluster := newCluster(t)
	for _, step := range []struct {
		pods int
		want Operation
	}{{1, Created}, {1, Unchanged}, {2, Updated}} {
		got, err := Store(t.Context(), cluster.ConfigMaps(namespace), Inventory{Pods: step.pods})
		if err != nil {
			t.Fatal(err)
		}
		stored, err := cluster.ConfigMaps(namespace).Get(t.Context(), Name, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if want := (Inventory{Pods: step.pods}).data(); got != step.want || !maps.Equal(stored.Data, want) {
			t.Errorf("Expected %v to be %s, got %v, %s", want, step.want, stored.Data, got)
		}
	}
}

func TestARefusalIsReturned(t *testing.T) {
	refusal := errors.New("forbidden")
	cases := map[string]struct {
		stored []runtime.Object
		work   func(*testing.T, *fake.FakeCoreV1) error
	}{
		"list": {nil, func(t *testing.T, c *fake.FakeCoreV1) error {
			_, err := Take(t.Context(), c.Pods(namespace))
			return err
		}},
		"get":    {nil, store},
		"create": {nil, store},
		"update": {[]runtime.Object{&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: Name}}}, store},
	}
	for verb, test := range cases {
		t.Run(verb, func(t *testing.T) {
			cluster := newCluster(t, test.stored...)
			cluster.PrependReactor(verb, "*", func(kubetesting.Action) (bool, runtime.Object, error) { return true, nil, refusal })
			if err := test.work(t, cluster); !errors.Is(err, refusal) {
				t.Errorf("Expected the refusal, got %v", err)
			}
		})
	}
}

func store(t *testing.T, cluster *fake.FakeCoreV1) error {
	_, err := Store(t.Context(), cluster.ConfigMaps(namespace), Inventory{})
	return err
}
