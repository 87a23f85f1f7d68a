import { PolicyPack } from "@pulumi/policy";
import { clustersAreAllowed } from "./clustersAreAllowed";
import { gocoverdirOnNodeVolume } from "./gocoverdirOnNodeVolume";
import { gracePeriodSuffices } from "./gracePeriodSuffices";
import { imagesAreProfileImages } from "./imagesAreProfileImages";
import { nothingSkipsTheFlush } from "./nothingSkipsTheFlush";
import { operatorIsProfiled } from "./operatorIsProfiled";
import { workloadDependsOnCollection } from "./workloadDependsOnCollection";
import { workloadRunsProfileImage } from "./workloadRunsProfileImage";

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
