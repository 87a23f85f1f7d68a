import assert from "node:assert/strict";
import * as fc from "fast-check";
import { orderObjects } from "../../../../src/overlay/manifests/order";
import { deployment, object } from "../../fixtures/manifests";

describe("the order of objects", () => {
  it("has namespaces and definitions first, workloads in neither part, and all else in between as it stood", () => {
    const [one, two] = [deployment("one"), deployment("two")];
    const others = [object("Service", "s"), object("Role", "r"), deployment("not profiled")];
    const foundations = [object("CustomResourceDefinition", "c"), object("Namespace", "n")];
    const objects = [others[0]!, one, foundations[0]!, others[1]!, others[2]!, two, foundations[1]!];
    assert.deepEqual(orderObjects(objects, [one, two]), { foundations, others });
  });

  it("loses and doubles nothing", () => {
    const kinds = fc.constantFrom("Namespace", "CustomResourceDefinition", "Service", "Deployment", "Thing");
    fc.assert(
      fc.property(fc.array(kinds), fc.nat(3), (all, count) => {
        const objects = all.map((kind, index) => object(kind, `o${index}`));
        const workloads = objects.filter((o) => o.kind === "Deployment").slice(0, count);
        const { foundations, others } = orderObjects(objects, workloads);
        assert.deepEqual(new Set([...foundations, ...others, ...workloads]), new Set(objects));
        assert.equal(foundations.length + others.length + workloads.length, objects.length);
      }),
    );
  });
});
