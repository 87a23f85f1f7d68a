//go:build e2e

// Package e2e tests both programs on the cluster of KUBECONFIG, where they run. It reaches them through
// the API server, by kubectl.
package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

const services = "/api/v1/namespaces/two-programs/services/"

func TestMain(m *testing.M) {
	if os.Getenv("KUBECONFIG") == "" {
		fmt.Fprintln(os.Stderr, "Expected KUBECONFIG to name the cluster where the programs run, got nothing.")
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// kubectl returns what kubectl prints, errors included, and whether it succeeded.
func kubectl(input string, args ...string) (string, bool) {
	command := exec.Command("kubectl", args...)
	command.Stdin = strings.NewReader(input)
	output, err := command.CombinedOutput()
	if err != nil {
		return string(output) + err.Error(), false
	}
	return string(output), true
}

func post(path, body string) (string, bool) {
	return kubectl(body, "create", "--raw", services+path, "-f", "-")
}

// eventually waits until check returns nothing; what it returns is what was got instead.
func eventually(t *testing.T, what string, check func() string) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	got := check()
	for ; got != "" && time.Now().Before(deadline); got = check() {
		time.Sleep(500 * time.Millisecond)
	}
	if got != "" {
		t.Fatalf("Expected %s, got %s", what, got)
	}
}

func TestTheControllerBringsObjectsToTheirSize(t *testing.T) {
	eventually(t, "the controller to take an object", func() string {
		output, ok := post("controller:http/proxy/objects", `{"name":"a","size":3}`)
		if ok {
			return ""
		}
		return output
	})
	eventually(t, "the object to have 3", func() string {
		output, ok := kubectl("", "get", "--raw", services+"controller:http/proxy/objects/a")
		if ok && strings.Contains(output, `"actual":3`) {
			return ""
		}
		return output
	})
	if output, ok := post("controller:http/proxy/objects", `{"name":"a","size":99}`); ok {
		t.Errorf("Expected 99 to be refused, got %s", output)
	}
}

func TestTheWebhookTellsWhatIsAllowed(t *testing.T) {
	for body, want := range map[string]string{
		`{"name":"a","size":3}`:  `"allowed":true`,
		`{"name":"a","size":99}`: `"allowed":false`,
	} {
		eventually(t, want+" of "+body, func() string {
			output, ok := post("webhook:http/proxy/validate", body)
			if ok && strings.Contains(output, want) {
				return ""
			}
			return output
		})
	}
}
