// Package inventory counts what is in a namespace.
package inventory

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	client "k8s.io/client-go/kubernetes/typed/core/v1"
)

// Inventory is what was found in a namespace.
type Inventory struct {
	// Pods is the number of pods.
	Pods int
	// Phases is the number of pods in each phase that any is in.
	Phases map[corev1.PodPhase]int
	// Nodes are the names of the nodes that pods were given to, sorted.
	Nodes []string
}

// Take looks at the pods of a namespace.
func Take(ctx context.Context, pods client.PodInterface) (Inventory, error) {
	list, err := pods.List(ctx, metav1.ListOptions{})
	if err != nil {
		return Inventory{}, fmt.Errorf("list the pods: %w", err)
	}
	return count(list.Items), nil
}

func count(pods []corev1.Pod) Inventory {
	phases, nodes := map[corev1.PodPhase]int{}, map[string]bool{}
	for _, pod := range pods {
		phases[pod.Status.Phase]++
		if pod.Spec.NodeName != "" {
			nodes[pod.Spec.NodeName] = true
		}
	}
	return Inventory{Pods: len(pods), Phases: phases, Nodes: slices.Sorted(maps.Keys(nodes))}
}

// data returns an inventory as a ConfigMap holds it.
func (i Inventory) data() map[string]string {
	data := map[string]string{
		"pods":  strconv.Itoa(i.Pods),
		"nodes": strings.Join(i.Nodes, " "),
	}
	for phase, number := range i.Phases {
		data[strings.ToLower(string(phase))] = strconv.Itoa(number)
	}
	return data
}
