import assert from "node:assert/strict";
import { mayExec, refersToExec } from "../../../../src/instrument/packages/mayExec";
import { GoModule } from "../../fixtures/goModule";

describe("a program that may replace itself", () => {
  it("is told by the calls in its sources, whatever the packages are called there", () => {
    const calls = [
      'import "syscall"\nfunc f() { syscall.Exec("x", nil, nil) }',
      'import "golang.org/x/sys/unix"\nvar exec = unix.Exec',
      'import (\n\t"os"\n\tsys "syscall"\n)\nfunc f() { sys.Exec("x", nil, nil) }',
      'import unix `golang.org/x/sys/unix`\nfunc f() { unix.\n\tExec("x", nil, nil) }',
      'import . "syscall"\nfunc f() { Exec("x", nil, nil) }',
    ];
    for (const source of calls) assert.equal(refersToExec(`package p\n\n${source}\n`), true, source);
  });

  it("is none by what is merely called alike", () => {
    const others = [
      'import "syscall"\nfunc f(db *sql.DB) { syscall.Kill(1, 2); db.Exec("x") }',
      'import "syscall"\nfunc f() { syscall.ForkExec("x", nil, nil) }',
      'import "os/exec"\nfunc f(unix q) { unix.Exec() }',
      'import _ "syscall"\nfunc f() { syscall.Exec() }',
      'import sys "syscall"\nvar x = subsys.Exec',
    ];
    for (const source of others) assert.equal(refersToExec(`package p\n\n${source}\n`), false, source);
  });

  it("is told by any package that it is made of, and by no other", async () => {
    const module = await GoModule.make({
      "go.mod": "module example.com/operator\n\ngo 1.21\n",
      "main.go": 'package main\n\nimport "example.com/operator/lib"\n\nfunc main() { lib.F() }\n',
      "lib/lib.go": 'package lib\n\nimport "os/exec"\n\nfunc F() { exec.Command("x") }\n',
      "lib/other_windows.go": 'package lib\n\nimport "syscall"\n\nvar G = syscall.Exec\n',
      "unused/unused.go": 'package unused\n\nimport "syscall"\n\nvar G = syscall.Exec\n',
    });
    try {
      assert.equal(await mayExec(await module.packages(".")), false);
      await module.write({ "lib/more.go": 'package lib\n\nimport "syscall"\n\nvar G = syscall.Exec\n' });
      assert.equal(await mayExec(await module.packages(".")), true);
    } finally {
      await module.remove();
    }
  });
});
