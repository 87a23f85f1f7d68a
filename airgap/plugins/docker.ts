import { version } from "@pulumi/docker/package.json";
import { buildImage } from "./docker/build";
import { DockerCli } from "./docker/cli";
import { checkedInputs, type ImageInputs } from "./docker/inputs";
import { serve } from "./protocol";
import { differences, startsWith } from "./protocol/differences";
import type { Properties } from "./protocol/values";

let docker = new DockerCli({});

/**
 * Stands in for Pulumi's docker plugin where that can't be had: `docker:index/image:Image`, behaving as
 * provider/image.go of pulumi/pulumi-docker does. An image outlives its resource there, and here.
 */
serve({
  version,

  configure: (configuration) => {
    docker = new DockerCli(configuration);
  },

  check: ({ type }, inputs) => {
    if (type !== "docker:index/image:Image") {
      throw new Error(`Expected a docker:index/image:Image, got a ${type}: only Pulumi's own docker plugin has it`);
    }
    return checkedInputs(inputs);
  },

  diff: (_call, old, inputs) => ({
    // Credentials change often, and don't change the image.
    differences: differences(old.inputs, inputs).filter(
      ({ path }) => !startsWith(path, ["registry", "username"]) && !startsWith(path, ["registry", "password"]),
    ),
  }),

  create: async (call, inputs) => {
    const built = await buildImage(docker, image(inputs), call.signal, call.log);
    return { id: built.imageName, properties: { ...built }, secrets: call.inputSecrets };
  },

  update: async (call, _id, _old, inputs) => {
    const built = await buildImage(docker, image(inputs), call.signal, call.log);
    return { properties: { ...built }, secrets: call.inputSecrets };
  },

  delete: async () => {},
});

/** The check has seen to the types. */
function image(inputs: Properties): ImageInputs {
  return inputs as unknown as ImageInputs;
}
