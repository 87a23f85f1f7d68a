/** The cluster doesn't answer, or its kubeconfig can't be used. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** The API server has no such kind: its CRD isn't there, or not yet. */
export class NoSuchKind extends Error {
  override readonly name = "NoSuchKind";
}

/** The API server refused a request. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    message: string,
    /** The HTTP status. */
    readonly code: number,
    /** Such as `AlreadyExists`; empty where the server gave none. */
    readonly reason: string,
    /** When to ask again, where the server says so. */
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }
}

/** Whether the error says that the object, or its whole kind, isn't there. */
export function isGone(error: unknown): boolean {
  return error instanceof NoSuchKind || (error instanceof ApiError && error.code === 404);
}
