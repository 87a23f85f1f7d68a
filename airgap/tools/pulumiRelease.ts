/** A release of the Pulumi CLI that may be downloaded. */
export interface Release {
  readonly version: string;
  /** by the names of archives, their SHA-256; no other archive is downloaded */
  readonly sha256: Readonly<Record<string, string>>;
}

/**
 * What get.pulumi.com serves is held to these sums, which come from elsewhere: a list beside the archives would be changed with them. They are those that
 * nixpkgs keeps (pkgs/by-name/pu/pulumi-bin/data.nix; there in its base 32), so that this is a version that nixpkgs had.
 */
export const pulumiRelease: Release = {
  version: "3.221.0",
  sha256: {
    "pulumi-v3.221.0-linux-x64.tar.gz": "fe736f91b4153f94f859870e34dda01e648552c25f702c8a42282acf3a5db9ad",
    "pulumi-v3.221.0-linux-arm64.tar.gz": "baaf077a8b851da4fd1f6434860b56fec43f877709fe5a22ed3bbd335af57a37",
  },
};

/** The archive for this machine. */
export function archiveName({ version }: Release): string {
  return `pulumi-v${version}-${process.platform}-${process.arch}.tar.gz`;
}
