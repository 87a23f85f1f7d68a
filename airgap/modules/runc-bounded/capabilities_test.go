package main

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

const withoutSysResource = 0x000001fffeffffff

func TestRemovesOnlyWhatTheBoundingSetLacks(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.json")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, before, after string
		inner               []string
	}{
		{
			"in a container's configuration, with numbers and signs as they were",
			`{"process":{"args":["a && <b>"],"capabilities":{"bounding":["CAP_KILL","CAP_SYS_RESOURCE"],"effective":["CAP_SYS_RESOURCE"]}},"linux":{"id":12345678901234567890}}`,
			`{"linux":{"id":12345678901234567890},"process":{"args":["a && <b>"],"capabilities":{"bounding":["CAP_KILL"],"effective":[]}}}`,
			[]string{"process", "capabilities"},
		},
		{
			"in a process, by its other spelling",
			`{"capabilities":{"ambient":["sys_resource"],"permitted":null}}`,
			`{"capabilities":{"ambient":[],"permitted":null}}`,
			[]string{"capabilities"},
		},
		{"nothing where all is held", `{ "capabilities" : {"bounding": ["CAP_KILL", "CAP_OF_TOMORROW"]}}`, `{ "capabilities" : {"bounding": ["CAP_KILL", "CAP_OF_TOMORROW"]}}`, []string{"capabilities"}},
		{"nothing where none is asked for", `{"process": {"capabilities": null}}`, `{"process": {"capabilities": null}}`, []string{"process", "capabilities"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			write(c.before)
			if err := bound(file, c.inner, withoutSysResource); err != nil {
				t.Fatal(err)
			}
			if got, _ := os.ReadFile(file); string(got) != c.after {
				t.Errorf("expected %s, got %s", c.after, got)
			}
		})
	}
}

func TestFindsTheConfigurationOnTheCommandLine(t *testing.T) {
	inBundle, inProcess := []string{"process", "capabilities"}, []string{"capabilities"}
	for _, c := range []struct {
		args  []string
		file  string
		inner []string
	}{
		{[]string{"--root", "/r", "create", "--bundle", "/b", "id"}, "/b/config.json", inBundle},
		{[]string{"run", "-b=/b", "id"}, "/b/config.json", inBundle},
		{[]string{"create", "id"}, "config.json", inBundle},
		{[]string{"exec", "--process", "/p.json", "--detach", "id"}, "/p.json", inProcess},
		{[]string{"exec", "-p=/p.json", "id"}, "/p.json", inProcess},
		{[]string{"exec", "id", "sh"}, "", nil},
		{[]string{"delete", "--force", "id"}, "", nil},
		{[]string{"--version"}, "", nil},
	} {
		if file, inner := configuration(c.args); file != c.file || !reflect.DeepEqual(inner, c.inner) {
			t.Errorf("expected %q %q for %q, got %q %q", c.file, c.inner, c.args, file, inner)
		}
	}
}

func TestReadsTheBoundingSet(t *testing.T) {
	if got, err := boundingSet("Name:\tx\nCapEff:\t0\nCapBnd:\t000001fffeffffff\n"); err != nil || got != withoutSysResource {
		t.Errorf("expected %x, got %x %v", withoutSysResource, got, err)
	}
	if lacks(withoutSysResource, "CAP_SYS_RESOURCE") != true || lacks(withoutSysResource, "CAP_SYS_ADMIN") != false {
		t.Error("expected CAP_SYS_RESOURCE alone to be lacking")
	}
	if _, err := boundingSet("Name:\tx\n"); err == nil {
		t.Error("expected an error without the line")
	}
}
