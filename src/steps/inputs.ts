import type { BuildPlan } from "../instrument/buildPlan";
import type { UnsureImage } from "../instrument/checkImage";
import type { ImagePlan } from "../plan/objects/planImages";
import type { PrerequisiteInput } from "../plan/prerequisiteInputs";
import type { CollectionInput } from "../state/collectionInput";
import type { SessionFolders } from "../state/folders";
import type { SessionRecord } from "../state/sessionRecord";
import type { ArrivalInput } from "./checkArrival";
import type { CertificatesInput } from "./issueCertificates";
import type { LastSnapshotInput } from "./lastSnapshot";

/** The steps that Pulumi's Commands call, and what each is given. */
export interface StepInputs {
  readonly "session open": { readonly record: SessionRecord; readonly folders: SessionFolders };
  readonly "session close": { readonly folders: SessionFolders };
  readonly "cluster create": { readonly record: SessionRecord; readonly folders: SessionFolders };
  readonly "image build": { readonly plan: BuildPlan; readonly builds: string };
  readonly "image load": {
    readonly cluster: string;
    readonly image: string;
    /** not needed to load, but a rebuilt image must be loaded anew */
    readonly digest: string;
    /** given where the image has to be checked first */
    readonly unsure?: UnsureImage;
  };
  readonly "images load": ImagePlan & { readonly cluster: string };
  readonly "collection prepare": CollectionInput;
  readonly "collection collect": CollectionInput;
  readonly "prerequisite apply": PrerequisiteInput;
  readonly "certificates issue": CertificatesInput;
  readonly "arrival check": ArrivalInput;
  readonly "last snapshot": LastSnapshotInput;
}
