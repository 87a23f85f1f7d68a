const { Config } = require("@pulumi/pulumi");
const { CoverageSession } = require("operator-coverage");

/** A coverage session of the sample operator, whose sources are where the stack's configuration says. */
module.exports = async () => {
  const session = await CoverageSession.create("default", {
    operators: [
      {
        name: "memcached",
        source: new Config().require("operator"),
        main: "./cmd",
        manifests: { kustomize: "config/default" },
        image: "controller:latest",
      },
    ],
  });
  return session.outputs;
};
