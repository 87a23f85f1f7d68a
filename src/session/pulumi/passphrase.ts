import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

/** Guards nothing: sessions keep no secret in their state. Whoever puts secrets in a stack's configuration sets a passphrase of his own. */
export const builtInPassphrase = "operator-coverage";

/**
 * Whether a stack's settings were encrypted with the built-in passphrase, as those of the stack that comes with the project are: no other opens it.
 * @param program `Project.program`
 */
export function needsBuiltIn(program: string, stack: string): boolean {
  const salt = saltOf(path.join(program, `Pulumi.${stack}.yaml`));
  return salt !== undefined && opens(builtInPassphrase, salt);
}

/** Nothing where there is no such file, or Pulumi has more to say of it. */
function saltOf(file: string): string | undefined {
  try {
    const { encryptionsalt: salt } = (parse(readFileSync(file, "utf8")) ?? {}) as { encryptionsalt?: unknown };
    return typeof salt === "string" ? salt : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a passphrase is the one that a salt was made with. It takes some 0.4 s, on purpose of Pulumi's.
 * @param salt as Pulumi writes it, `v1:SALT:v1:NONCE:CIPHERTEXT` in base64, where the ciphertext is that of a known word
 *   (pulumi/pkg/secrets/passphrase/manager.go, pulumi/sdk/go/common/resource/config/crypt.go)
 */
function opens(passphrase: string, salt: string): boolean {
  const [outer, salted, inner, nonce, sealed, ...rest] = salt.split(":");
  if (outer !== "v1" || inner !== "v1" || sealed === undefined || rest.length > 0) return false;
  const bytes = (base64: string | undefined) => Buffer.from(base64 ?? "", "base64");
  const tag = bytes(sealed).subarray(-16);
  try {
    const key = pbkdf2Sync(passphrase, bytes(salted), 1_000_000, 32, "sha256");
    const decipher = createDecipheriv("aes-256-gcm", key, bytes(nonce)).setAuthTag(tag);
    const word = decipher.update(bytes(sealed).subarray(0, -tag.length));
    return Buffer.concat([word, decipher.final()]).toString() === "pulumi";
  } catch {
    return false;
  }
}
