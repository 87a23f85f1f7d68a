package main

import (
	"os"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
)

func TestTheManagerEndsWithinThePodsGracePeriod(t *testing.T) {
	file, err := os.Open("../config/manager/manager.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()

	deployment := &appsv1.Deployment{}
	for decoder := yaml.NewYAMLOrJSONDecoder(file, 4096); deployment.Kind != "Deployment"; {
		if err := decoder.Decode(deployment); err != nil {
			t.Fatalf("Expected a Deployment in %s, got %v", file.Name(), err)
		}
	}
	grace := time.Duration(*deployment.Spec.Template.Spec.TerminationGracePeriodSeconds) * time.Second
	if grace <= shutdownTimeout {
		t.Errorf("Expected a grace period longer than %s, got %s", shutdownTimeout, grace)
	}
}
