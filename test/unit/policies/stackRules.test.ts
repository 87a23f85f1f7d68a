import assert from "node:assert/strict";
import { missingWorkloads } from "../../../policies/rules/operatorIsProfiled";
import { orderProblems } from "../../../policies/rules/workloadDependsOnCollection";
import { cluster, collection, command, operator, resource, workload } from "./stack";
import { deployment } from "./workload";

const unprofiled = deployment("w", { containers: [{ name: "manager", image: "controller:latest" }] });

describe("the rule that an operator is profiled", () => {
  it("is kept by one whose workloads all are", () => {
    const stack = [operator, workload("w", []), workload("v", []), collection(["v", "w"])];
    assert.deepEqual(missingWorkloads(stack), []);
  });

  it("is broken by an operator without such a workload", () => {
    const [problem, ...others] = missingWorkloads([operator, workload("w", [], unprofiled)]);
    assert.equal(problem?.urn, "operator");
    assert.match(problem?.message ?? "", /operator operator to have a workload that is profiled/);
    assert.deepEqual(others, []);
  });

  it("does not take another operator's workload for its own", () => {
    const other = resource("other", operator.type);
    assert.deepEqual(
      missingWorkloads([operator, other, workload("w", [])]).map(({ urn }) => urn),
      ["other"],
    );
  });

  it("is broken by one of several that is not, though its collection counts on it", () => {
    const stack = [operator, workload("v", []), workload("w", [], unprofiled), collection(["v", "w"])];
    const [problem, ...others] = missingWorkloads(stack);
    assert.match(problem?.message ?? "", /Deployment w of the operator operator to be profiled/);
    assert.deepEqual(others, []);
  });
});

describe("the rule that a workload depends on its collection", () => {
  const all = [operator, cluster, collection(["w"]), workload("w", ["collection"])];
  const without = (name: string) => all.filter((r) => r.name !== name);

  it("is kept by the edges of a session", () => {
    assert.deepEqual(orderProblems(all), []);
  });

  it("is kept by edges over others, which destroy goes along as well", () => {
    const far = [command("between", {}, ["collection"]), workload("w", ["between"])];
    assert.deepEqual(orderProblems([...without("w"), ...far]), []);
  });

  it("is broken without the edge from the workload", () => {
    const [problem, ...others] = orderProblems([...without("w"), workload("w", ["cluster"])]);
    assert.equal(problem?.urn, "w");
    assert.deepEqual(others, []);
  });

  it("is broken by an edge in the other direction", () => {
    const turned = { ...collection(["w"]), dependencies: ["cluster", "w"] };
    assert.equal(orderProblems([operator, cluster, turned, workload("w", [])]).length, 1);
  });

  it("is broken by a collection that gathers from something else", () => {
    for (const named of [[], ["v"]])
      assert.deepEqual(
        orderProblems([...without("collection"), collection(named)]).map(({ urn }) => urn),
        ["w"],
      );
  });

  it("knows workloads by their kind and namespace too, and default is one", () => {
    const job = { ...deployment("w"), kind: "Job" };
    assert.equal(orderProblems([...without("w"), workload("w", ["collection"], job)]).length, 1);
    const elsewhere = { ...deployment("w"), metadata: { name: "w", namespace: "other" } };
    assert.equal(orderProblems([...without("w"), workload("w", ["collection"], elsewhere)]).length, 1);
    const input = { operators: [{ name: "operator", workloads: [{ kind: "Deployment", name: "w" }] }] };
    const environment = { OPERATOR_COVERAGE_INPUT: JSON.stringify(input) };
    const gathers = command("collection", { delete: "collection collect", environment }, ["cluster"]);
    const home = { ...deployment("w"), metadata: { name: "w", namespace: "default" } };
    assert.deepEqual(orderProblems([cluster, gathers, workload("w", ["collection"], home)]), []);
  });

  it("is broken by a collection that the cluster does not outlive", () => {
    const [problem, ...others] = orderProblems([...without("collection"), collection(["w"], [])]);
    assert.equal(problem?.urn, "collection");
    assert.deepEqual(others, []);
  });

  it("is not kept by a Command that only looks like a collection", () => {
    const stranger = { ...collection(["w"]), type: "stranger:index:Command" };
    assert.equal(orderProblems([...without("collection"), stranger]).length, 1);
    const creates = command("collection", { ...collection(["w"]).props, delete: "echo collection collect" }, [
      "cluster",
    ]);
    assert.equal(orderProblems([...without("collection"), creates]).length, 1);
  });
});
