import * as pulumi from "@pulumi/pulumi";
import { CoverageCollection } from "./components/coverageCollection";
import { InstrumentedImage } from "./components/instrumentedImage";
import { inWords } from "./components/inWords";
import { KindCluster } from "./components/kindCluster";
import { Prerequisites } from "./components/prerequisites";
import { ProfiledOperator } from "./components/profiledOperator";
import { collectionInput } from "./src/plan/collectionInput";
import { prepareSession } from "./src/plan/prepareSession";
import { prerequisiteInputs } from "./src/plan/prerequisiteInputs";
import { readSettings } from "./src/settings/readSettings";
import { buildFolder } from "./src/state/folders";
import { reportPaths } from "./src/state/reportPaths";
import { testEnvironment } from "./src/state/testEnvironment";

const program = async () => {
  const settings = readSettings();
  const session = await prepareSession(
    settings,
    (message) => void pulumi.log.info(message),
    (message) => void pulumi.log.warn(message),
  );
  const { record, folders, operators } = session;

  const cluster = new KindCluster("cluster", { record, folders, images: session.images });
  const collection = new CoverageCollection("collection", { input: collectionInput(settings, session), cluster });

  const inputs = prerequisiteInputs(settings, session);
  const prerequisites = inputs.length > 0 ? new Prerequisites("prerequisites", { inputs, cluster }).last : [];

  const made = new Map<string, pulumi.Resource>();
  const ready = operators.map(({ name, build, capture, objects, workloads, certificates }) => {
    const image = new InstrumentedImage(name, {
      plan: build,
      builds: folders.builds,
      cluster,
      secret: settings.secret,
    });
    const arrival = {
      operator: name,
      folder: buildFolder(folders.live, record.run, name, build.id),
      timeout: 10,
      kubeconfig: folders.kubeconfig,
      answers: capture.snapshots || capture.profiles.length > 0,
    };
    return new ProfiledOperator(name, {
      objects,
      workloads,
      certificates,
      prerequisites,
      image,
      cluster,
      collection,
      timeouts: settings.timeouts,
      made,
      arrival,
    }).ready;
  });

  return {
    cluster: cluster.clusterName,
    kubeconfig: folders.kubeconfig,
    environment: pulumi.all(ready).apply(() => testEnvironment(record, folders)),
    run: record.run,
    reports: reportPaths(session),
  };
};

export = () => inWords(program);
