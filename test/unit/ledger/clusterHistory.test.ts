import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { readEvent } from "../../../src/ledger/auditEvent";
import { ClusterHistory } from "../../../src/ledger/clusterHistory";
import { at, BUILD, deletionLine, type PodOptions, podWith, RUN, stateLine } from "../fixtures/events";

const historyOf = (...lines: readonly string[]) => {
  const history = new ClusterHistory(RUN);
  for (const line of lines) history.take(readEvent(line));
  return history.incarnations();
};
const states = (...pods: readonly PodOptions[]) => historyOf(...pods.map((pod) => stateLine(podWith(pod))));
const running = (id: string, restart: number, second: number) => ({
  name: "manager",
  containerID: id,
  restartCount: restart,
  state: { running: { startedAt: at(second) } },
});
const end = (id: string, from: number, to: number, exitCode = 1, reason = "Error") => ({
  terminated: { containerID: id, startedAt: at(from), finishedAt: at(to), exitCode, reason },
});

describe("The lives of containers that a cluster knows of", () => {
  it("name the build that they ran, where and what became of it", () => {
    const lives = states(
      { statuses: [{ name: "manager", restartCount: 0, state: { waiting: { reason: "ContainerCreating" } } }] },
      { statuses: [running("a", 0, 1)] },
      { statuses: [{ ...running("a", 0, 1), state: end("a", 1, 9, 137, "OOMKilled") }] },
    );
    assert.deepEqual(lives, [
      {
        operator: "shop",
        build: BUILD,
        namespace: "shop",
        podName: "shop-1",
        pod: "uid-1",
        node: "node-1",
        container: "manager",
        image: "shop-profile:1",
        snapshots: false,
        restart: 0,
        started: at(1),
        finished: at(9),
        exitCode: 137,
        reason: "OOMKilled",
        seen: "ran",
      },
    ]);
  });

  const brief = (lives: ReturnType<typeof historyOf>) =>
    lives.map(({ restart, started, finished, seen }) => [restart, started, finished, seen]);

  it("are one for each restart, however the kubelet came to tell of it", () => {
    const lives = states(
      { statuses: [running("a", 0, 1)] },
      // Waiting for the restart: the count is still that of the life that ended.
      { statuses: [{ name: "manager", restartCount: 0, state: { waiting: {} }, lastState: end("a", 1, 3) }] },
      { statuses: [{ ...running("b", 1, 4), lastState: end("a", 1, 3) }] },
      { statuses: [{ name: "manager", restartCount: 2, state: end("c", 8, 9), lastState: end("b", 4, 6) }] },
    );
    assert.deepEqual(brief(lives), [
      [0, at(1), at(3), "ran"],
      [1, at(4), at(6), "ran"],
      [2, at(8), at(9), "ran"],
    ]);
  });

  it("include those that came and went between two reports", () => {
    const lives = states(
      { statuses: [running("a", 0, 1)] },
      { statuses: [{ ...running("d", 3, 9), lastState: end("c", 6, 7) }] },
    );
    assert.deepEqual(brief(lives), [
      [1, undefined, undefined, "unobserved"],
      [0, at(1), undefined, "ran"],
      [2, at(6), at(7), "ran"],
      [3, at(9), undefined, "ran"],
    ]);
  });

  it("end once where the kubelet lost sight of the container", () => {
    const lost = { terminated: { startedAt: null, finishedAt: null, exitCode: 137, reason: "ContainerStatusUnknown" } };
    const lives = states(
      { statuses: [running("a", 0, 1)] },
      { statuses: [{ name: "manager", restartCount: 0, state: lost }] },
    );
    assert.deepEqual(
      lives.map(({ started, reason, seen }) => [started, reason, seen]),
      [[at(1), "ContainerStatusUnknown", "ran"]],
    );
  });

  it("have not begun where the runtime could not start them", () => {
    const failed = {
      terminated: {
        containerID: "a",
        startedAt: "1970-01-01T00:00:00Z",
        finishedAt: at(2),
        exitCode: 128,
        reason: "StartError",
      },
    };
    assert.deepEqual(brief(states({ statuses: [{ name: "manager", restartCount: 0, state: failed }] })), [
      [0, undefined, at(2), "never-ran"],
    ]);
    assert.deepEqual(states({ statuses: [{ name: "manager", restartCount: 0, state: { waiting: {} } }] }), []);
  });

  it("may have been where the kubelet found none when their pod went", () => {
    const lost = { terminated: { startedAt: null, finishedAt: null, exitCode: 137, reason: "ContainerStatusUnknown" } };
    assert.deepEqual(brief(states({ statuses: [{ name: "manager", restartCount: 0, state: lost }] })), [
      [0, undefined, undefined, "unobserved"],
    ]);
  });

  it("are those of this run's profiled containers alone", () => {
    const proxy = { ...running("p", 0, 1), name: "proxy" };
    assert.deepEqual(states({ statuses: [proxy] }), []);
    assert.deepEqual(
      states({ folder: "/operator-coverage/another/shop/0123456789ab", statuses: [running("a", 0, 1)] }),
      [],
    );
    assert.deepEqual(states({ folder: `/operator-coverage/${RUN}/shop`, statuses: [running("a", 0, 1)] }), []);
    assert.deepEqual(historyOf(stateLine(podWith({ statuses: [running("a", 0, 1)] }), 404)), []);
  });

  it("know whether their processes keep snapshots", () => {
    const kept = (interval?: string) => states({ interval, statuses: [running("a", 0, 1)] })[0]!.snapshots;
    assert.deepEqual([kept("10s"), kept("off"), kept()], [true, false, false]);
  });

  it("know when their pod was told to end, and when it was gone", () => {
    const metadata = { deletionTimestamp: at(40), deletionGracePeriodSeconds: 30 };
    const [life] = historyOf(
      stateLine(podWith({ statuses: [running("a", 0, 1)], metadata })),
      deletionLine("shop-1", at(12), 404),
      deletionLine("another", at(13)),
      deletionLine("shop-1", at(14)),
    );
    assert.deepEqual([life!.ending, life!.deleted], [{ asked: new Date(at(10)).toISOString(), grace: 30 }, at(14)]);
  });

  it("that nobody saw begin are known to have waited", () => {
    const lost = { terminated: { startedAt: null, finishedAt: null, exitCode: 137, reason: "ContainerStatusUnknown" } };
    const waiting = { name: "manager", restartCount: 0, state: { waiting: { reason: "ContainerCreating" } } };
    const [life] = states({ statuses: [waiting] }, { statuses: [{ name: "manager", restartCount: 0, state: lost }] });
    assert.deepEqual([life!.seen, life!.waiting], ["unobserved", true]);
    const [seen] = states(
      { statuses: [waiting] },
      { statuses: [running("a", 0, 1)] },
      {
        statuses: [{ name: "manager", restartCount: 0, state: lost }],
      },
    );
    assert.deepEqual([seen!.seen, seen!.waiting], ["ran", undefined]);
  });

  it("are nobody's where a pod is a copy that runs something else", () => {
    const owned = { ownerReferences: [{ kind: "ReplicaSet" }] };
    const usual = podWith({ statuses: [running("a", 0, 1)], metadata: owned });
    const copy = (of: object, metadata = {}) => {
      const pod = podWith({ uid: "uid-2", name: "copy", statuses: [running("b", 0, 2)], metadata });
      const [manager, ...others] = pod.spec.containers;
      return { ...pod, spec: { ...pod.spec, containers: [{ ...manager!, ...of }, ...others] } };
    };
    const foreign = (pod: ReturnType<typeof copy>) =>
      historyOf(stateLine(pod), stateLine(usual)).map((life) => [life.podName, life.foreign]);
    const told = (is?: true) => [
      ["shop-1", undefined],
      ["copy", is],
    ];
    assert.deepEqual(foreign(copy({ command: ["sh"] })), told(true));
    assert.deepEqual(foreign(copy({ image: "busybox" })), told(true));
    assert.deepEqual(foreign(copy({})), told());
    assert.deepEqual(foreign(copy({ command: ["sh"] }, owned)), told());
  });

  it("are counted by restarts where updates of their states were put together", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), (reported) => {
        const shown = reported.flatMap((told, n) => {
          const now = {
            ...running(`id-${n}`, n, 10 * n),
            ...(n > 0 && { lastState: end(`id-${n - 1}`, 10 * n - 10, 10 * n - 5) }),
          };
          return told || n === reported.length - 1 ? [{ statuses: [now] }] : [];
        });
        const lives = states(...shown);
        assert.deepEqual(
          lives.map(({ restart }) => restart).sort((a, b) => a - b),
          reported.map((_, n) => n),
        );
        for (const { restart, seen, started } of lives)
          if (seen === "ran") assert.equal(started, at(10 * restart), `restart ${restart}`);
      }),
    );
  });

  it("of an operator's image without a place to write to are told apart, once they have begun", () => {
    const images = new Map([["shop-profile:1", { operator: "shop", build: BUILD }]]);
    const made = (image: string, statuses: PodOptions["statuses"]) => {
      const history = new ClusterHistory(RUN, images);
      const containers = [{ name: "worker", image, volumeMounts: [] }];
      history.take(
        readEvent(stateLine(podWith({ name: "made", uid: "m", statuses, spec: { containers, volumes: [] } }))),
      );
      assert.deepEqual(history.incarnations(), []);
      return history
        .uncounted()
        .map(({ operator, build, podName, container }) => [operator, build, podName, container]);
    };
    const began = [{ ...running("w", 0, 1), name: "worker" }];
    const told = [["shop", BUILD, "made", "worker"]];
    assert.deepEqual(made("shop-profile:1", began), told);
    assert.deepEqual(made("docker.io/library/shop-profile:1", began), told);
    assert.deepEqual(made("shop:1", began), []);
    assert.deepEqual(made("shop-profile:1", [{ name: "worker", state: { waiting: {} } }]), []);
    const history = new ClusterHistory(RUN, images);
    history.take(readEvent(stateLine(podWith({ statuses: [running("a", 0, 1)] }))));
    assert.deepEqual(history.uncounted(), []);
  });

  it("are told apart where a StatefulSet gives a name anew", () => {
    const lives = historyOf(
      stateLine(podWith({ statuses: [running("a", 0, 1)] })),
      deletionLine("shop-1", at(5)),
      stateLine(podWith({ uid: "uid-2", statuses: [running("b", 0, 6)] })),
    );
    assert.deepEqual(
      lives.map(({ pod, deleted }) => [pod, deleted]),
      [
        ["uid-1", at(5)],
        ["uid-2", undefined],
      ],
    );
  });
});
