const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const form = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/;

/**
 * Reads a quantity as Kubernetes writes it, such as `250m`, `1.5Gi` or `1e3`.
 * @returns cores of a CPU, bytes of memory; undefined of what is no quantity, which is the API server's to refuse
 */
export function quantity(value: unknown): number | undefined {
  const [, number, exponent, suffix = ""] = form.exec(String(value)) ?? [];
  return number === undefined ? undefined : exponent ? Number(number + exponent) : Number(number) * factors[suffix]!;
}

/** Cores in thousandths, rounded up: `262m`. */
export function inMillicores(cores: number): string {
  return `${Math.ceil(cores * 1000 - 1e-6)}m`;
}

/** Bytes in mebibytes, rounded up: `64Mi`. */
export function inMebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20 - 1e-6)}Mi`;
}
