package inventory

import (
	"context"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	client "k8s.io/client-go/kubernetes/typed/core/v1"
)

// Name is that of the ConfigMap where inventories are stored.
const Name = "inventory"

// Operation is what storing an inventory took.
type Operation string

// Operations.
const (
	Created   Operation = "created"
	Updated   Operation = "updated"
	Unchanged Operation = "unchanged"
)

// Store writes an inventory where the next one will be written, too.
func Store(ctx context.Context, configMaps client.ConfigMapInterface, inventory Inventory) (Operation, error) {
	stored, err := configMaps.Get(ctx, Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return create(ctx, configMaps, inventory)
	}
	if err != nil {
		return "", fmt.Errorf("read ConfigMap %s: %w", Name, err)
	}
	data := inventory.data()
	if maps.Equal(stored.Data, data) {
		return Unchanged, nil
	}
	stored.Data = data
	if _, err := configMaps.Update(ctx, stored, metav1.UpdateOptions{}); err != nil {
		return "", fmt.Errorf("update ConfigMap %s: %w", Name, err)
	}
	return Updated, nil
}

func create(ctx context.Context, configMaps client.ConfigMapInterface, inventory Inventory) (Operation, error) {
	configMap := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: Name}, Data: inventory.data()}
	if _, err := configMaps.Create(ctx, configMap, metav1.CreateOptions{}); err != nil {
		return "", fmt.Errorf("create ConfigMap %s: %w", Name, err)
	}
	return Created, nil
}
