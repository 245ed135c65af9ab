const MAX_PATHS = 100;
const MAX_LENGTH = 256;

/**
 * The dotted paths of what was cut: each once, at most 100, each of at most 256 characters and an ellipsis. Names are
 * an attacker's, so nothing longer is ever put together.
 */
export class Found {
  readonly #paths = new Set<string>();
  #cuts = 0;

  /** How often something was cut, told or not. */
  get cuts(): number {
    return this.#cuts;
  }

  get paths(): readonly string[] {
    return [...this.#paths];
  }

  add(path: string): void {
    this.#cuts += 1;
    if (this.#paths.size < MAX_PATHS) this.#paths.add(path);
  }
}

/** The path of what stands under `name` at `path`. */
export function below(path: string, name: string): string {
  if (path.length > MAX_LENGTH) return path;
  const whole = path === '' ? name.slice(0, MAX_LENGTH + 1) : `${path}.${name.slice(0, MAX_LENGTH)}`;
  return whole.length > MAX_LENGTH ? `${whole.slice(0, MAX_LENGTH)}…` : whole;
}
