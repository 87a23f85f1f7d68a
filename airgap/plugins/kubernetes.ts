import { version } from "@pulumi/kubernetes/package.json";
import { KubernetesProvider } from "./kubernetes/provider";
import { serve } from "./protocol";

/** Stands in for Pulumi's kubernetes plugin where that can't be had. */
serve(new KubernetesProvider(version));
