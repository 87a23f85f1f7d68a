export { CoverageCollection, type CoverageCollectionArgs } from "./coverageCollection";
export { CoverageSession, type CoverageSessionArgs } from "./coverageSession";
export { InstrumentedImage, type InstrumentedImageArgs } from "./instrumentedImage";
export { KindCluster, type KindClusterArgs } from "./kindCluster";
export { ProfiledOperator, type ProfiledOperatorArgs } from "./profiledOperator";
