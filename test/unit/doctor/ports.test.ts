import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { judgePorts, type PortReading } from "../../../src/doctor/checks/ports";
import { portState } from "../../../src/doctor/machine/freePort";
import { wantedNodes, wantedPorts } from "../../../src/doctor/machine/nodes";

const free: PortReading = { port: 8080, protocol: "tcp", address: "", at: "nodes[0].x", state: { is: "free" } };
const taken: PortReading = { ...free, port: 8081, state: { is: "taken" } };

describe("doctor: ports", () => {
  it("are those that a kind configuration asks for", () => {
    const config = JSON.stringify({
      networking: { apiServerPort: 6443 },
      nodes: [
        {
          extraPortMappings: [
            { containerPort: 80, hostPort: 8080 },
            { containerPort: 81 },
            { containerPort: 82, hostPort: -1 },
            { containerPort: 53, hostPort: 5353, protocol: "UDP", listenAddress: "127.0.0.1" },
          ],
        },
        { role: "worker", image: "node:1" },
      ],
    });
    assert.deepEqual(
      wantedPorts(config).map(({ at, port, protocol, address }) => [at, port, protocol, address]),
      [
        ["networking.apiServerPort", 6443, "tcp", "127.0.0.1"],
        ["nodes[0].extraPortMappings[0].hostPort", 8080, "tcp", ""],
        ["nodes[0].extraPortMappings[3].hostPort", 5353, "udp", "127.0.0.1"],
      ],
    );
    assert.deepEqual(
      wantedNodes(config).map(({ controlPlane, image }) => [controlPlane, image]),
      [
        [true, undefined],
        [false, "node:1"],
      ],
    );
  });

  it("are fine where they are free, or this folder's own", () => {
    const ours = { name: "dev-control-plane", cluster: "dev", ours: true };
    assert.deepEqual(judgePorts([free, { ...taken, holder: ours }]), [
      { subject: "ports", state: "ok", found: "8080/tcp is free, 8081/tcp is this folder's own cluster's" },
    ]);
  });

  it("stop a session where somebody else has them", () => {
    const [fine, stopped, ...others] = judgePorts([free, taken]);
    assert.deepEqual(others, []);
    assert.equal(fine!.state, "ok");
    assert.equal(stopped!.state, "stops");
    assert.equal(stopped!.found, "8081/tcp, which `cluster.config` asks for (nodes[0].x), is another program's");
    const [cluster] = judgePorts([{ ...taken, holder: { name: "a-control-plane", cluster: "a", ours: false } }]);
    assert.match(cluster!.found, /is the kind cluster a's, container a-control-plane$/);
    assert.match(cluster!.wayOut!, /kind delete cluster --name a/);
    const [container] = judgePorts([{ ...taken, holder: { name: "web", ours: false } }]);
    assert.match(container!.wayOut!, /docker stop web/);
  });

  it("stop a session where one is asked for twice", () => {
    const again = { ...free, at: "nodes[1].x", address: "127.0.0.1" };
    const [, twice] = judgePorts([free, again]);
    assert.deepEqual(
      [twice!.state, twice!.found],
      ["stops", "127.0.0.1:8080/tcp is asked for twice by `cluster.config`: nodes[0].x, nodes[1].x"],
    );
    const apart = judgePorts([
      { ...free, address: "127.0.0.1" },
      { ...free, address: "127.0.0.2" },
    ]);
    assert.deepEqual(
      apart.map(({ state }) => state),
      ["ok"],
    );
    assert.deepEqual(
      judgePorts([free, { ...free, protocol: "udp" }]).map(({ state }) => state),
      ["ok"],
    );
  });

  it("may be such that nobody can tell", () => {
    const [unknown] = judgePorts([{ ...free, state: { is: "unknown", why: "EADDRNOTAVAIL" } }]);
    assert.equal(unknown!.state, "warning");
  });

  it("are looked at as they are", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    try {
      await Promise.all([once(server, "listening"), once(socket, "listening")]);
      const tcp = (server.address() as AddressInfo).port;
      const udp = socket.address().port;
      for (const address of ["", "127.0.0.1"]) {
        assert.deepEqual(await portState({ port: tcp, protocol: "tcp", address }), { is: "taken" });
        assert.deepEqual(await portState({ port: udp, protocol: "udp", address }), { is: "taken" });
      }
      server.close();
      await once(server, "close");
      assert.deepEqual(await portState({ port: tcp, protocol: "tcp", address: "127.0.0.1" }), { is: "free" });
      assert.equal((await portState({ port: tcp, protocol: "sctp", address: "" })).is, "unknown");
      assert.equal((await portState({ port: tcp, protocol: "tcp", address: "192.0.2.1" })).is, "unknown");
    } finally {
      server.close();
      socket.close();
    }
  });
});
