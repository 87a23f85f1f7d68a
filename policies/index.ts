import { PolicyPack } from "@pulumi/policy";
import { clustersAreAllowed } from "./rules/clustersAreAllowed";
import { gocoverdirOnNodeVolume } from "./rules/gocoverdirOnNodeVolume";
import { gracePeriodSuffices } from "./rules/gracePeriodSuffices";
import { imagesAreProfileImages } from "./rules/imagesAreProfileImages";
import { nothingSkipsTheFlush } from "./rules/nothingSkipsTheFlush";
import { operatorIsProfiled } from "./rules/operatorIsProfiled";
import { workloadDependsOnCollection } from "./rules/workloadDependsOnCollection";
import { workloadRunsProfileImage } from "./rules/workloadRunsProfileImage";

new PolicyPack("operator-coverage", {
  enforcementLevel: "mandatory",
  policies: [
    imagesAreProfileImages,
    workloadRunsProfileImage,
    gocoverdirOnNodeVolume,
    gracePeriodSuffices,
    nothingSkipsTheFlush,
    operatorIsProfiled,
    workloadDependsOnCollection,
    clustersAreAllowed,
  ],
});
